// How much disk, and how many descriptors, deleted log files may take that outputs have not read
// yet.
//
// Owned by LogDiscovery, on its thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "collectors/logs/log_file.h"

namespace supercargo {

class DeletedBudget {
 public:
  DeletedBudget(std::uint64_t bytes, std::size_t files, std::uint32_t outputs)
      : bytes_(bytes), files_(files), outputs_(outputs) {}

  // Releases files while the deleted ones among them take more than the budget, or are more: first
  // those that every output has read or has a copy of, then the oldest. Returns the bytes that are
  // pinned now, those included that were released and not let go of yet.
  std::uint64_t enforce(const std::vector<std::shared_ptr<LogFile>>& files) const;

 private:
  const std::uint64_t bytes_;
  const std::size_t files_;
  const std::uint32_t outputs_;
};

}  // namespace supercargo
