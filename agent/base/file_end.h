// Reading files of /proc and /sys to an end that is known without a read that gives nothing.
//
// No state, any thread. To be sure of the end costs one more read, and in files like /proc/net/tcp
// the kernel looks through a whole table once more for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "agent/base/result.h"

namespace supercargo {

// By what the end is known.
enum class FileEnd : std::uint8_t {
  kNothing,  // a read that gives nothing: always true
  // Less than was asked for: what the kernel writes as one record, as all of sysfs and sysctl and
  // most of /proc, and whatever has a size.
  kLess,
  // Less than was asked for and, by at least 512 bytes, less than a page: files whose records are
  // lines that are shorter than that. The kernel gives as many of them as a page holds.
  kLessThanPage,
};

// Whether a read of `room` bytes that gave `got` of them has come to the end.
[[nodiscard]] bool is_end(FileEnd end, std::size_t got, std::size_t room);

// Those of fd.h for files whose end is known by `end`.
[[nodiscard]] Status read_all(int fd, std::string& out, FileEnd end);
[[nodiscard]] Status read_file_at(int directory, const char* path, std::string& out, FileEnd end);
[[nodiscard]] Status read_file(const char* path, std::string& out, FileEnd end);

}  // namespace supercargo
