#include "agent/base/boot_time.h"

#include "agent/base/text.h"

namespace supercargo {

std::optional<std::int64_t> parse_boot_time(std::string_view proc_stat) {
  while (!proc_stat.empty()) {
    std::string_view line = take_until(proc_stat, '\n');
    if (take_word(line) == "btime") {
      return parse_number<std::int64_t>(trim(line));
    }
  }
  return std::nullopt;
}

}  // namespace supercargo
