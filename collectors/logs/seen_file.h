// What stands under a name, as one look (statx) shows it: tells a file that is known from another
// one, also where the inode was given again.
//
// A value of discovery's, on its thread. A look at a name takes no descriptor.
#pragma once

#include <cstdint>

#include "agent/base/result.h"

namespace supercargo {

struct SeenFile {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t birth_ns = 0;  // 0 where the filesystem does not tell
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  bool regular = false;
  bool link = false;

  // The name in the open directory; a link is not followed.
  [[nodiscard]] static Result<SeenFile> at(int directory, const char* name);
  [[nodiscard]] static Result<SeenFile> of(int fd);
};

}  // namespace supercargo
