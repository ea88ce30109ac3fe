#include "collectors/logs/spare_descriptors.h"

#include <utility>

#include <fcntl.h>

namespace supercargo {
namespace {

// What a look at a directory and an output may need at the same time: that must be left.
constexpr std::size_t kInUse = 4;

}  // namespace

bool SpareDescriptors::take() {
  if (taken()) {
    return true;
  }
  std::vector<UniqueFd> taken;
  while (taken.size() < kMost + kInUse) {
    Result<UniqueFd> fd = open_at(AT_FDCWD, "/", O_PATH | O_DIRECTORY);
    if (!fd) {
      return false;
    }
    taken.push_back(std::move(*fd));
  }
  taken.resize(kMost);
  taken_ = std::move(taken);
  return true;
}

bool SpareDescriptors::give_up() {
  return !std::exchange(taken_, {}).empty();
}

}  // namespace supercargo
