// Which log files have a descriptor: at most so many, those first whose content would be missed.
//
// Owned by LogDiscovery, on its thread. A deleted file is always open. Then come rotated files
// that some output has not read (they are the next to be deleted), then current ones, then files
// that all outputs have read. The others are parked: found by their names, opened for each read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "collectors/logs/log_file.h"
#include "collectors/logs/spare_descriptors.h"

namespace supercargo {

class OpenFiles {
 public:
  OpenFiles(std::size_t bound, std::uint32_t outputs)
      : most_(bound), bound_(bound), outputs_(outputs) {}

  // Before a file is opened: parks others when the bound is reached.
  void make_room();
  void add(const std::shared_ptr<LogFile>& file);

  // The process has no descriptors left, whatever the bound says: gives up those that are kept for
  // that. False: there are none.
  bool free_spare();
  // A whole look at the logs had too few: does with fewer open files for now, if that was not for
  // want of the spare ones.
  void out_of_descriptors();
  // A whole look at the logs went without a shortage: tries more again, the sooner the rarer that
  // failed.
  void had_descriptors();

  // Opens parked files that have something to be read, then current ones, whose last lines would be
  // lost with them, as far as there is room.
  void balance();

  // True when a file that could not be opened for a read can be now.
  [[nodiscard]] bool found_missing();

  [[nodiscard]] std::size_t open();
  [[nodiscard]] std::size_t parked();

  [[nodiscard]] std::size_t bound() const { return bound_; }

  // All that somebody still holds.
  [[nodiscard]] std::vector<std::shared_ptr<LogFile>> files();

 private:
  [[nodiscard]] bool unread(const LogFile& file) const;
  // Those that can be parked, or are, the least wanted first.
  [[nodiscard]] std::vector<std::shared_ptr<LogFile>> ranked(bool parked);
  void park(std::size_t wanted, bool unread_too);
  void open_unread();

  // What is unread of an open file is not risked for new files in a short one; in one that lasts,
  // files take turns.
  [[nodiscard]] bool shortage_lasts() const { return short_looks_ > 5; }

  // Below the bound, so that a new file does not park one each time.
  [[nodiscard]] std::size_t goal() const { return bound_ - bound_ / 8; }

  const std::size_t most_;  // as configured
  std::size_t bound_;
  std::uint32_t patience_ = 1;    // looks without a shortage before more is tried
  std::uint32_t good_looks_ = 0;  // since the last shortage or try
  bool tried_more_ = false;
  SpareDescriptors spare_;
  bool freed_spare_ = false;       // in this look
  std::uint32_t short_looks_ = 0;  // in a row
  const std::uint32_t outputs_;
  std::vector<std::weak_ptr<LogFile>> files_;
};

}  // namespace supercargo
