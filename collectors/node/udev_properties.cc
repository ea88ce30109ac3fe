#include "collectors/node/udev_properties.h"

#include <fcntl.h>

#include "agent/base/file_end.h"
#include "agent/base/text.h"

namespace supercargo {

// S:disk/by-uuid/...
// E:ID_MODEL=QEMU_HARDDISK
void UdevProperties::parse(std::string text) {
  properties_.clear();
  text_ = std::move(text);
  std::string_view rest = text_;
  while (!rest.empty()) {
    std::string_view line = take_until(rest, '\n');
    const std::size_t equals = line.find('=');
    if (line.starts_with("E:") && equals != std::string_view::npos) {
      properties_.emplace_back(line.substr(2, equals - 2), line.substr(equals + 1));
    }
  }
}

void UdevProperties::read_block_device(const HostPaths& host,
                                       std::uint32_t major,
                                       std::uint32_t minor) {
  const std::string path =
      host.run + "/udev/data/b" + std::to_string(major) + ":" + std::to_string(minor);
  std::string text = std::move(text_);
  text.clear();
  if (Result<UniqueFd> fd = open_at(AT_FDCWD, path.c_str(), O_RDONLY | O_NONBLOCK)) {
    if (!read_all(fd->get(), text, FileEnd::kLess)) {
      text.clear();
    }
  }
  parse(std::move(text));
}

std::string_view UdevProperties::get(std::string_view key) const {
  for (auto it = properties_.rbegin(); it != properties_.rend(); ++it) {
    if (it->first == key) {
      return it->second;
    }
  }
  return {};
}

}  // namespace supercargo
