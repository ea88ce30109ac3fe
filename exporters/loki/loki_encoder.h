// Writes Loki's PushRequest, in protobuf's wire format, straight into one buffer.
//
// One LokiEncoder an output, owned and called by that output's thread. Between calls body() is a
// complete message, and pieces() tells whose entries stand where in it, so that posts can be made
// of any of them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/pipeline/fact_memory.h"
#include "agent/pipeline/record.h"
#include "exporters/loki/entry_times.h"
#include "exporters/loki/field_metadata.h"
#include "exporters/loki/loki_labels.h"
#include "exporters/loki/raw_sizes.h"
#include "exporters/loki/rendered_streams.h"
#include "exporters/transport/byte_buffer.h"

namespace supercargo {

// A part of a buffer.
struct ByteRange {
  std::size_t begin = 0;
  std::size_t end = 0;

  [[nodiscard]] std::size_t size() const { return end - begin; }

  [[nodiscard]] std::string_view of(std::string_view whole) const {
    return whole.substr(begin, size());
  }
};

// Entries that stand side by side in a body: of one chain, in one of Loki's streams.
struct EncodedPiece {
  std::uint32_t tenant = 0;
  std::uint64_t stream = 0;  // a hash of its labels
  std::uint64_t chain = 0;
  ByteRange labels{};       // in body(): the stream's `labels` field
  ByteRange entries{};      // in body(): `entries` fields, nothing else
  ByteRange sizes{};        // in sizes()
  std::uint32_t count = 0;  // of entries
  Amount raw{};
  std::uint64_t loki_bytes = 0;  // lines and metadata, as Loki's limits count them
  EntryTimes times{};
  LabelShape shape{};
};

// What a tenant's Loki is known to want.
struct EncodeRules {
  std::uint32_t tenant = 0;  // comes back in EncodedPiece
  bool with_metadata = true;
  bool mark_cut = true;            // with metadata, where a line was cut
  std::size_t max_line_bytes = 0;  // longer lines are cut; 0: none is
  LabelBounds labels{};
};

class LokiEncoder {
 public:
  explicit LokiEncoder(LokiLabels labels,
                       FactMemory facts = FactMemory(),
                       FieldMetadata fields = {})
      : rendered_(std::move(labels), std::move(facts)), fields_(std::move(fields)) {}

  // Room for a request of this size from the start, so that it need not grow into it.
  void reserve(std::size_t bytes) { body_.reserve(bytes); }

  // Adds the records as entries of their stream: to the last stream of the request when that is the
  // same, else to a new one. Bytes that are not UTF-8 become U+FFFD, without which Loki would
  // refuse the whole request.
  void append(const Batch& batch, const EncodeRules& rules = {});

  [[nodiscard]] std::string_view body() const { return body_.view(); }

  // In the order of the body. Valid until the next append() or clear().
  [[nodiscard]] std::span<const EncodedPiece> pieces() const { return pieces_; }

  // Of all entries, in the order of the body.
  [[nodiscard]] std::string_view sizes() const { return sizes_.view(); }

  // To be called before anything that was appended is sent.
  void save_facts() { rendered_.facts().save(); }

  // Of the open request.
  [[nodiscard]] std::uint64_t cut_lines() const { return cut_lines_; }

  [[nodiscard]] std::uint64_t stripped_lines() const { return stripped_lines_; }

  // Whose labels do not all stand in their stream.
  [[nodiscard]] std::uint64_t demoted_lines() const { return demoted_lines_; }

  [[nodiscard]] std::uint64_t unlabelled_containers() const {
    return rendered_.unlabelled_containers();
  }

  // Of all requests so far.
  [[nodiscard]] std::uint64_t unparsed_lines() const { return fields_.unparsed(); }

  // Begins the next request; memory and rendered labels stay.
  void clear();

 private:
  void open_stream(std::string_view labels_field);
  void open_piece(const Batch& batch, const RenderedStream& known, const EncodeRules& rules);
  std::size_t append_entry(const Record& record, std::string_view metadata);
  std::size_t append_cut(const Record& record, std::string_view metadata, const EncodeRules& rules);
  void note_entry(const Record& record, EncodedPiece& piece);

  RenderedStreams rendered_;
  FieldMetadata fields_;
  RenderedMetadata bare_{};  // for a Loki that takes none
  ByteBuffer body_;
  std::vector<EncodedPiece> pieces_;
  RawSizes sizes_;
  std::string repaired_;
  std::string cut_metadata_;
  std::uint64_t cut_lines_ = 0;
  std::uint64_t demoted_lines_ = 0;
  std::uint64_t stripped_lines_ = 0;
  std::size_t stream_begin_ = 0;  // behind the reserved length of the open stream; 0: none is open
  ByteRange labels_field_{};      // of the open stream
  std::uint64_t open_hash_ = 0;
  std::uint64_t open_container_ = 0;
  std::uint32_t open_tenant_ = 0;
};

}  // namespace supercargo
