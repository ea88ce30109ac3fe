#include "collectors/lifecycle/node_kill_count.h"

#include <utility>

#include <fcntl.h>

#include "agent/base/file_end.h"
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

// The first read gives whole lines, and mostly those that matter.
std::optional<std::uint64_t> NodeKillCount::read() {
  if (!file_) {
    Result<UniqueFd> opened = open_at(AT_FDCWD, path_.c_str(), O_RDONLY | O_NONBLOCK);
    if (!opened) {
      return std::nullopt;
    }
    file_ = *std::move(opened);
  }
  for (const FileEnd end : {FileEnd::kLess, FileEnd::kNothing}) {
    if (!read_all(file_.get(), text_, end)) {
      return std::nullopt;
    }
    if (const std::optional<std::uint64_t> kills = parse_oom_kills(text_)) {
      return kills;
    }
  }
  return std::nullopt;
}

std::optional<std::uint64_t> NodeKillCount::take() {
  const std::optional<std::uint64_t> now = read();
  if (!now) {
    return std::nullopt;
  }
  const std::uint64_t before = std::exchange(count_, now).value_or(*now);
  return *now > before ? *now - before : 0;
}

}  // namespace supercargo
