#include "tests/collectors/logs/disk_model.h"

#include <algorithm>
#include <utility>

namespace supercargo::test {
namespace {

// Puts it where it belongs, as far as the file goes.
void put_sector(std::string& image, std::size_t sector, const std::string& contents) {
  const std::size_t begin = sector * DiskModel::kSector;
  if (begin < image.size()) {
    const std::size_t size = std::min(contents.size(), image.size() - begin);
    image.replace(begin, size, contents, 0, size);
  }
}

}  // namespace

std::optional<DiskModel::FileId> DiskModel::find(const std::string& path) const {
  const auto name = names_.find(path);
  return name == names_.end() ? std::nullopt : std::optional(name->second);
}

DiskModel::FileId DiskModel::create(const std::string& path) {
  files_.emplace_back();
  names_[path] = files_.size() - 1;
  unsynced_names_.push_back(names_);
  return files_.size() - 1;
}

void DiskModel::rename(const std::string& from, const std::string& to) {
  names_[to] = names_.at(from);
  names_.erase(from);
  unsynced_names_.push_back(names_);
}

void DiskModel::sync_names() {
  names_on_disk_ = names_;
  unsynced_names_.clear();
}

// The largest size up to `size` that the file may have.
std::size_t DiskModel::room_for(const File& file, std::size_t size) const {
  std::size_t others = 0;
  for (const File& other : files_) {
    others += &other == &file ? 0 : other.cache.size();
  }
  const std::size_t room = capacity > others ? capacity - others : 0;
  return std::max(file.cache.size(), std::min(size, room));
}

std::size_t DiskModel::write(FileId id, std::string_view data, std::size_t offset) {
  File& file = files_.at(id);
  const std::size_t room = room_for(file, offset + data.size());
  data = data.substr(0, room > offset ? room - offset : 0);
  if (data.empty()) {
    return 0;
  }
  if (offset + data.size() > file.cache.size()) {
    file.cache.resize(offset + data.size());
    file.sizes.push_back(file.cache.size());
  }
  file.cache.replace(offset, data.size(), data);
  const std::size_t end = (offset + data.size() + kSector - 1) / kSector;
  for (std::size_t sector = offset / kSector; sector < end; ++sector) {
    file.unsynced[sector].push_back(file.cache.substr(sector * kSector, kSector));
  }
  return data.size();
}

void DiskModel::truncate(FileId id, std::size_t size) {
  File& file = files_.at(id);
  file.cache.resize(size);
  file.sizes.push_back(size);
}

bool DiskModel::allocate(FileId id, std::size_t size) {
  File& file = files_.at(id);
  if (room_for(file, size) < size) {
    return false;
  }
  if (size > file.cache.size()) {
    file.cache.resize(size);
    file.sizes.push_back(size);
  }
  return true;
}

// Sectors that a failed sync has given up stay as they are on the disk.
void DiskModel::sync(FileId id) {
  File& file = files_.at(id);
  file.disk.resize(file.cache.size());
  for (const auto& [sector, versions] : file.unsynced) {
    put_sector(file.disk, sector, versions.back());
  }
  file.unsynced.clear();
  file.sizes.clear();
}

void DiskModel::lose(File& file, std::mt19937_64& random) {
  const std::size_t size = random() % (file.sizes.size() + 1);
  file.disk.resize(size == 0 ? file.disk.size() : file.sizes[size - 1]);
  for (const auto& [sector, versions] : file.unsynced) {
    if (const std::size_t pick = random() % (versions.size() + 1); pick > 0) {
      put_sector(file.disk, sector, versions[pick - 1]);
    }
  }
  file.unsynced.clear();
  file.sizes.clear();
}

void DiskModel::fail_sync(FileId id, FailedPages pages, std::mt19937_64& random) {
  File& file = files_.at(id);
  const std::size_t size = file.cache.size();
  lose(file, random);
  file.disk.resize(size);
  if (pages == FailedPages::kDropped) {
    file.cache = file.disk;
  }
}

DiskModel DiskModel::after_power_loss(std::mt19937_64& random) const {
  DiskModel left = *this;
  const std::size_t names = random() % (unsynced_names_.size() + 1);
  left.names_ = names == 0 ? names_on_disk_ : unsynced_names_[names - 1];
  left.names_on_disk_ = left.names_;
  left.unsynced_names_.clear();
  for (File& file : left.files_) {
    lose(file, random);
    file.cache = file.disk;
  }
  return left;
}

}  // namespace supercargo::test
