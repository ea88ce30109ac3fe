// A file of a chain as discovery knows it, and the order of a chain's files.
//
// Owned by ChainDirectory, on the main thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <sys/stat.h>

#include "collectors/logs/log_file.h"
#include "collectors/logs/log_naming.h"

namespace supercargo {

struct KnownFile {
  std::string name;  // at the last listing that showed it
  LogFileOrder order;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::shared_ptr<LogFile> file;  // null: closed, when it was like this:
  std::uint64_t closed_size = 0;  // on the disk
  std::int64_t closed_mtime_ns = 0;
  bool present = true;  // found at the last listing

  // Lets go of a file that all outputs are done with.
  void close();

  // Closed, and it is to be opened now that it looks like this: it has grown, or got a name that
  // was asked for.
  [[nodiscard]] bool to_be_opened(const LogFileOrder& listed, const struct stat& status) const;

  // It has grown since, or the name is another file's.
  [[nodiscard]] bool changed_since_closed(const struct stat& status) const;
};

// Puts the files into their order, oldest first. Files that have lost their names keep their places
// among the others. Requires: files that were known before come first, in the order of then.
void order_files(std::vector<KnownFile>& files);

}  // namespace supercargo
