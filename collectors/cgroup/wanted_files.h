// Which files of a cgroup tell of the families that somebody wants: the others are not read.
//
// Pure, any thread.
#pragma once

#include <vector>

#include "collectors/cgroup/cgroup_files.h"

namespace supercargo {

// `families` by their places in cgroup_families(); those behind its end are not wanted.
[[nodiscard]] UnwantedFiles unwanted_files(const std::vector<bool>& families);

// Whether one of those from `first` to `last` is wanted.
[[nodiscard]] bool wants_any(const std::vector<bool>& families,
                             std::size_t first,
                             std::size_t last);

}  // namespace supercargo
