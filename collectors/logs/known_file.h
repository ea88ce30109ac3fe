// A file of a chain as discovery knows it, and the order of a chain's files.
//
// Owned by ChainDirectory, on discovery's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "collectors/logs/log_file.h"
#include "collectors/logs/log_listing.h"
#include "collectors/logs/log_naming.h"
#include "collectors/logs/seen_file.h"

namespace supercargo {

struct KnownFile {
  std::string name;  // at the last listing that showed it
  LogFileOrder order;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t birth_ns = 0;
  std::shared_ptr<LogFile> file;  // null: closed, when it was like this:
  std::uint64_t closed_size = 0;  // on the disk
  std::int64_t closed_mtime_ns = 0;
  bool present = true;  // found at the last listing

  // The listing shows it under this name. True when its place among the others is another one.
  bool see(const ListedName& listed);
  // The listing does not show it. One that is parked is lost with its name, unless the listing left
  // something out: true when it just was.
  bool lose_name(bool listing_is_whole);

  // Lets go of a file that all outputs are done with.
  void close();

  // Closed, and it is to be opened now that it looks like this: it has grown, or got a name that
  // was asked for.
  [[nodiscard]] bool to_be_opened(const LogFileOrder& listed, const SeenFile& seen) const;

  // It has grown since, or the name is another file's.
  [[nodiscard]] bool changed_since_closed(const SeenFile& seen) const;
};

// The file that was seen, or null.
[[nodiscard]] KnownFile* find_file(std::vector<KnownFile>& files, const SeenFile& seen);

// A file is open and has a name, but not one that was listed: it was renamed while the names were
// read, or moved away.
[[nodiscard]] bool misses_linked_file(const std::vector<KnownFile>& files);

// A file is open that has a name somewhere.
[[nodiscard]] bool any_linked(const std::vector<KnownFile>& files);

// A closed file of the open directory has grown or is another one. Links are left to the full look:
// where they lead may be outside.
[[nodiscard]] bool any_closed_changed(const std::vector<KnownFile>& files, int directory);

// The order of a file without a name that stands right behind `older` (null: none does).
[[nodiscard]] LogFileOrder order_behind(const KnownFile* older, std::uint32_t restart);

// Puts the files into their order, oldest first. Files that have lost their names keep their places
// among the others. Requires: files that were known before come first, in the order of then.
void order_files(std::vector<KnownFile>& files);

}  // namespace supercargo
