// One log file: shared by discovery, which finds it, and by every output that reads it.
//
// Immutable but for the atomics and what has a lock of its own. The descriptor stays open as long
// as anybody holds the object, so a file that was renamed or deleted can be read to its end; only
// above the bound on open files it is parked, and opened for each read. pread keeps outputs
// independent of each other.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include <sys/stat.h>
#include <sys/types.h>

#include "agent/base/fd.h"
#include "agent/base/result.h"
#include "agent/pipeline/record.h"
#include "collectors/logs/file_marks.h"
#include "collectors/logs/parkable_fd.h"

namespace supercargo {

enum class LogFormat : std::uint8_t { kCri, kDocker, kPlain };

// What tells a file again after a restart: never its name, and the device number only while the
// agent runs.
struct FileIdentity {
  static constexpr std::uint32_t kHeadBytes = 1024;

  std::uint64_t inode = 0;
  std::int64_t birth_ns = 0;  // statx; 0 where the filesystem has none
  std::uint32_t head_bytes =
      0;  // how much of the head the hash covers: what was there then, at most kHeadBytes
  std::uint64_t head_hash = 0;
};

// What stood before a settled offset: XXH3 of the `bytes` (at most kBytes) of the uncompressed file
// that end there. A file where something else stands in that place is another file, or was
// rewritten.
struct TailMark {
  static constexpr std::uint16_t kBytes = 1024;

  std::uint16_t bytes = 0;  // 0: unknown
  std::uint64_t hash = 0;

  friend bool operator==(const TailMark&, const TailMark&) = default;
};

// How a file lies on the disk.
enum class LogEncoding : std::uint8_t {
  kPlain,
  kGzip,  // complete and never changed; offsets and sizes are those of the inflated bytes
};

class LogFile {
 public:
  LogFile(std::shared_ptr<const UniqueFd> fd,
          const struct stat& status,
          std::int64_t birth_ns,
          LogFormat format,
          LogEncoding encoding,
          std::uint64_t size,
          std::shared_ptr<const ContainerInfo> container,
          bool from_end,
          FilePlace place = {});

  // The same file for other outputs, of which none is done with it. The two share the descriptor,
  // since another one may not be to be had. Null when there is none.
  [[nodiscard]] std::shared_ptr<LogFile> again(FilePlace place) const;

  // As pread(2) on the file as it lies on the disk, without EINTR. See LogBytes for its content.
  // EAGAIN: not now, see ParkableFd.
  ssize_t read_raw(char* to, std::size_t bytes, std::uint64_t offset) const noexcept;

  // Unique in this process: an address may be used again.
  [[nodiscard]] std::uint64_t serial() const noexcept { return serial_; }

  [[nodiscard]] bool compressed() const noexcept { return encoding_ == LogEncoding::kGzip; }

  [[nodiscard]] LogFormat format() const noexcept { return format_; }

  [[nodiscard]] const std::shared_ptr<const ContainerInfo>& container() const noexcept {
    return container_;
  }

  // Its source has start_at: end, and it was there at discovery's first look. What stands in it is
  // not wanted by outputs that come after it (OldFiles).
  [[nodiscard]] bool from_end() const noexcept { return from_end_; }

  // When it was made, as far as the filesystem tells: else it is not younger than that. Unix time.
  [[nodiscard]] std::int64_t stands_since_ns() const noexcept { return stands_since_ns_; }

  // It was written to last so long ago that what stands in it is not wanted (max_age), unless an
  // output's journal knows the file.
  [[nodiscard]] bool too_old() const noexcept { return too_old_.load(std::memory_order_relaxed); }

  void set_too_old(bool too_old) noexcept { too_old_.store(too_old, std::memory_order_relaxed); }

  // A rotated sibling that nobody asked for (plain files): to be read only where it goes on with a
  // file that was read. Set by discovery.
  [[nodiscard]] bool only_continues() const noexcept {
    return only_continues_.load(std::memory_order_relaxed);
  }

  void set_only_continues(bool only) noexcept {
    only_continues_.store(only, std::memory_order_relaxed);
  }

  [[nodiscard]] std::uint64_t device() const noexcept { return device_; }

  [[nodiscard]] std::uint64_t inode() const noexcept { return inode_; }

  [[nodiscard]] std::int64_t birth_ns() const noexcept { return birth_ns_; }

  // The size of its content at the last look (fstat), by whoever looked.
  [[nodiscard]] std::uint64_t size() const noexcept {
    return size_.load(std::memory_order_acquire);
  }

  // Looks again; true when it changed. A file that shrank was truncated.
  bool update_size() noexcept;

