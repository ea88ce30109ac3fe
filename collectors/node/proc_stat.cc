#include "collectors/node/proc_stat.h"

#include "agent/base/text.h"

namespace supercargo {
namespace {

// The number after "cpu"; nothing for the sum over all CPUs ("cpu ").
std::optional<std::uint32_t> cpu_number(std::string_view key) {
  return key.starts_with("cpu") ? parse_number<std::uint32_t>(key.substr(3)) : std::nullopt;
}

std::optional<CpuTicks> parse_cpu(std::uint32_t cpu, std::string_view rest) {
  CpuTicks out;
  out.cpu = cpu;
  for (std::size_t i = 0; i < CpuTicks::kModes; ++i) {
    const std::string_view word = take_word(rest);
    if (word.empty()) {
      return i > CpuTicks::kIdle ? std::optional(out) : std::nullopt;
    }
    const std::optional<std::uint64_t> ticks = parse_u64(word);
    if (!ticks) {
      return std::nullopt;
    }
    out.ticks[i] = *ticks;
  }
  return out;
}

std::optional<std::uint64_t>* counter_of(std::string_view key, ProcStat& out) {
  if (key == "intr") {
    return &out.interrupts;
  }
  if (key == "ctxt") {
    return &out.context_switches;
  }
  if (key == "btime") {
    return &out.boot_time;
  }
  if (key == "processes") {
    return &out.forks;
  }
  if (key == "procs_running") {
    return &out.running;
  }
  return key == "procs_blocked" ? &out.blocked : nullptr;
}

}  // namespace

// cpu  61 0 1 3088 3 0 0 0 0 0
// cpu0 61 0 1 3088 3 0 0 0 0 0
// intr 2270916 0 9 0 ...
// ctxt 5210591
// btime 1795367550
// processes 11352
// procs_running 2
// procs_blocked 0
// softirq 97 0 1 ...
Status parse_proc_stat(std::string_view text, ProcStat& out) {
  out.cpus.clear();
  out = ProcStat{std::move(out.cpus), {}, {}, {}, {}, {}, {}, {}};
  bool known = false;
  while (!text.empty()) {
    std::string_view rest = take_until(text, '\n');
    const std::string_view key = take_word(rest);
    if (const std::optional<std::uint32_t> cpu = cpu_number(key)) {
      if (const std::optional<CpuTicks> ticks = parse_cpu(*cpu, rest)) {
        out.cpus.push_back(*ticks);
        known = true;
      }
    } else if (key == "softirq") {
      out.softirqs = rest;
    } else if (std::optional<std::uint64_t>* counter = counter_of(key, out)) {
      *counter = parse_u64(take_word(rest));
      known = known || counter->has_value();
    }
  }
  if (!known) {
    return Error{ErrorCode::kParse, "stat: no line that is known"};
  }
  return Ok{};
}

Result<const ProcStat*> ProcStatFile::take(User user) {
  bool& fresh = fresh_[static_cast<std::size_t>(user)];
  if (!fresh) {
    Result<std::string_view> text = file_.read();
    if (!text) {
      return std::move(text).error();
    }
    if (Status status = parse_proc_stat(*text, stat_); !status) {
      return std::move(status).error();
    }
    fresh_.fill(true);
  }
  fresh = false;
  return &stat_;
}

}  // namespace supercargo
