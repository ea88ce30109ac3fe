// A disk that forgets: what pwrite put into files below one directory, and what fdatasync has made
// safe of it.
//
// The test program that links disk_model.cc has its pwrite, fdatasync and fsync replaced; they do
// their work and tell the model that watches. A power loss keeps, for each 512-byte sector written
// since the last sync of its file, any of the contents that it had since. One model at a time;
// calls come from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include <sys/types.h>

namespace supercargo::test {

class DiskModel {
 public:
  static constexpr std::size_t kSector = 512;

  // `before_call` runs before each write and sync below `directory`: a place for a power loss.
  explicit DiskModel(std::string directory);
  ~DiskModel();
  DiskModel(const DiskModel&) = delete;
  DiskModel& operator=(const DiskModel&) = delete;

  void on_call(std::function<void()> before_call) { before_call_ = std::move(before_call); }

  enum class Syncs {
    kWork,
    kFail,  // as on Linux: what such a sync should have written is taken for written, and never is
    kNone,  // the caller is dead: it does not even try
  };

  void set_syncs(Syncs syncs) { syncs_ = syncs; }

  // What a power loss now may leave, written as files into `target`.
  void lose_power(std::mt19937_64& random, const std::string& target);

  // Called by the replaced functions. False: not a file of ours.
  void wrote(int fd, std::size_t size, off_t offset);
  [[nodiscard]] bool may_sync(int fd);
  void synced(int fd);
  void about_to_call(int fd);

 private:
  struct File {
    std::string disk;  // as of the last sync
    std::string memory;
    std::map<std::size_t, std::vector<std::string>> unsynced;  // contents since, by sector
  };

  File* file_of(int fd);

  const std::string directory_;
  std::recursive_mutex mutex_;
  std::map<std::string, File> files_;  // by name
  std::function<void()> before_call_;
  Syncs syncs_ = Syncs::kWork;
};

}  // namespace supercargo::test
