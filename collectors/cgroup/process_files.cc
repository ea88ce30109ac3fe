#include "collectors/cgroup/process_files.h"

#include <algorithm>
#include <array>

#include "agent/base/text.h"

namespace supercargo {
namespace {

// "  eth0: 1 2 3 ...": the name may touch the first number.
bool parse_interface(std::string_view line, InterfaceCounters& out) {
  // bytes packets errs drop fifo frame compressed multicast, then bytes packets errs drop
  std::array<std::uint64_t*, 12> columns{&out.receive_bytes,
                                         &out.receive_packets,
                                         &out.receive_errors,
                                         &out.receive_dropped,
                                         nullptr,
                                         nullptr,
                                         nullptr,
                                         nullptr,
                                         &out.transmit_bytes,
                                         &out.transmit_packets,
                                         &out.transmit_errors,
                                         &out.transmit_dropped};
  const std::size_t colon = line.rfind(':');
  if (colon == std::string_view::npos) {
    return false;
  }
  out.name = trim(line.substr(0, colon));
  std::string_view rest = line.substr(colon + 1);
  for (std::uint64_t* const column : columns) {
    const std::optional<std::uint64_t> value = parse_u64(take_word(rest));
    if (!value) {
      return false;
    }
    if (column != nullptr) {
      *column = *value;
    }
  }
  return !out.name.empty();
}

}  // namespace

std::optional<Processes> parse_procs(std::string_view text) {
  Processes processes;
  while (!text.empty()) {
    const std::optional<std::uint32_t> id = parse_number<std::uint32_t>(take_until(text, '\n'));
    if (!id) {
      return std::nullopt;
    }
    ++processes.count;
    if (processes.first_visible == 0) {
      processes.first_visible = *id;
    }
  }
  return processes;
}

bool parse_net_dev(std::string_view text, std::vector<InterfaceCounters>& out) {
  out.clear();
  while (!text.empty()) {
    const std::string_view line = take_until(text, '\n');
    if (line.find('|') != std::string_view::npos) {
      continue;  // the two lines of headings
    }
    InterfaceCounters counters;
    if (!parse_interface(line, counters)) {
      return false;
    }
    out.push_back(counters);
  }
  return true;
}

bool is_skipped_interface(std::string_view name) {
  constexpr std::array<std::string_view, 4> kPrefixes{"lo", "veth", "docker", "nerdctl"};
  return std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](std::string_view prefix) {
    return name.starts_with(prefix);
  });
}

}  // namespace supercargo
