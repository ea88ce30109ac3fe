#include "collectors/logs/line_decoder.h"

namespace supercargo {

bool LineDecoder::decode(std::string_view raw,
                         LogFormat format,
                         std::int64_t fallback_ns,
                         LogLine& out) {
  if (raw.ends_with('\r')) {
    raw.remove_suffix(1);
  }
  bool decoded = false;
  if (format == LogFormat::kPlain) {
    decoded = true;
  } else if (format == LogFormat::kCri && !raw.starts_with('{')) {
    if (parse_cri_line(raw, timestamps_, out)) {
      return true;
    }
  } else if (docker_.parse(raw, timestamps_, out)) {
    return true;
  }
  out = LogLine{fallback_ns, Stream::kStdout, /*partial=*/false, raw};
  return decoded;
}

}  // namespace supercargo
