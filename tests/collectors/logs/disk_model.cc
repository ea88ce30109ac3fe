#include "tests/collectors/logs/disk_model.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <filesystem>
#include <fstream>
#include <utility>

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace supercargo::test {
namespace {

std::atomic<DiskModel*> model_of_program{nullptr};

std::string path_of(int fd) {
  std::array<char, PATH_MAX> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t length = ::readlink(link.c_str(), path.data(), path.size());
  return length > 0 ? std::string(path.data(), static_cast<std::size_t>(length)) : std::string{};
}

std::string contents(int fd) {
  struct stat status {};

  (void)::fstat(fd, &status);
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  const ssize_t count = ::pread(fd, bytes.data(), bytes.size(), 0);
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return bytes;
}

}  // namespace

DiskModel::DiskModel(std::string directory) : directory_(std::move(directory)) {
  model_of_program = this;
}

DiskModel::~DiskModel() {
  model_of_program = nullptr;
}

DiskModel::File* DiskModel::file_of(int fd) {
  const std::string path = path_of(fd);
  if (!path.starts_with(directory_ + "/")) {
    return nullptr;
  }
  const auto [file, made] = files_.try_emplace(path.substr(directory_.size() + 1));
  if (made) {  // what is there at the first call was there before
    file->second.disk = contents(fd);
    file->second.memory = file->second.disk;
  }
  return &file->second;
}

void DiskModel::about_to_call(int fd) {
  const std::lock_guard lock(mutex_);
  if (file_of(fd) != nullptr && before_call_) {
    before_call_();
  }
}

void DiskModel::wrote(int fd, std::size_t size, off_t offset) {
  const std::lock_guard lock(mutex_);
  File* const file = file_of(fd);
  if (file == nullptr || size == 0) {
    return;
  }
  file->memory = contents(fd);
  const std::size_t begin = static_cast<std::size_t>(offset) / kSector;
  const std::size_t end = (static_cast<std::size_t>(offset) + size + kSector - 1) / kSector;
  for (std::size_t sector = begin; sector < end; ++sector) {
    file->unsynced[sector].push_back(file->memory.substr(sector * kSector, kSector));
  }
}

bool DiskModel::may_sync(int fd) {
  const std::lock_guard lock(mutex_);
  File* const file = file_of(fd);
  if (file != nullptr && syncs_ == Syncs::kFail) {
    file->unsynced.clear();
  }
  return file == nullptr || syncs_ == Syncs::kWork;
}

void DiskModel::synced(int fd) {
  const std::lock_guard lock(mutex_);
  if (File* const file = file_of(fd)) {
    file->disk.resize(file->memory.size());
    for (const auto& [sector, versions] : file->unsynced) {
      file->disk.replace(sector * kSector, versions.back().size(), versions.back());
    }
    file->unsynced.clear();
  }
}

void DiskModel::lose_power(std::mt19937_64& random, const std::string& target) {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, file] : files_) {
    std::string image = file.disk;
    image.resize(file.memory.size());  // sizes are the preallocation's
    for (const auto& [sector, versions] : file.unsynced) {
      const std::size_t pick = random() % (versions.size() + 1);
      if (pick > 0) {
        image.replace(sector * kSector, versions[pick - 1].size(), versions[pick - 1]);
      }
    }
    std::ofstream(std::filesystem::path(target) / name, std::ios::binary | std::ios::trunc)
        << image;
  }
}

}  // namespace supercargo::test

// The functions of this program. A sync of a modelled file costs no disk.
// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): libc's names are reserved
extern "C" ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) {
  auto* const model = supercargo::test::model_of_program.load();
  if (model != nullptr) {
    model->about_to_call(fd);
  }
  const ssize_t count = ::syscall(SYS_pwrite64, fd, data, size, offset);
  if (model != nullptr && count > 0) {
    model->wrote(fd, static_cast<std::size_t>(count), offset);
  }
  return count;
}

extern "C" int fsync(int fd) {
  // Directories: names are not modelled.
  return supercargo::test::model_of_program.load() == nullptr
             ? static_cast<int>(::syscall(SYS_fsync, fd))
             : 0;
}

// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): likewise
extern "C" int fdatasync(int fd) {
  auto* const model = supercargo::test::model_of_program.load();
  if (model == nullptr) {
    return static_cast<int>(::syscall(SYS_fdatasync, fd));
  }
  model->about_to_call(fd);
  if (!model->may_sync(fd)) {
    errno = EIO;
    return -1;
  }
  model->synced(fd);
  return 0;
}
