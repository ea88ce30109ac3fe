// A few descriptors that are kept for when the process has no others left: then looks at
// directories, and files that nobody has open, take them.
//
// Owned by OpenFiles, on discovery's thread.
#pragma once

#include <cstddef>
#include <vector>

#include "agent/base/fd.h"

namespace supercargo {

class SpareDescriptors {
 public:
  static constexpr std::size_t kMost = 8;

  // Takes them, if there are more than that; else none.
  bool take();

  // False: there were none.
  bool give_up();

  [[nodiscard]] bool taken() const { return !taken_.empty(); }

 private:
  std::vector<UniqueFd> taken_;
};

}  // namespace supercargo
