// While it lives, the process can open only so many more files.
//
// A test's own; one thread.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>

#include "agent/base/fd.h"

namespace supercargo::test {

class FewDescriptors {
 public:
  explicit FewDescriptors(std::size_t left) {
    (void)::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit few{256, before_.rlim_max};
    (void)::setrlimit(RLIMIT_NOFILE, &few);
    for (Result<UniqueFd> fd = open_at(AT_FDCWD, "/", O_RDONLY); fd;
         fd = open_at(AT_FDCWD, "/", O_RDONLY)) {
      used_.push_back(std::move(*fd));
    }
    if (used_.size() < left) {
      throw std::logic_error("the test has more files open than it thinks");
    }
    used_.resize(used_.size() - left);
  }

  ~FewDescriptors() { (void)::setrlimit(RLIMIT_NOFILE, &before_); }

  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;

 private:
  rlimit before_{};
  std::vector<UniqueFd> used_;
};

}  // namespace supercargo::test
