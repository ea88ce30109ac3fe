#include "collectors/logs/decoded_line.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>

#include "agent/base/utf8.h"
#include "collectors/logs/line_chunk.h"

namespace supercargo {
namespace {

// Shortens a text that is too long, where it stands in its raw line as it is (not so Docker's
// escaped texts): always at the same place. True when it did.
bool cut_text(std::string_view raw, std::size_t limit, LogLine& line) {
  const char* const begin = line.text.data();
  const bool inside =
      std::less_equal<>()(raw.data(), begin) && std::less<>()(begin, raw.data() + raw.size());
  if (line.text.size() <= limit || !inside) {
    return false;
  }
  const std::string_view cut = cut_utf8(line.text, limit);
  line.text = cut.empty() ? line.text.substr(0, limit) : cut;
  return true;
}

}  // namespace

LineLimits line_limits(LogFormat format, std::uint64_t max_line_bytes) {
  constexpr std::size_t kFrame = std::size_t{64} << 10;
  constexpr std::size_t kCharacter = 4;  // a cut need not split one
  const auto text_bytes = static_cast<std::size_t>(max_line_bytes);
  return {text_bytes, text_bytes + (format == LogFormat::kPlain ? kCharacter : kFrame)};
}

bool decode_first(std::string_view chunk,
                  LogFormat format,
                  const LineLimits& limits,
                  bool last,
                  std::int64_t fallback_ns,
                  LineDecoder& decoder,
                  DecodedLine& out) {
  const std::optional<RawChunkLine> raw = first_line(chunk, limits.raw_bytes, last);
  if (!raw) {
    return false;
  }
  out.cut = raw->cut;
  out.raw_bytes = static_cast<std::uint32_t>(raw->raw_bytes);
  out.well_formed = decoder.decode(raw->text, format, fallback_ns, out.line);
  if (cut_text(raw->text, limits.text_bytes, out.line)) {
    out.cut = true;
    out.raw_bytes =
        static_cast<std::uint32_t>(out.line.text.data() + out.line.text.size() - raw->text.data());
  }
  return true;
}

std::uint64_t stream_bytes(const LogBytes& bytes,
                           Stream stream,
                           std::uint64_t from,
                           std::uint64_t to,
                           std::uint64_t max_line_bytes) {
  constexpr std::uint64_t kChunk = std::uint64_t{64} << 10;
  const LogFormat format = bytes.file().format();
  const LineLimits limits = line_limits(format, max_line_bytes);
  LineDecoder decoder;
  std::string buffer;
  std::uint64_t sum = 0;
  while (from < to) {
    const auto want = static_cast<std::size_t>(std::min(kChunk + limits.raw_bytes, to - from));
    const ChunkRead read = read_chunk(bytes, from, want, want, buffer);
    std::string_view chunk(buffer.data(), read.bytes);
    const bool last = from + chunk.size() >= to;
    decoder.start(chunk.size());
    const std::uint64_t before = from;
    DecodedLine line;
    while (decode_first(chunk, format, limits, last, 0, decoder, line)) {
      sum += line.line.stream == stream ? line.raw_bytes : 0;
      chunk.remove_prefix(line.raw_bytes);
      from += line.raw_bytes;
    }
    if (from == before) {
      break;  // the disk refuses, or the file became shorter
    }
  }
  return sum;
}

}  // namespace supercargo
