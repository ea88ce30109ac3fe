#include "collectors/lifecycle/node_kill_count.h"

#include <utility>

#include "agent/base/fd.h"
#include "agent/base/text.h"

namespace supercargo {

// nr_free_pages 412903
// oom_kill 3
std::optional<std::uint64_t> parse_oom_kills(std::string_view vmstat) {
  constexpr std::string_view kKey = "\noom_kill ";
  const std::size_t found = vmstat.find(kKey);
  if (found == std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view rest = vmstat.substr(found + kKey.size());
  return parse_u64(take_until(rest, '\n'));
}

std::optional<std::uint64_t> NodeKillCount::take() {
  const bool read = read_file(path_.c_str(), text_).has_value();
  const std::optional<std::uint64_t> now = read ? parse_oom_kills(text_) : std::nullopt;
  if (!now) {
    return std::nullopt;
  }
  const std::uint64_t before = std::exchange(count_, now).value_or(*now);
  return *now > before ? *now - before : 0;
}

}  // namespace supercargo