  // Looks again, and tells what this look saw: another thread's may be older and come later, so
  // only this one proves that a file shrank.
  [[nodiscard]] std::uint64_t size_now() noexcept;

  // A .gz has more content than its last four bytes tell: it has several members, or 4 GiB.
  void extend_content(std::uint64_t size) noexcept { size_.store(size, std::memory_order_release); }

  // When it was last written to (mtime), at the last look.
  [[nodiscard]] std::int64_t modified_ns() const noexcept {
    return modified_ns_.load(std::memory_order_relaxed);
  }

  // Its path at this moment, for people: it may have been renamed, or be deleted.
  [[nodiscard]] std::string current_path() const;

  // Bytes that it has on the disk, looked up now: other than size() when compressed. 0 when the
  // disk refuses.
  [[nodiscard]] std::uint64_t disk_size() const noexcept;

  // It has the name that is written to, as far as the last listing knows; a file that was rotated
  // may still be written to for a while. Set by discovery.
  [[nodiscard]] bool current() const noexcept { return current_.load(std::memory_order_relaxed); }

  void set_current(bool current) noexcept { current_.store(current, std::memory_order_relaxed); }

  // False when its last name is gone.
  [[nodiscard]] bool linked() const noexcept { return linked_.load(std::memory_order_relaxed); }

  // Of the disk, at the last look.
  [[nodiscard]] std::uint64_t disk_bytes() const noexcept {
    return disk_bytes_.load(std::memory_order_relaxed);
  }

  // Whoever holds it can read the file, whatever becomes of its name meanwhile. Null: not now.
  [[nodiscard]] std::shared_ptr<const UniqueFd> hold() const noexcept { return fd_.get(); }

  [[nodiscard]] ParkableFd& descriptor() noexcept { return fd_; }

  [[nodiscard]] const ParkableFd& descriptor() const noexcept { return fd_; }

  [[nodiscard]] FileMarks& marks() noexcept { return marks_; }

  [[nodiscard]] const FileMarks& marks() const noexcept { return marks_; }

  // It was deleted while it was parked: what is unread of it is lost. Set by discovery.
  [[nodiscard]] bool gone() const noexcept { return gone_.load(std::memory_order_acquire); }

  void set_gone() noexcept;

  // It is deleted, and the bytes that it pins are wanted back: outputs are to count what they have
  // not read, and to let go of it. Set by discovery.
  [[nodiscard]] bool released() const noexcept { return released_.load(std::memory_order_acquire); }

  void release() noexcept { released_.store(true, std::memory_order_release); }

  // An output has read it to its end at `size` and is done with it. Discovery closes a file that
  // all are done with.
  void mark_finished(std::uint64_t size) noexcept;

  // It has grown again, and the output goes on with it.
  void unmark_finished() noexcept { finished_.fetch_sub(1, std::memory_order_acq_rel); }

  [[nodiscard]] std::uint32_t finished_by() const noexcept {
    return finished_.load(std::memory_order_acquire);
  }

  // The smallest size at which an output was done with it: when it is larger now, it is to be
  // opened again.
  [[nodiscard]] std::uint64_t finished_size() const noexcept {
    return finished_size_.load(std::memory_order_acquire);
  }

 private:
  ParkableFd fd_;
  FileMarks marks_;
  const std::uint64_t serial_;
  const std::uint64_t device_;
  const std::uint64_t inode_;
  const std::int64_t birth_ns_;
  const LogFormat format_;
  const LogEncoding encoding_;
  const std::shared_ptr<const ContainerInfo> container_;
  const bool from_end_;
  const std::int64_t stands_since_ns_;
  std::atomic<std::uint64_t> size_;
  std::atomic<std::int64_t> modified_ns_;
  std::atomic<bool> linked_;
  std::atomic<std::uint64_t> disk_bytes_;
  std::atomic<bool> gone_{false};
  std::atomic<bool> released_{false};
  std::atomic<bool> current_{false};
  std::atomic<bool> too_old_{false};
  std::atomic<bool> only_continues_{false};
  std::atomic<std::uint32_t> finished_{0};
  std::atomic<std::uint64_t> finished_size_{std::numeric_limits<std::uint64_t>::max()};
};

// Opens and describes a file. A .gz must be complete.
[[nodiscard]] Result<std::shared_ptr<LogFile>> open_log_file(
    UniqueFd fd,
    LogFormat format,
    std::shared_ptr<const ContainerInfo> container,
    bool from_end,
    LogEncoding encoding = LogEncoding::kPlain,
    FilePlace place = {});

}  // namespace supercargo
