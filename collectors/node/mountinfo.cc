#include "collectors/node/mountinfo.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>

#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 20> kLocalTypes{
    "bcachefs", "btrfs",    "devtmpfs", "ecryptfs", "erofs", "exfat", "ext2",
    "ext3",     "ext4",     "f2fs",     "iso9660",  "jfs",   "ntfs3", "ramfs",
    "rootfs",   "squashfs", "tmpfs",    "vfat",     "xfs",   "zfs"};

constexpr bool is_octal(char c) {
  return c >= '0' && c <= '7';
}

// \040 is a blank, \011 a tab, \012 a line end, \134 a backslash.
std::string unescape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && text[i + 1] <= '3' && is_octal(text[i + 1]) &&
        is_octal(text[i + 2]) && is_octal(text[i + 3])) {
      out += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                               (text[i + 3] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool has_option(std::string_view options, std::string_view wanted) {
  while (!options.empty()) {
    if (take_until(options, ',') == wanted) {
      return true;
    }
  }
  return false;
}

bool parse_device_number(std::string_view text, Mount& mount) {
  const auto major = parse_number<std::uint32_t>(take_until(text, ':'));
  const auto minor = parse_number<std::uint32_t>(text);
  mount.major = major.value_or(0);
  mount.minor = minor.value_or(0);
  return major && minor;
}

std::optional<Mount> parse_line(std::string_view line) {
  Mount mount;
  static_cast<void>(take_word(line));  // mount id
  static_cast<void>(take_word(line));  // parent id
  if (!parse_device_number(take_word(line), mount)) {
    return std::nullopt;
  }
  static_cast<void>(take_word(line));  // which directory of the file system is mounted
  mount.mount_point = unescape(take_word(line));
  const std::string_view options = take_word(line);
  std::string_view word = take_word(line);
  while (!word.empty() && word != "-") {
    word = take_word(line);  // shared:1 master:2
  }
  mount.type = take_word(line);
  mount.device = take_word(line);
  if (!mount.mount_point.starts_with('/') || mount.type.empty() || mount.device.empty()) {
    return std::nullopt;
  }
  const std::string_view of_all =
      take_word(line);  // `emergency_ro`: ext4 after an error, Linux 6.15
  mount.read_only =
      has_option(options, "ro") || has_option(of_all, "ro") || has_option(of_all, "emergency_ro");
  return mount;
}

}  // namespace

// 27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
std::vector<Mount> parse_mountinfo(std::string_view text) {
  std::vector<Mount> all;
  std::unordered_map<std::string, std::size_t> top;
  while (!text.empty()) {
    if (std::optional<Mount> mount = parse_line(take_until(text, '\n'))) {
      top[mount->mount_point] = all.size();
      all.push_back(std::move(*mount));
    }
  }
  std::vector<Mount> out;
  out.reserve(top.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (top[all[i].mount_point] == i) {
      out.push_back(std::move(all[i]));
    }
  }
  return out;
}

bool answers_from_memory(std::string_view type) {
  return std::ranges::find(kLocalTypes, type) != kLocalTypes.end();
}

bool is_below(std::string_view path, std::string_view directory) {
  if (directory.ends_with('/')) {
    directory.remove_suffix(1);
  }
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

}  // namespace supercargo
