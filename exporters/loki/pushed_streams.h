// What a push request was made of, by stream: what its answer is read against.
//
// A value that borrows nothing but the body it was read from. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporters/loki/push_body.h"
#include "exporters/loki/selector.h"

namespace supercargo {

struct PushedEntry {
  std::size_t index = 0;  // in the whole body
  std::int64_t time_ns = 0;
  std::uint64_t line_bytes = 0;
  MetadataSize metadata;
};

struct PushedStream {
  std::string_view labels;  // as it was sent
  std::vector<PushedEntry> entries;
};

class PushedStreams {
 public:
  explicit PushedStreams(std::string_view body);

  [[nodiscard]] const std::vector<PushedStream>& streams() const { return streams_; }

  [[nodiscard]] std::size_t entry_count() const { return entry_count_; }

  // The stream that Loki calls `told`. A name that is missing means the only stream there is; null
  // where that is not certain.
  [[nodiscard]] const PushedStream* find(const std::string& told);

 private:
  [[nodiscard]] const PushedStream* search(std::string_view told);

  std::vector<PushedStream> streams_;  // those of equal labels are one
  std::size_t entry_count_ = 0;
  std::vector<std::optional<LabelPairs>> sent_labels_;  // parsed when first needed
  std::map<std::string, const PushedStream*> found_;
};

}  // namespace supercargo
