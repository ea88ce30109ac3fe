#include "exporters/loki/push_body.h"

#include <limits>

namespace supercargo {
namespace {

using wire::WireField;
using wire::WireReader;

// As in loki_encoder.cc.
constexpr std::uint32_t kRequestStream = 1;
constexpr std::uint32_t kStreamLabels = 1;
constexpr std::uint32_t kStreamEntry = 2;
constexpr std::uint32_t kEntryTimestamp = 1;
constexpr std::uint32_t kEntryLine = 2;
constexpr std::uint32_t kEntryMetadata = 3;
constexpr std::uint32_t kTimestampSeconds = 1;
constexpr std::uint32_t kTimestampNanos = 2;
constexpr std::uint32_t kPairName = 1;
constexpr std::uint32_t kPairValue = 2;

// Loki adds it itself and does not count it.
constexpr std::string_view kUncountedName = "detected_level";

struct Pair {
  std::string_view name;
  std::string_view value;
};

Pair read_pair(std::string_view bytes) {
  Pair pair;
  WireReader reader(bytes);
  WireField field;
  while (reader.next_bytes(field)) {
    if (field.number == kPairName) {
      pair.name = field.bytes;
    } else if (field.number == kPairValue) {
      pair.value = field.bytes;
    }
  }
  return pair;
}

std::int64_t saturated_time(std::int64_t seconds, std::int64_t nanos) {
  constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
  std::int64_t time_ns = 0;
  if (__builtin_mul_overflow(seconds, kNanosPerSecond, &time_ns) ||
      __builtin_add_overflow(time_ns, nanos, &time_ns)) {
    return seconds < 0 ? std::numeric_limits<std::int64_t>::min()
                       : std::numeric_limits<std::int64_t>::max();
  }
  return time_ns;
}

bool read_time(std::string_view bytes, std::int64_t& time_ns) {
  std::int64_t seconds = 0;
  std::int64_t nanos = 0;
  WireReader reader(bytes);
  WireField field;
  while (reader.next(field)) {
    if (field.is_bytes) {
      continue;
    }
    if (field.number == kTimestampSeconds) {
      seconds = static_cast<std::int64_t>(field.value);
    } else if (field.number == kTimestampNanos) {
      nanos = static_cast<std::int64_t>(field.value);
    }
  }
  time_ns = saturated_time(seconds, nanos);
  return !reader.damaged();
}

// Metadata of one entry stands together, or the entry is none of ours.
bool extend(std::string_view& metadata, std::string_view field) {
  if (metadata.empty()) {
    metadata = field;
    return true;
  }
  const bool adjacent = metadata.data() + metadata.size() == field.data();
  metadata = {metadata.data(), metadata.size() + field.size()};
  return adjacent;
}

bool read_entry(std::string_view bytes, PushEntry& entry) {
  WireReader reader(bytes);
  WireField field;
  bool good = true;
  while (good && reader.next_bytes(field)) {
    switch (field.number) {
      case kEntryTimestamp:
        good = read_time(field.bytes, entry.time_ns);
        break;
      case kEntryLine:
        entry.line = field.bytes;
        break;
      case kEntryMetadata:
        good = extend(entry.metadata, field.whole);
        break;
      default:
        break;
    }
  }
  return good && !reader.damaged();
}

}  // namespace

MetadataSize metadata_size(std::string_view metadata) {
  MetadataSize size;
  WireReader reader(metadata);
  WireField field;
  while (reader.next_bytes(field)) {
    const Pair pair = read_pair(field.bytes);
    ++size.pairs;
    size.bytes += pair.name == kUncountedName ? 0 : pair.name.size() + pair.value.size();
  }
  return size;
}

bool PushBody::next_stream() {
  WireField field;
  while (!damaged_ && streams_.next_bytes(field)) {
    if (field.number != kRequestStream) {
      continue;
    }
    // Labels stand before entries, but need not.
    labels_ = {};
    entries_ = WireReader(field.bytes);
    WireReader reader(field.bytes);
    while (reader.next_bytes(field)) {
      if (field.number == kStreamLabels) {
        labels_ = field.bytes;
        break;
      }
    }
    return true;
  }
  return false;
}

bool PushBody::next_entry(PushEntry& entry) {
  WireField field;
  while (!damaged_ && entries_.next_bytes(field)) {
    if (field.number == kStreamEntry) {
      entry = PushEntry{};
      entry.whole = field.whole;
      damaged_ = !read_entry(field.bytes, entry);
      return !damaged_;
    }
  }
  damaged_ = damaged_ || entries_.damaged();
  return false;
}

PushSize push_size(std::string_view body) {
  PushSize size;
  PushBody reader(body);
  PushEntry entry;
  while (reader.next_stream()) {
    ++size.streams;
    while (reader.next_entry(entry)) {
      ++size.entries;
      size.counted += counted_bytes(entry);
    }
  }
  return size;
}

}  // namespace supercargo
