#include "collectors/cgroup/memory_files.h"

#include <array>
#include <limits>

#include "agent/base/text.h"
#include "collectors/cgroup/flat_keyed.h"

namespace supercargo {
namespace {

// Both in the kernel's order.
constexpr std::array<FlatField<MemoryStat>, 14> kVersion1{{
    {"pgfault", &MemoryStat::own_pgfault},
    {"pgmajfault", &MemoryStat::own_pgmajfault},
    {"total_cache", &MemoryStat::cache},
    {"total_rss", &MemoryStat::rss},
    {"total_mapped_file", &MemoryStat::mapped_file},
    {"total_dirty", &MemoryStat::dirty},
    {"total_writeback", &MemoryStat::writeback},
    {"total_workingset_refault_anon", &MemoryStat::refault_anon},
    {"total_workingset_refault_file", &MemoryStat::refault_file},
    {"total_swap", &MemoryStat::swap},
    {"total_pgfault", &MemoryStat::pgfault},
    {"total_pgmajfault", &MemoryStat::pgmajfault},
    {"total_inactive_file", &MemoryStat::inactive_file},
    {"total_active_file", &MemoryStat::active_file},
}};

constexpr std::array<FlatField<MemoryStat>, 14> kVersion2{{
    {"anon", &MemoryStat::rss},
    {"file", &MemoryStat::cache},
    {"kernel", &MemoryStat::kernel},
    {"file_mapped", &MemoryStat::mapped_file},
    {"file_dirty", &MemoryStat::dirty},
    {"file_writeback", &MemoryStat::writeback},
    {"inactive_file", &MemoryStat::inactive_file},
    {"active_file", &MemoryStat::active_file},
    {"workingset_refault_anon", &MemoryStat::refault_anon},
    {"workingset_refault_file", &MemoryStat::refault_file},
    {"pgscan", &MemoryStat::pgscan},
    {"pgsteal", &MemoryStat::pgsteal},
    {"pgfault", &MemoryStat::pgfault},
    {"pgmajfault", &MemoryStat::pgmajfault},
}};

constexpr std::array<FlatField<MemoryEvents>, 3> kEvents{{
    {"high", &MemoryEvents::high},
    {"max", &MemoryEvents::max},
    {"oom_kill", &MemoryEvents::oom_kill},
}};

template <class Struct>
std::optional<Struct> parsed(std::string_view text, std::span<const FlatField<Struct>> fields) {
  Struct result;
  if (!parse_flat_keyed<Struct>(text, fields, result)) {
    return std::nullopt;
  }
  return result;
}

}  // namespace

std::optional<MemoryStat> parse_memory_stat_v1(std::string_view text) {
  return parsed<MemoryStat>(text, kVersion1);
}

std::optional<MemoryStat> parse_memory_stat_v2(std::string_view text) {
  return parsed<MemoryStat>(text, kVersion2);
}

std::optional<MemoryEvents> parse_memory_events(std::string_view text) {
  return parsed<MemoryEvents>(text, kEvents);
}

std::optional<std::uint64_t> parse_single_value(std::string_view text) {
  const std::string_view value = trim(text);
  if (value == "max") {
    return std::numeric_limits<std::uint64_t>::max();
  }
  return parse_u64(value);
}

}  // namespace supercargo
