// memory_limit, divided: how much each output may hold in requests. Pure.
#pragma once

#include <cstdint>
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

}  // namespace supercargo
