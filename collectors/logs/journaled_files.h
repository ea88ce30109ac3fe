// The files of one chain that an output's journal knows and that it does not read: those not found
// again yet after a start, and those that are done with and still there.
//
// Owned by ChainFiles, on the output's thread. Tells whether a file that discovery lists is one of
// them, so that nothing is read twice, or never.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "agent/base/clock.h"
#include "collectors/logs/catalog.h"
#include "collectors/logs/file_identity.h"
#include "collectors/logs/journal.h"

namespace supercargo {

class JournaledFiles {
 public:
  using FileNumber = Journal::FileNumber;

  JournaledFiles(std::string chain, Journal& journal)
      : chain_(std::move(chain)), journal_(journal) {}

  struct Found {
    FileNumber number = 0;
    InodeFit fit = InodeFit::kSame;
    bool closed_here = false;  // by this agent: a boot before it explains nothing
  };

  // The entry of the file's inode that waits to be found, unless the inode is another file's now.
  // A file that was closed and has grown waits again.
  [[nodiscard]] std::optional<Found> by_inode(const LogBytes& content);

  // The entry that waits whose content the file has.
  [[nodiscard]] std::optional<FileNumber> by_content(const LogBytes& content);

  // The file has the content of one that is done with: it was compressed. Then it is done with,
  // too.
  bool is_closed(const LogBytes& content);

  // The file is done with: its entry stays while it or a copy is there, or a copy of it may still
  // show up, so that it is not read again.
  void close(const LogFile& file, FileNumber number);

  // The whole chain is gone. Returns as forget_missing().
  [[nodiscard]] std::size_t forget_all();

  // The whole chain is out of reach: what is done with may come back.
  void release();

  // A file was truncated: a copy that was made of it before may still show up.
  void expect_copy(FileNumber number);

  // Forgets what `chain`, a complete listing, does not list any more. Returns how many files went
  // that had not been read to their end: also one that was empty when it was last seen, although
  // it may have come back as a .gz.
  [[nodiscard]] std::size_t forget_missing(const LogChain& chain, SteadyTime now);

 private:
  struct Closed {
    FileNumber number = 0;
    std::int64_t birth_ns = 0;
    std::optional<SteadyTime> missing_since{};  // not listed any more
  };

  [[nodiscard]] bool has_closed(FileNumber number) const;
  void forget_closed(const LogChain& chain, SteadyTime now);
  std::size_t forget_unclaimed();

  const std::string chain_;
  Journal& journal_;
  std::multimap<std::uint64_t, Closed> closed_;  // by inode
  std::optional<FileNumber> truncated_;          // waits for a copy
};

}  // namespace supercargo
