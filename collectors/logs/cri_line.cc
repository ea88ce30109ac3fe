#include "agent/base/text.h"
#include "collectors/logs/log_line.h"

namespace supercargo {

bool parse_cri_line(std::string_view line, TimestampParser& timestamps, LogLine& out) {
  const std::string_view time_text = take_until(line, ' ');
  const std::string_view stream = take_until(line, ' ');
  const std::size_t tags_end = line.find(' ');
  // An empty message may come without the blank before it.
  std::string_view tags = line.substr(0, tags_end);
  const std::string_view first_tag = take_until(tags, ':');
  if (first_tag.size() != 1 || (first_tag[0] != 'F' && first_tag[0] != 'P')) {
    return false;
  }
  if (stream == "stdout") {
    out.stream = Stream::kStdout;
  } else if (stream == "stderr") {
    out.stream = Stream::kStderr;
  } else {
    return false;
  }
  const std::optional<std::int64_t> time = timestamps.parse(time_text);
  if (!time) {
    return false;
  }
  out.time_ns = *time;
  out.partial = first_tag[0] == 'P';
  out.text = tags_end == std::string_view::npos ? std::string_view{} : line.substr(tags_end + 1);
  return true;
}

}  // namespace supercargo
