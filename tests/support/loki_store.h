// What a Loki makes of a push request: what it stores and what it answers.
//
// Owned by a stand-in that locks around it; no thread of its own. The order of the checks, the
// status codes, the texts and what an answer does not tell are those of grafana/loki (pkg/loghttp,
// pkg/distributor, pkg/ingester, pkg/validation), for one distributor with one ingester:
// - a request with one selector that is none is refused as a whole;
// - the tenant's rate is asked after validation, and refuses all that is left;
// - an ingester's error takes the place of the validation's, and of several streams only the last
//   decides: lines of the others may be thrown away under a 204.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "tests/support/loki_bucket.h"
#include "tests/support/loki_distributor.h"
#include "tests/support/loki_ingester.h"
#include "tests/support/loki_limits.h"
#include "tests/support/loki_line.h"

namespace supercargo::test {

struct PushVerdict {
  int status = 204;
  std::string text;
  std::vector<LokiLine> stored;  // also where status is not 204
  std::vector<RefusedLokiLine> refused;
  std::uint64_t duplicates = 0;  // equal to the last line of their stream: accepted, not stored
  std::uint64_t repeated = 0;    // stored, and equal to a line that was: a query returns one
};

class LokiStore {
 public:
  // Without `recognise` no line is known again: `repeated` and lost_silently() stay 0, and memory
  // does not grow with each line.
  explicit LokiStore(LokiLimits limits, bool recognise = true)
      : limits_(limits), recognise_(recognise) {}

  // `body` as it came, compressed.
  PushVerdict push(std::string_view body, const std::string& tenant, std::int64_t now_ns);

  // From the next push on. Without a tenant: of all that have none of their own.
  void set_limits(const LokiLimits& limits) { limits_ = limits; }

  void set_limits(const std::string& tenant, const LokiLimits& limits) { own_[tenant] = limits; }

  [[nodiscard]] const LokiLimits& limits_of(const std::string& tenant) const;

  [[nodiscard]] const LokiLimits& limits() const { return limits_; }

  // Back to one set of limits for all.
  void forget_own_limits() { own_.clear(); }

  void forget_streams();

  // Of all tenants.
  [[nodiscard]] std::size_t streams() const;

  // Lines that were thrown away under an answer that says all is well, and are not stored to this
  // moment.
  [[nodiscard]] std::size_t lost_silently() const { return silent_.size(); }

 private:
  struct Tenant {
    explicit Tenant(const std::string& name) : ingester(name) {}

    LokiIngester ingester;
    LokiBucket rate;
    std::uint64_t next_shard = 0;
  };

  bool within_rate(LokiDistributor& checked, Tenant& tenant, PushVerdict& verdict);
  bool is_poisoned(LokiDistributor& checked, PushVerdict& verdict);
  bool lacks_ingesters(LokiDistributor& checked, Tenant& tenant, PushVerdict& verdict);
  void ingest(LokiDistributor& checked, Tenant& tenant, PushVerdict& verdict);
  void recognise(PushVerdict& verdict);

  LokiLimits limits_;
  const bool recognise_;
  std::int64_t now_ns_ = 0;
  std::string name_;
  std::map<std::string, LokiLimits> own_;
  std::map<std::string, Tenant> tenants_;
  std::unordered_set<std::uint64_t> known_;   // hashes of lines that are stored
  std::unordered_set<std::uint64_t> silent_;  // of those that lost_silently() counts
};

}  // namespace supercargo::test
