// What an ingester of Loki does with the streams of one tenant (pkg/ingester/instance.go and
// stream.go): creates streams up to their number, keeps each within its rate, and takes no line
// that is far behind the newest of its stream.
//
// Owned by LokiStore, which serialises all calls.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/support/loki_bucket.h"
#include "tests/support/loki_limits.h"
#include "tests/support/loki_line.h"

namespace supercargo::test {

// What became of one stream of a push.
struct LokiTaken {
  int status = 204;
  std::string text;
  std::vector<LokiLine> stored;
  std::vector<RefusedLokiLine> refused;
  std::uint64_t duplicates = 0;  // equal to the last line of the stream: accepted, not stored
};

class LokiIngester {
 public:
  explicit LokiIngester(std::string tenant) : tenant_(std::move(tenant)) {}

  LokiTaken push(LokiStreamPush push, const LokiLimits& limits, std::int64_t now_ns);

  [[nodiscard]] std::size_t streams() const { return streams_.size(); }

  // As an ingester that was restarted without its write-ahead log.
  void forget_streams() { streams_.clear(); }

 private:
  struct Last {
    std::int64_t newest_ns = 0;
    bool any = false;
    std::int64_t time_ns = 0;
    std::string line;
    LabelPairs metadata;

    [[nodiscard]] bool equals(const LokiLine& other) const;
    void take(const LokiLine& taken);
  };

  struct State {
    Last last;
    LokiBucket rate;
  };

  class Pass;  // one stream of a push

  State* find_or_create(const LokiStreamPush& push, const LokiLimits& limits, LokiTaken& taken);

  std::string tenant_;
  std::map<std::string, State> streams_;
};

}  // namespace supercargo::test
