// Joins the pieces of partial lines to records, per stream, over the chunks and files of one chain.
//
// Owned by a ChainReader, on the output's thread. A piece is remembered by its place (file, offset,
// length), not by its text: when the last piece comes, pieces of earlier chunks are read again with
// pread. So a stream that stands in the middle of a record costs some bytes, not a buffer.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/pipeline/record.h"
#include "collectors/logs/file_cursor.h"
#include "collectors/logs/line_decoder.h"

namespace supercargo {

struct RawLine {
  FileCursor* cursor;
  std::uint64_t offset;
  std::uint32_t bytes;  // with its line end
  bool cut = false;     // too long: what follows it in the file belongs to the same line
};

// A record that may have begun in an earlier file of the chain.
struct AssembledRecord {
  Record record;
  FileCursor* begins_in;
  bool cut;  // it ends before its last piece: at the limit, or because no more came
  // A piece of it cannot be read again: its file was cut. The text is none that anybody wrote.
  bool torn = false;
};

// What nearly every line is: a record of its own. Made where it is used, it costs a line a fifth
// less than through add().
inline AssembledRecord whole_record(const RawLine& raw, const LogLine& line) {
  return {Record{line.time_ns, line.text, raw.offset, raw.bytes, 1}, raw.cursor, raw.cut, false};
}

// Texts of joined records, and what it takes to join them. All chains of an output share one: only
// one is read at a time, and hundreds of chains must not keep a long line each.
struct JoinBuffers {
  std::deque<std::string> texts;  // a deque: growing moves no string
  std::string raw;
  LineDecoder decoder;  // its own: the reader's would move texts of the chunk
};

class RecordAssembler {
 public:
  explicit RecordAssembler(std::uint64_t max_line_bytes) : max_line_bytes_(max_line_bytes) {}

  // True when `line`, found at `raw`, completes a record: then it is in `out`, valid until the
  // buffers' texts are cleared.
  bool add(const RawLine& raw, const LogLine& line, JoinBuffers& buffers, AssembledRecord& out);

  // The open record as it is, without its last piece. Requires: is_open(stream).
  AssembledRecord take(Stream stream, JoinBuffers& buffers);

  [[nodiscard]] bool is_open(Stream stream) const { return !at(stream).pieces.empty(); }

  // Requires: is_open(stream).
  [[nodiscard]] const RawLine& first_piece(Stream stream) const {
    return at(stream).pieces.front();
  }

  // Where the open record of the stream begins within this file: what lies before it may be
  // settled.
  [[nodiscard]] std::optional<std::uint64_t> first_open_offset(const FileCursor& cursor,
                                                               Stream stream) const;

  // Raw bytes of open records.
  [[nodiscard]] std::uint64_t open_bytes(Stream stream) const { return at(stream).raw_bytes; }

  [[nodiscard]] std::uint64_t open_bytes() const { return open_[0].raw_bytes + open_[1].raw_bytes; }

  // A rewind reads the pieces again.
  void forget() { open_ = {}; }

 private:
  struct Open {
    std::vector<RawLine> pieces;
    std::int64_t time_ns = 0;  // of the first piece
    std::uint64_t text_bytes = 0;
    std::uint64_t raw_bytes = 0;
  };

  [[nodiscard]] const Open& at(Stream stream) const {
    return open_[static_cast<std::size_t>(stream)];
  }

  static AssembledRecord join(Open& open, bool cut, JoinBuffers& buffers);

  const std::uint64_t max_line_bytes_;
  std::array<Open, kStreamCount> open_;
};

}  // namespace supercargo
