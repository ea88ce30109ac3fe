#include "exporters/loki/push_rewrite.h"

#include <algorithm>
#include <string>

#include "agent/base/utf8.h"
#include "exporters/loki/wire.h"

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
constexpr std::uint32_t kPairName = 1;
constexpr std::uint32_t kPairValue = 2;

std::string_view content(std::string_view whole_field) {
  WireReader reader(whole_field);
  WireField field;
  return reader.next_bytes(field) ? field.bytes : std::string_view();
}

// The first field with this number.
WireField find_field(std::string_view message, std::uint32_t number) {
  WireReader reader(message);
  WireField field;
  while (reader.next_bytes(field)) {
    if (field.number == number) {
      return field;
    }
  }
  return {};
}

// Without what tells that the line was cut.
std::string unmarked(std::string_view metadata) {
  std::string out;
  WireReader reader(metadata);
  WireField field;
  while (reader.next_bytes(field)) {
    if (find_field(field.bytes, kPairName).bytes != kOriginalBytes) {
      out.append(field.whole);
    }
  }
  return out;
}

void append_field(std::string& out, std::uint32_t number, std::string_view bytes) {
  const std::size_t before = out.size();
  out.resize(before + wire::bytes_size(bytes.size()));
  wire::put_bytes(out.data() + before, wire::bytes_tag(number), bytes);
}

}  // namespace

bool has_original_bytes(std::string_view metadata) {
  return unmarked(metadata).size() < metadata.size();
}

std::string original_bytes_field(std::size_t size) {
  std::string pair;
  append_field(pair, kPairName, kOriginalBytes);
  append_field(pair, kPairValue, std::to_string(size));
  std::string field;
  append_field(field, kEntryMetadata, pair);
  return field;
}

std::string cut_line(std::string_view line, std::size_t max_bytes) {
  const std::size_t head = cut_head_bytes(line, max_bytes);
  std::string out(line.substr(0, head));
  out.append(kCutMarker.substr(0, max_bytes));
  return out;
}

namespace {

// An entry with a shorter line, or without its metadata.
std::string changed_entry(const PushEntry& entry, const EntryChange& change) {
  const bool cut = entry.line.size() > change.max_line_bytes;
  std::string bytes(find_field(content(entry.whole), kEntryTimestamp).whole);
  append_field(bytes, kEntryLine, cut ? cut_line(entry.line, change.max_line_bytes) : entry.line);
  if (!change.strip_metadata) {
    bytes.append(change.unmark ? unmarked(entry.metadata) : std::string(entry.metadata));
    if (cut && !change.unmark && !has_original_bytes(entry.metadata)) {
      bytes.append(original_bytes_field(entry.line.size()));
    }
  }
  std::string field;
  append_field(field, kStreamEntry, bytes);
  return field;
}

// Writes streams one after the other; a stream begins with its first entry.
class PushWriter {
 public:
  explicit PushWriter(ByteBuffer& out) : out_(out) { out_.clear(); }

  void begin_stream(std::string_view labels) {
    labels_ = labels;
    begin_ = 0;
  }

  void put_entry(std::string_view field) {
    if (begin_ == 0) {
      open();
    }
    out_.append(field);
    wire::put_reserved_varint(out_.data() + begin_ - wire::kReservedVarintBytes,
                              out_.size() - begin_);
    ++entries_;
  }

  [[nodiscard]] std::uint64_t entries() const { return entries_; }

 private:
  void open() {
    wire::put_byte(out_.extend(1), wire::bytes_tag(kRequestStream));
    (void)out_.extend(wire::kReservedVarintBytes);
    begin_ = out_.size();
    char* place = out_.extend(wire::bytes_size(labels_.size()));
    wire::put_bytes(place, wire::bytes_tag(kStreamLabels), labels_);
  }

  ByteBuffer& out_;
  std::string_view labels_;
  std::size_t begin_ = 0;  // behind the reserved length of the open stream; 0: none is open
  std::uint64_t entries_ = 0;
};

}  // namespace

std::size_t cut_head_bytes(std::string_view line, std::size_t max_bytes) {
  if (line.ends_with(kCutMarker)) {
    line.remove_suffix(kCutMarker.size());
  }
  const std::size_t room = max_bytes - std::min(max_bytes, kCutMarker.size());
  return cut_utf8(line, room).size();
}

std::uint64_t rewrite_push(std::string_view body, const EntryChooser& choose, ByteBuffer& out) {
  PushWriter writer(out);
  PushBody reader(body);
  PushEntry entry;
  std::uint64_t index = 0;
  while (reader.next_stream()) {
    writer.begin_stream(reader.labels());
    while (reader.next_entry(entry)) {
      const EntryChange change = choose(index++, entry);
      if (!change.keep) {
        continue;
      }
      if (change.strip_metadata || change.unmark || entry.line.size() > change.max_line_bytes) {
        writer.put_entry(changed_entry(entry, change));
      } else {
        writer.put_entry(entry.whole);
      }
    }
  }
  return writer.entries();
}

std::uint64_t split_push(std::string_view body, ByteBuffer& first, ByteBuffer& second) {
  std::uint64_t all = 0;
  std::uint64_t in_first = 0;
  PushBody reader(body);
  PushEntry entry;
  while (reader.next_stream()) {
    while (reader.next_entry(entry)) {
      const auto end =
          static_cast<std::size_t>(entry.whole.data() - body.data()) + entry.whole.size();
      in_first += end <= body.size() / 2 ? 1U : 0U;
      ++all;
    }
  }
  if (all < 2) {
    return 0;
  }
  in_first = std::clamp<std::uint64_t>(in_first, 1, all - 1);
  const auto keep_if = [](bool keep) {
    EntryChange change;
    change.keep = keep;
    return change;
  };
  rewrite_push(
      body, [&](std::uint64_t i, const PushEntry&) { return keep_if(i < in_first); }, first);
  rewrite_push(
      body, [&](std::uint64_t i, const PushEntry&) { return keep_if(i >= in_first); }, second);
  return in_first;
}

}  // namespace supercargo
