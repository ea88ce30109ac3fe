#include "collectors/logs/journal_file_layer.h"

#include <cerrno>
#include <cstdio>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/fd.h"

namespace supercargo::journal {
namespace {

class RealFile : public File {
 public:
  explicit RealFile(UniqueFd fd) : fd_(std::move(fd)) {}

  Result<std::size_t> read_at(std::span<char> out, std::uint64_t offset) override {
    ssize_t count = -1;
    do {
      count = ::pread(fd_.get(), out.data(), out.size(), static_cast<off_t>(offset));
    } while (count < 0 && errno == EINTR);
    return counted("read", count);
  }

  Result<std::size_t> write_at(std::string_view data, std::uint64_t offset) override {
    ssize_t count = -1;
    do {
      count = ::pwrite(fd_.get(), data.data(), data.size(), static_cast<off_t>(offset));
    } while (count < 0 && errno == EINTR);
    return counted("write", count);
  }

  Status allocate(std::uint64_t bytes) override {
    return done("allocate", ::fallocate(fd_.get(), 0, 0, static_cast<off_t>(bytes)));
  }

  Status sync() override { return done("fdatasync", ::fdatasync(fd_.get())); }

  std::int64_t written_ns() override {
    struct stat status {};

    return ::fstat(fd_.get(), &status) == 0
               ? status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec
               : 0;
  }

 private:
  static Result<std::size_t> counted(std::string_view what, ssize_t count) {
    if (count < 0) {
      return disk_error(what, errno);
    }
    return static_cast<std::size_t>(count);
  }

  static Status done(std::string_view what, int result) {
    return result == 0 ? Status(Ok{}) : disk_error(what, errno);
  }

  const UniqueFd fd_;
};

class RealFileLayer : public FileLayer {
 public:
  Result<std::unique_ptr<File>> open_to_read(const std::string& path) override {
    return open(path, O_RDONLY);
  }

  Result<std::unique_ptr<File>> open_to_write(const std::string& path) override {
    return open(path, O_RDWR | O_CREAT);
  }

  Status rename(const std::string& from, const std::string& to) override {
    return std::rename(from.c_str(), to.c_str()) == 0
               ? Status(Ok{})
               : disk_error("rename " + from + " to " + to, errno);
  }

  Status make_directory(const std::string& path) override {
    return ::mkdir(path.c_str(), 0750) == 0 || errno == EEXIST ? Status(Ok{})
                                                               : disk_error("make " + path, errno);
  }

  Status sync_directory(const std::string& path) override {
    Result<UniqueFd> fd = open_at(AT_FDCWD, path.c_str(), O_RDONLY | O_DIRECTORY);
    if (!fd) {
      return std::move(fd).error();
    }
    return ::fsync(fd->get()) == 0 ? Status(Ok{}) : disk_error("sync " + path, errno);
  }

 private:
  static Result<std::unique_ptr<File>> open(const std::string& path, int flags) {
    UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC, 0644));
    if (fd.get() < 0) {
      return disk_error("open " + path, errno);
    }
    return std::unique_ptr<File>(std::make_unique<RealFile>(std::move(fd)));
  }
};

}  // namespace

Error disk_error(std::string_view what, int error_number) {
  Error error = errno_error(what, error_number);
  if (error_number == ENOSPC || error_number == EDQUOT) {
    error.code = ErrorCode::kUnavailable;
  }
  return error;
}

std::shared_ptr<FileLayer> real_file_layer() {
  return std::make_shared<RealFileLayer>();
}

}  // namespace supercargo::journal
