// memory_limit, divided: how much each output may hold in requests, and how many files of cgroups
// stay open. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/config/agent_config.h"

namespace supercargo {

// What the agent needs beside the requests of its outputs: program and libraries, the read buffer,
// open files, cursors, and a scrape of 250 containers (measured, tests/bench/README.md).
inline constexpr std::uint64_t kMemoryBesideRequests = std::uint64_t{32} << 20;

// The smallest request that still carries a line of the default length.
inline constexpr std::uint64_t kSmallestBatch = std::uint64_t{256} << 10;

// Lowers max_in_flight, then batch_bytes, of outputs that could hold more than an equal share of
// what memory_limit leaves for requests. Returns the names of those it changed.
[[nodiscard]] std::vector<std::string> fit_into_memory_limit(AgentConfig& config);

// For each file of a cgroup that stays open the kernel keeps the buffer of its text, a page, which
// it bills to the agent's own cgroup, but which no count of the process has.
struct KeptCgroupFiles {
  std::size_t of_scrapes;
  std::size_t of_watch;  // from second to second
};

// Together as many bytes as memory_limit, so that twice as much, and some for what the limit does
// not know, is enough for the agent's container whatever runs on the node.
[[nodiscard]] KeptCgroupFiles kept_cgroup_files(std::uint64_t memory_limit_bytes);

}  // namespace supercargo
