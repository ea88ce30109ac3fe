#include "exporters/loki/loki_encoder.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "agent/base/utf8.h"
#include "exporters/loki/push_rewrite.h"
#include "exporters/loki/wire.h"

namespace supercargo {
namespace {

// The message, as far as it is sent (github.com/grafana/loki, pkg/push/push.proto):
//   PushRequest { repeated Stream streams = 1; }
//   Stream      { string labels = 1; repeated Entry entries = 2; }
//   Entry       { Timestamp timestamp = 1; string line = 2; repeated LabelPair metadata = 3; }
//   Timestamp   { int64 seconds = 1; int32 nanos = 2; }
//   LabelPair   { string name = 1; string value = 2; }
constexpr std::uint8_t kRequestStream = wire::bytes_tag(1);
constexpr std::uint8_t kStreamEntry = wire::bytes_tag(2);
constexpr std::uint8_t kEntryTimestamp = wire::bytes_tag(1);
constexpr std::uint8_t kEntryLine = wire::bytes_tag(2);
constexpr std::uint8_t kTimestampSeconds = wire::varint_tag(1);
constexpr std::uint8_t kTimestampNanos = wire::varint_tag(2);

// Far below what a reserved length can say.
constexpr std::size_t kMaxStreamBytes = std::size_t{64} << 20;

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

struct Timestamp {
  std::uint64_t seconds;
  std::uint64_t nanos;
};

// Nanos are never negative, also before 1970.
Timestamp split_time(std::int64_t time_ns) {
  std::int64_t seconds = time_ns / kNanosPerSecond;
  std::int64_t nanos = time_ns % kNanosPerSecond;
  if (nanos < 0) {
    nanos += kNanosPerSecond;
    --seconds;
  }
  return {static_cast<std::uint64_t>(seconds), static_cast<std::uint64_t>(nanos)};
}

std::size_t content_size(const Timestamp& time) {
  return 2 + wire::varint_size(time.seconds) + wire::varint_size(time.nanos);
}

char* put_timestamp(char* place, const Timestamp& time) {
  place = wire::put_byte(place, kEntryTimestamp);
  place = wire::put_varint(place, content_size(time));
  place = wire::put_varint(wire::put_byte(place, kTimestampSeconds), time.seconds);
  return wire::put_varint(wire::put_byte(place, kTimestampNanos), time.nanos);
}

}  // namespace

void LokiEncoder::clear() {
  body_.clear();
  pieces_.clear();
  sizes_.clear();
  cut_lines_ = 0;
  demoted_lines_ = 0;
  stripped_lines_ = 0;
  stream_begin_ = 0;
}

void LokiEncoder::open_stream(std::string_view labels_field) {
  wire::put_byte(body_.extend(1), kRequestStream);
  (void)body_.extend(wire::kReservedVarintBytes);
  stream_begin_ = body_.size();
  body_.append(labels_field);
  labels_field_ = {stream_begin_, body_.size()};
}

void LokiEncoder::open_piece(const Batch& batch,
                             const RenderedStream& known,
                             const EncodeRules& rules) {
  const std::size_t at = body_.size();
  if (!pieces_.empty() && pieces_.back().entries.end == at && pieces_.back().chain == batch.chain) {
    return;
  }
  EncodedPiece& piece = pieces_.emplace_back();
  piece.tenant = rules.tenant;
  piece.stream = known.hash;
  piece.shape = known.shape;
  piece.chain = batch.chain;
  piece.labels = labels_field_;
  piece.entries = {at, at};
  piece.sizes = {sizes_.size_bytes(), sizes_.size_bytes()};
}

void LokiEncoder::note_entry(const Record& record, EncodedPiece& piece) {
  sizes_.add(record.raw_bytes, record.raw_lines);
  piece.raw += {record.raw_bytes, record.raw_lines};
  piece.times.add(record.time_ns);
}

// The sizes of the parts of an entry are arithmetic, so entries get their exact length before they
// are written; only a stream, whose end is not known at its beginning, has a reserved length. So a
// GiB of raw lines costs 0.13 CPU s, of which 0.05 for looking at UTF-8 and 0.06 for copying; with
// protobuf's generated classes it costs 1.0 (tests/bench/loki_encode_bench.cc). Gives the line's
// size.
std::size_t LokiEncoder::append_entry(const Record& record, std::string_view metadata) {
  std::string_view text = record.text;
  if (valid_utf8_prefix(text) != text.size()) {
    repaired_.clear();
    append_valid_utf8(repaired_, text);
    text = repaired_;
  }
  const Timestamp time = split_time(record.time_ns);
  const std::size_t size =
      wire::bytes_size(content_size(time)) + wire::bytes_size(text.size()) + metadata.size();
  char* place = body_.extend(wire::bytes_size(size));
  place = wire::put_varint(wire::put_byte(place, kStreamEntry), size);
  place = wire::put_bytes(put_timestamp(place, time), kEntryLine, text);
  wire::put_raw(place, metadata);
  return text.size();
}

// The rare entry that is longer than its tenant's Loki takes.
std::size_t LokiEncoder::append_cut(const Record& record,
                                    std::string_view metadata,
                                    const EncodeRules& rules) {
  std::string repaired;
  append_valid_utf8(repaired, record.text);
  if (repaired.size() <= rules.max_line_bytes) {
    return append_entry(record, metadata);
  }
  ++cut_lines_;
  const std::string line = cut_line(repaired, rules.max_line_bytes);
  cut_metadata_ = metadata;
  std::size_t marked = 0;
  if (rules.with_metadata && rules.mark_cut) {
    cut_metadata_ += original_bytes_field(record.text.size());
    marked = kOriginalBytes.size() + std::to_string(record.text.size()).size();
  }
  Record cut = record;
  cut.text = line;
  return append_entry(cut, cut_metadata_) + marked;
}

void LokiEncoder::append(const Batch& batch, const EncodeRules& rules) {
  if (batch.records.empty()) {
    return;
  }
  const RenderedStream& known = rendered_.of(batch, rules.labels);
  const bool has_room = body_.size() - stream_begin_ < kMaxStreamBytes;
  const bool same = stream_begin_ != 0 && open_container_ == batch.container_key &&
                    open_hash_ == known.hash && open_tenant_ == rules.tenant;
  if (!same || !has_room) {
    open_stream(known.labels_field);
    open_container_ = batch.container_key;
    open_hash_ = known.hash;
    open_tenant_ = rules.tenant;
  }
  open_piece(batch, known, rules);
  EncodedPiece& piece = pieces_.back();
  // Repaired, a text has three times its bytes at most; 0 is no bound.
  const std::size_t surely_short = (rules.max_line_bytes - 1) / 3;
  const bool with_fields = rules.with_metadata && fields_.wanted();
  for (const Record& record : batch.records) {
    const RenderedMetadata& own = rules.with_metadata ? known.at(record.time_ns) : bare_;
    std::size_t text_bytes = own.text_bytes;
    const std::string_view metadata =
        with_fields ? fields_.with_fields(own.fields, record.text, text_bytes) : own.fields;
    text_bytes += record.text.size() <= surely_short ? append_entry(record, metadata)
                                                     : append_cut(record, metadata, rules);
    piece.loki_bytes += text_bytes;
    note_entry(record, piece);
  }
  rendered_.facts().note(batch);
  piece.count += static_cast<std::uint32_t>(batch.records.size());
  const bool stripped = !rules.with_metadata && !known.metadata.back().fields.empty();
  stripped_lines_ += stripped ? batch.records.size() : 0;
  demoted_lines_ += known.shape.demoted ? batch.records.size() : 0;
  piece.entries.end = body_.size();
  piece.sizes.end = sizes_.size_bytes();
  wire::put_reserved_varint(body_.data() + stream_begin_ - wire::kReservedVarintBytes,
                            body_.size() - stream_begin_);
}

}  // namespace supercargo
