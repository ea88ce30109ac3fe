// The names in directories of plain files, read once a turn for all chains there: with a thousand
// files in one directory each new name would else cost a thousand listings.
//
// Owned by LogDiscovery, on its thread. What was read is true as of then: whoever misses something
// in it reads anew.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include "agent/base/directory.h"
#include "agent/base/result.h"

namespace supercargo {

class DirectoryNames {
 public:
  // One reading of a directory.
  struct Reading {
    struct stat status {};  // of the directory, just before

    std::int64_t looked_ns = 0;                                         // when that was, Unix time
    std::unordered_map<std::string, std::vector<std::string>> by_base;  // see plain_base()

    [[nodiscard]] const std::vector<std::string>& of(const std::string& base) const;
  };

  // The names in the open directory, as it is now as far as its time stamp tells, or as it was at
  // this turn's reading. `anew`: that one lacks something. A reading without any name of `base` is
  // not enough either. Good until the next call.
  [[nodiscard]] Result<const Reading*> read(int directory, const std::string& base, bool anew);

  // A turn ends.
  void forget() { readings_.clear(); }

  [[nodiscard]] std::uint64_t readings() const { return count_; }

 private:
  std::map<std::pair<dev_t, ino_t>, Reading> readings_;
  DirectoryReader reader_;
  std::uint64_t count_ = 0;
};

}  // namespace supercargo
