// A disk in memory with a page cache above it: what processes see, and what a power loss leaves.
//
// A value: a copy is the disk as it is at this moment. A power loss keeps, for each 512-byte sector
// written since the last sync of its file, any of the contents that it had since, and likewise any
// of the sizes of a file, and of the states of the directory.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace supercargo::test {

class DiskModel {
 public:
  static constexpr std::size_t kSector = 512;
  static constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

  using FileId = std::size_t;

  [[nodiscard]] std::optional<FileId> find(const std::string& path) const;

  [[nodiscard]] const std::string& contents(FileId id) const { return files_.at(id).cache; }

  FileId create(const std::string& path);
  void rename(const std::string& from, const std::string& to);
  void sync_names();

  void truncate(FileId id, std::size_t size);
  // How much of it fits on the disk is written.
  [[nodiscard]] std::size_t write(FileId id, std::string_view data, std::size_t offset);
  // False when there is no room.
  [[nodiscard]] bool allocate(FileId id, std::size_t size);
  void sync(FileId id);

  enum class FailedPages {
    kKept,     // ext4, xfs: they count as written, and read as if they were
    kDropped,  // btrfs: they read as they are on the disk
  };

  // What was to be written was written or not, and nobody will try again.
  void fail_sync(FileId id, FailedPages pages, std::mt19937_64& random);

  [[nodiscard]] DiskModel after_power_loss(std::mt19937_64& random) const;

  // Bytes that all files together may have.
  std::size_t capacity = kUnlimited;

 private:
  using Names = std::map<std::string, FileId>;

  struct File {
    std::string cache;
    std::string disk;                                          // as of the last sync
    std::map<std::size_t, std::vector<std::string>> unsynced;  // contents since, by sector
    std::vector<std::size_t> sizes;                            // since
  };

  [[nodiscard]] std::size_t room_for(const File& file, std::size_t size) const;
  static void lose(File& file, std::mt19937_64& random);

  std::vector<File> files_;
  Names names_;
  Names names_on_disk_;
  std::vector<Names> unsynced_names_;
};

}  // namespace supercargo::test
