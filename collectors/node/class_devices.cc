#include "collectors/node/class_devices.h"

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>

#include "agent/base/file_end.h"
#include "agent/base/text.h"

namespace supercargo {

Result<std::vector<std::string>> list_links(int directory, DirectoryReader& reader) {
  std::vector<std::string> out;
  Status read = reader.read(directory, [&](std::string_view name, DirectoryReader::Type type) {
    if (type == DirectoryReader::Type::kLink) {
      out.emplace_back(name);
    }
  });
  if (!read) {
    return std::move(read).error();
  }
  std::ranges::sort(out);
  return out;
}

ClassDevices::ClassDevices(std::string directory,
                           std::span<const std::string_view> attributes,
                           std::size_t most_kept)
    : path_(std::move(directory)), attributes_(attributes), most_kept_(most_kept) {}

Status ClassDevices::begin_pass() {
  names_.clear();
  selected_ = nullptr;
  if (!directory_) {
    Result<UniqueFd> opened = open_at(AT_FDCWD, path_.c_str(), O_RDONLY | O_DIRECTORY);
    if (!opened) {
      return std::move(opened).error();
    }
    directory_ = std::move(*opened);
  }
  Result<std::vector<std::string>> names = list_links(directory_.get(), reader_);
  if (!names) {
    directory_.reset();
    return std::move(names).error().with_context(path_);
  }
  names_ = std::move(*names);
  std::erase_if(kept_, [this](const Device& device) {
    return !std::ranges::binary_search(names_, device.name);
  });
  return Ok{};
}

bool ClassDevices::select(const std::string& name) {
  selected_ = nullptr;

  struct stat status {};

  if (::fstatat(directory_.get(), name.c_str(), &status, 0) != 0) {
    return false;
  }
  auto found = std::ranges::find(kept_, name, &Device::name);
  if (found != kept_.end() && found->inode == status.st_ino) {
    selected_ = &*found;
    return true;
  }
  if (found == kept_.end() && kept_.size() < most_kept_) {
    found = kept_.emplace(kept_.end());
  }
  Device& device = found == kept_.end() ? other_ : *found;
  if (!open(name, status.st_ino, device)) {
    device.inode = 0;
    return false;
  }
  selected_ = &device;
  return true;
}

bool ClassDevices::open(const std::string& name, std::uint64_t inode, Device& device) const {
  device.name = name;
  device.inode = inode;
  device.files.clear();
  Result<UniqueFd> opened = open_at(directory_.get(), name.c_str(), O_PATH | O_DIRECTORY);
  if (!opened) {
    return false;
  }
  device.directory = std::move(*opened);
  if (&device != &other_) {
    device.files.resize(attributes_.size());
  }
  return true;
}

std::string_view ClassDevices::read(std::size_t attribute) {
  if (selected_ == nullptr) {
    return {};
  }
  const bool keeps = !selected_->files.empty();
  if (keeps && selected_->files[attribute]) {
    UniqueFd& kept = selected_->files[attribute];
    const Status read = read_all(kept.get(), text_, FileEnd::kLess);
    if (!read && read.error().code == ErrorCode::kNotFound) {
      kept.reset();
    }
    return read ? trim(text_) : std::string_view();
  }
  attribute_ = attributes_[attribute];
  Result<UniqueFd> opened =
      open_at(selected_->directory.get(), attribute_.c_str(), O_RDONLY | O_NONBLOCK);
  if (!opened) {
    return {};
  }
  const bool good = static_cast<bool>(read_all(opened->get(), text_, FileEnd::kLess));
  if (keeps) {
    selected_->files[attribute] = std::move(*opened);
  }
  return good ? trim(text_) : std::string_view();
}

}  // namespace supercargo
