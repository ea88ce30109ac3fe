#include "agent/base/directory.h"

#include <cerrno>
#include <cstring>
#include <new>

#include <dirent.h>
#include <unistd.h>

namespace supercargo {
namespace {

constexpr std::size_t kBufferSize = 32 << 10;

DirectoryReader::Type type_of(unsigned char kind) {
  switch (kind) {
    case DT_DIR:
      return DirectoryReader::Type::kDirectory;
    case DT_LNK:
      return DirectoryReader::Type::kLink;
    case DT_REG:
      return DirectoryReader::Type::kFile;
    default:
      return DirectoryReader::Type::kUnknown;
  }
}

}  // namespace

Status DirectoryReader::read(int directory, const Visit& visit) {
  buffer_.resize(kBufferSize);
  if (::lseek(directory, 0, SEEK_SET) < 0) {
    return errno_error("rewind directory", errno);
  }
  for (;;) {
    const ssize_t size = ::getdents64(directory, buffer_.data(), buffer_.size());
    if (size <= 0) {
      return size == 0 ? Status(Ok{}) : Status(errno_error("read directory", errno));
    }
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      // The kernel aligns the records for the type that it writes.
      const auto* entry = std::launder(reinterpret_cast<const dirent64*>(buffer_.data() + at));
      const std::string_view name(static_cast<const char*>(entry->d_name));
      if (name != "." && name != "..") {
        visit(name, type_of(entry->d_type));
      }
      at += entry->d_reclen;
    }
  }
}

}  // namespace supercargo
