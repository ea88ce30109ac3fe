#include "agent/base/text.h"
#include "collectors/logs/log_line.h"

namespace supercargo {
namespace {

// " stdout F text" and " stderr P text", as nearly all lines have it: compared as a whole, where
// looking for each blank would cost as much as the rest of the line.
bool parse_usual_tags(std::string_view rest, LogLine& out) {
  constexpr std::size_t kTag = 8;
  constexpr std::size_t kText = 10;
  if (rest.size() < kText || rest[kText - 1] != ' ') {
    return false;
  }
  const std::string_view stream = rest.substr(0, kTag);
  const bool is_stdout = stream == " stdout ";
  const char tag = rest[kTag];
  if ((!is_stdout && stream != " stderr ") || (tag != 'F' && tag != 'P')) {
    return false;
  }
  out.stream = is_stdout ? Stream::kStdout : Stream::kStderr;
  out.partial = tag == 'P';
  out.text = rest.substr(kText);
  return true;
}

// With several tags, or with no text and no blank before it.
bool parse_any_tags(std::string_view rest, LogLine& out) {
  (void)take_until(rest, ' ');
  const std::string_view stream = take_until(rest, ' ');
  const std::size_t tags_end = rest.find(' ');
  std::string_view tags = rest.substr(0, tags_end);
  const std::string_view first_tag = take_until(tags, ':');
  if (first_tag != "F" && first_tag != "P") {
    return false;
  }
  if (stream != "stdout" && stream != "stderr") {
    return false;
  }
  out.stream = stream == "stdout" ? Stream::kStdout : Stream::kStderr;
  out.partial = first_tag == "P";
  out.text = tags_end == std::string_view::npos ? std::string_view{} : rest.substr(tags_end + 1);
  return true;
}

}  // namespace

bool parse_cri_line(std::string_view line, TimestampParser& timestamps, LogLine& out) {
  const std::size_t time_end = line.find(' ');
  if (time_end == std::string_view::npos) {
    return false;
  }
  const std::string_view rest = line.substr(time_end);
  if (!parse_usual_tags(rest, out) && !parse_any_tags(rest, out)) {
    return false;
  }
  const std::optional<std::int64_t> time = timestamps.parse(line.substr(0, time_end));
  out.time_ns = time.value_or(0);
  return time.has_value();
}

}  // namespace supercargo
