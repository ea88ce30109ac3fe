// What a Loki with its default limits makes of a push request: what it stores and what it answers.
//
// Owned by a stand-in that locks around it; no thread of its own. Messages and status codes are
// those of grafana/loki (pkg/validation, pkg/distributor, pkg/ingester/stream.go).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/loki_selector.h"

namespace supercargo::test {

struct LokiLimits {
  std::size_t max_labels = 15;
  std::size_t max_label_name_bytes = 1024;
  std::size_t max_label_value_bytes = 2048;
  std::size_t max_line_bytes = std::size_t{256} << 10;
  std::size_t max_metadata_bytes = std::size_t{64} << 10;
  std::size_t max_metadata_entries = 128;
  std::size_t max_body_bytes = std::size_t{100} << 20;  // uncompressed
  std::int64_t max_age_s = 7 * 24 * 3600;
  std::int64_t max_future_s = 600;
  std::int64_t max_behind_s = 3600;  // behind the newest line of its stream
  std::size_t max_streams = 0;       // 0: no limit
  std::size_t ingestion_rate = 0;    // bytes a second; 0: no limit
  std::size_t ingestion_burst = 6'000'000;
};

struct LokiLine {
  std::string tenant;
  std::string selector;  // as it was sent
  LabelPairs labels;
  LabelPairs metadata;
  std::int64_t time_ns = 0;
  std::string line;
  std::int64_t received_ns = 0;
  std::uint64_t request = 0;  // number of the push request that brought it, from 1
};

struct PushVerdict {
  int status = 204;
  std::string text;
  std::vector<LokiLine> stored;  // also where status is not 204
  std::uint64_t refused = 0;
  std::uint64_t duplicates = 0;  // equal to the last line of their stream: accepted, not stored
};

class LokiStore {
 public:
  explicit LokiStore(LokiLimits limits) : limits_(limits) {}

  // `body` as it came, compressed.
  PushVerdict push(std::string_view body, const std::string& tenant, std::int64_t now_ns);

  [[nodiscard]] std::size_t streams() const { return streams_.size(); }

 private:
  struct StreamState {
    std::int64_t newest_ns = 0;
    std::int64_t last_ns = 0;
    std::string last_line;
    LabelPairs last_metadata;
  };

  class Pass;  // one push

  bool take_tokens(std::size_t bytes, std::int64_t now_ns);

  LokiLimits limits_;
  std::map<std::string, StreamState> streams_;  // by tenant and selector
  double tokens_ = -1;
  std::int64_t tokens_at_ns_ = 0;
};

}  // namespace supercargo::test
