#include "collectors/logs/record_assembler.h"

#include <algorithm>

namespace supercargo {
namespace {

// The bytes of one raw line, without its line feed. False when they are not all there any more.
bool read_raw(const RawLine& line, std::string& out) {
  out.resize(line.bytes);
  const std::size_t used = line.cursor->bytes().read_all(out.data(), out.size(), line.offset);
  out.resize(used);
  if (out.ends_with('\n')) {
    out.pop_back();
  }
  return used == line.bytes;
}

// False when what was read there before is not there any more.
bool append_piece(const RawLine& piece, JoinBuffers& buffers, std::string& text) {
  LogLine line;
  if (!read_raw(piece, buffers.raw)) {
    return false;
  }
  buffers.decoder.start(buffers.raw.size());
  if (!buffers.decoder.decode(buffers.raw, piece.cursor->file->format(), 0, line)) {
    return false;
  }
  text += line.text;
  return true;
}

}  // namespace

bool RecordAssembler::add(const RawLine& raw,
                          const LogLine& line,
                          JoinBuffers& buffers,
                          AssembledRecord& out) {
  Open& open = open_[static_cast<std::size_t>(line.stream)];
  if (open.pieces.empty() && !line.partial) {
    out = whole_record(raw, line);
    return true;
  }
  if (open.pieces.empty()) {
    open.time_ns = line.time_ns;
  }
  open.pieces.push_back(raw);
  raw.cursor->tally.hold(raw.bytes);
  // At least one: also pieces without text are bounded.
  open.text_bytes += std::max<std::size_t>(line.text.size(), 1);
  open.raw_bytes += raw.bytes;
  const bool too_long = open.text_bytes >= max_line_bytes_;
  if (line.partial && !too_long) {
    return false;
  }
  // What follows a cut becomes a record of its own: nothing is lost.
  out = join(open, /*cut=*/line.partial, buffers);
  return true;
}

AssembledRecord RecordAssembler::take(Stream stream, JoinBuffers& buffers) {
  return join(open_[static_cast<std::size_t>(stream)], /*cut=*/true, buffers);
}

AssembledRecord RecordAssembler::join(Open& open, bool cut, JoinBuffers& buffers) {
  std::string& text = buffers.texts.emplace_back();
  text.reserve(open.text_bytes);
  bool torn = false;
  for (const RawLine& piece : open.pieces) {
    torn = !append_piece(piece, buffers, text) || torn;
    piece.cursor->tally.release(piece.bytes);
  }
  const RawLine& first = open.pieces.front();
  const AssembledRecord assembled{Record{open.time_ns,
                                         text,
                                         first.offset,
                                         static_cast<std::uint32_t>(open.raw_bytes),
                                         static_cast<std::uint32_t>(open.pieces.size())},
                                  first.cursor,
                                  cut,
                                  torn};
  open = Open{};
  return assembled;
}

std::optional<std::uint64_t> RecordAssembler::first_open_offset(const FileCursor& cursor,
                                                                Stream stream) const {
  const std::vector<RawLine>& pieces = at(stream).pieces;
  const auto first = std::find_if(pieces.begin(), pieces.end(), [&cursor](const RawLine& piece) {
    return piece.cursor == &cursor;
  });
  return first == pieces.end() ? std::nullopt : std::optional(first->offset);
}

}  // namespace supercargo
