// A receiver that behaves like Grafana Loki's push endpoint, with faults on demand.
//
// A test, or the program loki_stand_in, owns it; it serves on its own threads until destroyed, and
// any thread may call it. Beside POST /loki/api/v1/push it answers
//   GET  /ready
//   GET  /stand-in/lines?LABEL=VALUE...&after=N&limit=N   stored lines as JSON, one a line, in
//        in order
//   GET  /stand-in/counters                          one JSON object
//   POST /stand-in/fault?status=503&count=2&delay_ms=10&close=before|after&retry_after=3&text=...
//        &cut_bytes=N
//   POST /stand-in/lift                              forgets the faults that are still due
//   POST /stand-in/limits?max_line_bytes=100&stream_rate=1000...   names: loki_limits.h; those not
//        named stay. With tenant=NAME: of that tenant alone. With default=1: first back to what the
//        stand-in began with, for all.
//   POST /stand-in/forget_streams                    as after a restart of the ingester
//   POST /stand-in/reset                             forgets lines, counters, faults and limits
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/http_stand_in.h"
#include "tests/support/loki_counters.h"
#include "tests/support/loki_faults.h"
#include "tests/support/loki_store.h"

namespace supercargo::test {

struct LokiStandInOptions {
  HttpStandInOptions http;
  LokiLimits limits;
  bool tenant_needed = false;            // a push without X-Scope-OrgID is answered by 401
  std::function<std::int64_t()> now_ns;  // empty: the system's clock
  std::string output_file;               // stored lines are appended as JSON
  std::string refused_file;            // likewise lines that were refused, each time, with "reason"
  bool keep_lines = true;              // in memory, for lines() and /stand-in/lines
  LabelPairs keep_only;                // of those: only lines with these labels
  std::chrono::milliseconds delay{0};  // before every answer to a push
};

class LokiStandIn {
 public:
  explicit LokiStandIn(LokiStandInOptions options = {});
  LokiStandIn(const LokiStandIn&) = delete;
  LokiStandIn& operator=(const LokiStandIn&) = delete;
  ~LokiStandIn();

  [[nodiscard]] std::string url() const { return server_->url(); }

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }

  [[nodiscard]] std::uint64_t connections() const { return server_->connections(); }

  // For the next `count` pushes, behind faults that are still due.
  void add_fault(const LokiFault& fault, int count = 1);

  // Forgets those that are still due.
  void lift_faults();

  // From now on a push without this Authorization header is answered by 401. Empty: none is asked.
  void require_authorization(std::string value);

  // From the next push on, of all tenants without limits of their own, or of one.
  void set_limits(const LokiLimits& limits);
  void set_limits(const std::string& tenant, const LokiLimits& limits);

  [[nodiscard]] std::vector<LokiLine> lines() const;
  [[nodiscard]] LokiCounters counters() const;

 private:
  StandInResponse handle(const StandInRequest& request);
  StandInResponse push(const StandInRequest& request);
  StandInResponse treat(const StandInRequest& request);
  StandInResponse list_lines(const StandInRequest& request) const;
  StandInResponse list_counters() const;
  StandInResponse take_fault(const StandInRequest& request);
  StandInResponse change_limits(const StandInRequest& request);
  StandInResponse control(const StandInRequest& request);
  [[nodiscard]] std::unique_ptr<LokiStore> make_store() const;
  void reset();
  std::optional<std::size_t> cut(const StandInRequest& request);
  void keep(PushVerdict& verdict);

  LokiStandInOptions options_;
  mutable std::mutex mutex_;
  std::unique_ptr<LokiStore> store_;
  LokiCounters counters_;  // without what store_ knows
  std::vector<LokiLine> lines_;
  LokiFaults faults_;
  std::string authorization_;
  using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
  static File open(const std::string& path);
  static void append(const File& file, const std::string& text);

  File output_{nullptr, &std::fclose};
  File refused_{nullptr, &std::fclose};
  std::unique_ptr<HttpStandIn> server_;  // last: its threads use all the others
};

}  // namespace supercargo::test
