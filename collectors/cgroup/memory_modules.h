// The memory modules of the machine, as the EDAC drivers know them.
//
// Collect thread; empty where no driver knows them (most virtual machines).
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace supercargo {

struct MemoryModules {
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
};

// By type: "Unbuffered-DDR4". `sys` is where sysfs is mounted.
[[nodiscard]] std::map<std::string, MemoryModules> read_memory_modules(const std::string& sys);

}  // namespace supercargo
