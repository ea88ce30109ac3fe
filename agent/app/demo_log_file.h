// One container's log file as containerd and kubelet write it: CRI records, long lines in pieces,
// rotation by rename.
//
// Owned by DemoWorkload, called by the main thread. Each record is one write(2) to a file opened
// for appending, so that a reader sees what it would see on a node. Takes the time as an argument
// and is deterministic.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>

#include "agent/base/fd.h"
#include "agent/base/result.h"
#include "agent/pipeline/record.h"

namespace supercargo {

// `2026-11-22T14:37:04.94935158Z`: UTC, nanoseconds without their trailing zeros, as Go's
// RFC3339Nano.
[[nodiscard]] std::string cri_time(std::int64_t unix_ns);

class DemoLogFile {
 public:
  static constexpr std::size_t kPieceBytes = 16384;  // containerd's max_container_log_line_size
  static constexpr std::size_t kRotatedKept = 2;     // older ones are deleted

  // `path` is `.../pods/<namespace>_<pod>_<uid>/<container>/0.log`; made with its directories at
  // the first write.
  DemoLogFile(std::filesystem::path path, std::uint64_t rotate_bytes)
      : path_(std::move(path)), rotate_bytes_(rotate_bytes) {}

  // Appends one line: records of at most kPieceBytes, all but the last with the P flag. Before that
  // the file is renamed to `0.log.<date>-<time>` when it has reached its size. After an error the
  // rest of the line is missing, as on a full disk; the next call goes on.
  Status append(std::int64_t unix_ns, Stream stream, std::string_view line);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  Status open();
  Status rotate(std::int64_t unix_ns);
  Status append_record(std::int64_t unix_ns, Stream stream, char flag, std::string_view text);

  std::filesystem::path path_;
  std::uint64_t rotate_bytes_;
  UniqueFd fd_;
  std::uint64_t size_ = 0;
  std::deque<std::filesystem::path> rotated_;  // oldest first
  std::string record_;
};

}  // namespace supercargo
