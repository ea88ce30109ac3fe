#include "collectors/logs/deleted_budget.h"

#include <algorithm>
#include <tuple>

#include "agent/base/log.h"

namespace supercargo {

std::uint64_t DeletedBudget::enforce(const std::vector<std::shared_ptr<LogFile>>& files) const {
  std::vector<std::shared_ptr<LogFile>> kept;
  std::uint64_t pinned = 0;
  std::uint64_t kept_bytes = 0;
  for (const std::shared_ptr<LogFile>& file : files) {
    if (file->linked() || file->gone()) {
      continue;
    }
    pinned += file->disk_bytes();
    if (!file->released()) {
      kept_bytes += file->disk_bytes();
      kept.push_back(file);
    }
  }
  std::size_t kept_files = kept.size();
  const auto fits = [&] { return kept_bytes <= bytes_ && kept_files <= files_; };
  if (fits()) {
    return pinned;
  }
  const auto rank = [this](const LogFile& file) {
    return std::tuple(!file.marks().dispensable(outputs_, file.size()), file.modified_ns());
  };
  std::sort(kept.begin(), kept.end(), [&rank](const auto& a, const auto& b) {
    return rank(*a) < rank(*b);
  });
  for (const std::shared_ptr<LogFile>& file : kept) {
    if (fits()) {
      break;
    }
    kept_bytes -= file->disk_bytes();
    --kept_files;
    file->release();
    log_warn("Deleted log files are more than the budget allows: one is let go of.",
             {{"inode", file->inode()},
              {"container", file->container()->container},
              {"bytes", file->disk_bytes()},
              {"budget_bytes", bytes_},
              {"budget_files", files_}});
  }
  return pinned;
}

}  // namespace supercargo
