#include "collectors/logs/journal_files.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/fd.h"

namespace supercargo::journal {
namespace {

Status sync_directory(const std::string& directory) {
  Result<UniqueFd> fd = open_at(AT_FDCWD, directory.c_str(), O_RDONLY | O_DIRECTORY);
  if (!fd) {
    return std::move(fd).error();
  }
  return ::fsync(fd->get()) == 0 ? Status(Ok{}) : errno_error("sync " + directory, errno);
}

}  // namespace

Status make_directory(const std::string& directory) {
  if (::mkdir(directory.c_str(), 0750) != 0 && errno != EEXIST) {
    return errno_error("make " + directory, errno);
  }
  return Ok{};
}

Result<SegmentFiles> open_segments(const std::string& directory, std::uint64_t segment_bytes) {
  SegmentFiles files;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string path = directory + "/" + std::string(kSegmentNames.at(i));
    Result<UniqueFd> fd = open_at(AT_FDCWD, path.c_str(), O_RDWR | O_CREAT);
    if (!fd) {
      return std::move(fd).error();
    }
    (void)::fallocate(fd->get(), 0, 0, static_cast<off_t>(segment_bytes));
    files.at(i) = std::make_shared<SyncedFile>(std::move(*fd));
  }
  if (Status synced = sync_directory(directory); !synced) {
    return std::move(synced).error();
  }
  return files;
}

Status write_at(int fd, std::string_view data, std::uint64_t offset) {
  while (!data.empty()) {
    const ssize_t count = ::pwrite(fd, data.data(), data.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return errno_error("write the journal", errno);
    }
    data.remove_prefix(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return Ok{};
}

}  // namespace supercargo::journal
