// One file of /proc or /sys that is read at every pass: opened once, then pread.
//
// Owned by one collector, used on the collect thread. Its buffer keeps its capacity between passes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/base/fd.h"
#include "agent/base/file_end.h"
#include "agent/base/result.h"

namespace supercargo {

class KernelFile {
 public:
  // `end`: by what the end of this one is known.
  explicit KernelFile(std::string path, FileEnd end = FileEnd::kNothing)
      : path_(std::move(path)), end_(end) {}

  // The whole text, valid until the next read(). A file that went away is opened anew.
  [[nodiscard]] Result<std::string_view> read();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
  FileEnd end_;
  UniqueFd fd_;
  std::string text_;
};

// The whole file as one number, as most of /proc/sys is.
[[nodiscard]] Result<std::uint64_t> read_number(KernelFile& file);

// A file that this kernel does not have, or has switched off, is no failure of the collector:
// kNotFound becomes kUnavailable.
[[nodiscard]] Error missing_is_unavailable(Error error);

}  // namespace supercargo
