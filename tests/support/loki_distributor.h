// What a distributor of Loki looks at before any ingester sees a line (pkg/distributor): labels,
// times, lengths, metadata, blocked tenants.
//
// One per push; made and called by LokiStore.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/support/loki_limits.h"
#include "tests/support/loki_line.h"

namespace supercargo::test {

namespace loki {
class Entry;
class Stream;
}  // namespace loki

class LokiDistributor {
 public:
  LokiDistributor(const LokiLimits& limits, const std::string& tenant, std::int64_t now_ns);

  // `labels` are those of `stream` as they were sent.
  void check(const loki::Stream& stream, const LabelPairs& labels);

  // What the answer is when all that is valid is stored. An error that is met once stands alone;
  // else each text stands with its count.
  [[nodiscard]] int status() const;
  [[nodiscard]] std::string text() const;

  std::vector<LokiStreamPush> valid;
  std::vector<RefusedLokiLine> refused;

 private:
  struct Error {
    std::string_view reason;
    std::string text;
  };

  Error check_labels(const LabelPairs& sent, const LabelPairs& known) const;
  Error check_entry(const LokiLine& line, const std::string& selector) const;
  Error check_metadata(const LokiLine& line, const std::string& selector) const;
  LokiLine line_of(const loki::Entry& entry, const std::string& sent) const;
  void refuse_stream(std::vector<LokiLine> lines, const Error& error);

  const LokiLimits& limits_;
  const std::string& tenant_;
  const std::int64_t now_ns_;
  std::map<std::string, std::uint64_t> errors_;  // texts with the times they were met
  std::string blocked_;
};

}  // namespace supercargo::test
