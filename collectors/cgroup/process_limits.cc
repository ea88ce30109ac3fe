#include "collectors/cgroup/process_limits.h"

#include "agent/base/fd.h"
#include "agent/base/text.h"

namespace supercargo {

std::optional<std::int64_t> parse_open_files_limit(std::string_view text) {
  constexpr std::string_view kName = "Max open files ";
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    if (!line.starts_with(kName)) {
      continue;
    }
    line.remove_prefix(kName.size());
    const std::string_view soft = take_word(line);
    if (soft == "unlimited") {
      return -1;
    }
    return parse_number<std::int64_t>(soft);
  }
  return std::nullopt;
}

std::optional<std::int64_t> read_open_files_limit(const std::string& proc, std::uint32_t process) {
  std::string text;
  const std::string path = proc + "/" + std::to_string(process) + "/limits";
  return read_file(path.c_str(), text) ? parse_open_files_limit(text) : std::nullopt;
}

}  // namespace supercargo
