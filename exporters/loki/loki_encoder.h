// Writes Loki's PushRequest, in protobuf's wire format, straight into one buffer.
//
// One LokiEncoder an output, owned and called by that output's thread. Between calls body() is a
// complete message. Labels and structured metadata are rendered once per container and kept for
// up to kMaxContainers of them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "agent/pipeline/record.h"
#include "exporters/loki/loki_labels.h"
#include "exporters/transport/byte_buffer.h"

namespace supercargo {

class LokiEncoder {
 public:
  static constexpr std::size_t kMaxContainers = 1024;

  explicit LokiEncoder(LokiLabels labels) : labels_(std::move(labels)) {}

  // Room for a request of this size from the start, so that it need not grow into it.
  void reserve(std::size_t bytes) { body_.reserve(bytes); }

  // Adds the records as entries of their stream: to the last stream of the request when that is the
  // same, else to a new one. Bytes that are not UTF-8 become U+FFFD, without which Loki would
  // refuse the whole request.
  void append(const Batch& batch);

  [[nodiscard]] std::string_view body() const { return body_.view(); }

  // Begins the next request; memory and rendered labels stay.
  void clear();

 private:
  // What is the same for all lines of a container.
  struct Rendered {
    std::array<std::string, kStreamCount> stream_fields;  // the `labels` field of each stream
    std::string metadata;                                 // all structuredMetadata of an entry
  };

  const Rendered& rendered(const Batch& batch);
  void open_stream(std::string_view labels_field);
  void append_entry(const Record& record, std::string_view metadata);

  LokiLabels labels_;
  std::unordered_map<std::uint64_t, Rendered> rendered_;
  ByteBuffer body_;
  std::string repaired_;
  std::size_t stream_begin_ = 0;  // behind the reserved length of the open stream; 0: none is open
  std::uint64_t open_container_ = 0;
  Stream open_stream_ = Stream::kStdout;
};

}  // namespace supercargo
