// Reads a push request that LokiEncoder wrote: what a refusal is read against.
//
// Pure; a reader borrows the body (uncompressed) and copies nothing. Damaged input is never read
// beyond its end: it ends the reading, and damaged() says so.
#pragma once

#include <cstdint>
#include <string_view>

#include "exporters/loki/wire_reader.h"

namespace supercargo {

struct PushEntry {
  std::int64_t time_ns = 0;  // since 1970; beyond what 64 bits hold: the nearest that they do
  std::string_view line;
  std::string_view metadata;  // all structuredMetadata fields, with their tags
  std::string_view whole;     // the field of the stream, with its tag and its length
};

struct MetadataSize {
  std::uint64_t pairs = 0;
  std::uint64_t bytes = 0;  // names and values, as Loki counts them for its limits
};

[[nodiscard]] MetadataSize metadata_size(std::string_view metadata);

// What Loki's rate limits count of an entry.
[[nodiscard]] inline std::uint64_t counted_bytes(const PushEntry& entry) {
  return entry.line.size() + metadata_size(entry.metadata).bytes;
}

// Reads streams, and the entries of each:
//   PushBody body(bytes);
//   while (body.next_stream()) { while (body.next_entry(entry)) {...} }
class PushBody {
 public:
  explicit PushBody(std::string_view body) : streams_(body), entries_({}) {}

  bool next_stream();

  // Of the current stream: its selector, as it was sent. Requires: next_stream() was true.
  [[nodiscard]] std::string_view labels() const { return labels_; }

  // The current stream's next entry.
  bool next_entry(PushEntry& entry);

  [[nodiscard]] bool damaged() const { return damaged_ || streams_.damaged(); }

 private:
  wire::WireReader streams_;
  wire::WireReader entries_;
  std::string_view labels_;
  bool damaged_ = false;
};

// Of a whole body; `counted` is what the tenant's and the stream's rate limits count.
struct PushSize {
  std::uint64_t streams = 0;
  std::uint64_t entries = 0;
  std::uint64_t counted = 0;
};

[[nodiscard]] PushSize push_size(std::string_view body);

}  // namespace supercargo
