// The log files of a directory as one listing shows them.
//
// A function without state; called on discovery's thread by ChainDirectory.
#pragma once

#include <string>
#include <vector>

#include "agent/base/result.h"
#include "collectors/logs/log_naming.h"

namespace supercargo {

struct ListedName {
  std::string name;
  LogFileOrder order;
  // A .gz beside the plain file that it is made of: gzip and Docker write it in place and unlink
  // the original when it is whole, so it may be half of one.
  bool maybe_half = false;
};

// Those of the names that are log files, oldest first.
[[nodiscard]] std::vector<ListedName> order_log_files(const std::vector<std::string>& names,
                                                      const FileNaming& naming);

// Those in the open directory.
[[nodiscard]] Result<std::vector<ListedName>> list_log_files(int directory,
                                                             const FileNaming& naming);

}  // namespace supercargo
