#include "collectors/logs/line_decoder.h"

namespace supercargo {

namespace {

// A line may end in CR LF. Within a line that goes on it is a byte like any.
void drop_carriage_return(LogLine& line) {
  if (!line.partial && line.text.ends_with('\r')) {
    line.text.remove_suffix(1);
  }
}

}  // namespace

bool LineDecoder::decode(std::string_view raw,
                         LogFormat format,
                         std::int64_t fallback_ns,
                         LogLine& out) {
  bool decoded = false;
  if (format == LogFormat::kCri && !raw.starts_with('{')) {
    decoded = parse_cri_line(raw, timestamps_, out);
  } else if (format != LogFormat::kPlain) {
    decoded = docker_.parse(raw, timestamps_, out);
  }
  if (!decoded) {
    out = LogLine{fallback_ns, Stream::kStdout, /*partial=*/false, raw};
  }
  drop_carriage_return(out);
  return decoded || format == LogFormat::kPlain;
}

}  // namespace supercargo
