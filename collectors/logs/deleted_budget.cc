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
  if (kept_bytes <= bytes_) {
    return pinned;
  }
  const auto rank = [this](const LogFile& file) {
    return std::tuple(!file.marks().dispensable(outputs_, file.size()), file.modified_ns());
  };
  std::sort(kept.begin(), kept.end(), [&rank](const auto& a, const auto& b) {
    return rank(*a) < rank(*b);
  });
  for (const std::shared_ptr<LogFile>& file : kept) {
    if (kept_bytes <= bytes_) {
      break;
    }
    kept_bytes -= file->disk_bytes();
    file->release();
    log_warn("A deleted log file takes more disk than the budget allows: it is let go of.",
             {{"inode", file->inode()},
              {"container", file->container()->container},
              {"bytes", file->disk_bytes()},
              {"budget", bytes_}});
  }
  return pinned;
}

}  // namespace supercargo
