#include "collectors/cgroup/io_files.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "agent/base/text.h"

namespace supercargo {
namespace {

using DeviceNumber = std::pair<std::uint32_t, std::uint32_t>;

std::optional<DeviceNumber> parse_device(std::string_view text) {
  const std::optional<std::uint32_t> major = parse_number<std::uint32_t>(take_until(text, ':'));
  const std::optional<std::uint32_t> minor = parse_number<std::uint32_t>(text);
  if (!major || !minor) {
    return std::nullopt;
  }
  return DeviceNumber{*major, *minor};
}

DeviceIo& device_in(std::vector<DeviceIo>& out, DeviceNumber number) {
  const auto found = std::find_if(out.begin(), out.end(), [&](const DeviceIo& device) {
    return device.major == number.first && device.minor == number.second;
  });
  if (found != out.end()) {
    return *found;
  }
  DeviceIo device;
  device.major = number.first;
  device.minor = number.second;
  return out.emplace_back(device);
}

std::uint64_t* io_stat_member(DeviceIo& device, std::string_view key) {
  if (key == "rbytes") {
    return &device.read_bytes;
  }
  if (key == "wbytes") {
    return &device.write_bytes;
  }
  if (key == "rios") {
    return &device.reads;
  }
  return key == "wios" ? &device.writes : nullptr;
}

// "rbytes=1": false when a key that is wanted has no number.
bool take_counter(DeviceIo& device, std::string_view word) {
  std::uint64_t* const member = io_stat_member(device, take_until(word, '='));
  if (member == nullptr) {
    return true;
  }
  const std::optional<std::uint64_t> value = parse_u64(word);
  *member = value.value_or(0);
  return value.has_value();
}

}  // namespace

bool parse_io_stat(std::string_view text, std::vector<DeviceIo>& out) {
  out.clear();
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    std::optional<DeviceNumber> number;
    for (std::string_view word = take_word(line); !word.empty(); word = take_word(line)) {
      if (word.find('=') == std::string_view::npos) {
        number = parse_device(word);
      } else if (!number || !take_counter(device_in(out, *number), word)) {
        return false;
      }
    }
  }
  return true;
}

bool parse_blkio(std::string_view text, BlkioUnit unit, std::vector<DeviceIo>& out) {
  const bool bytes = unit == BlkioUnit::kBytes;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::string_view first = take_word(line);
    const std::string_view operation = take_word(line);
    const bool read = operation == "Read";
    if (!read && operation != "Write") {
      continue;  // Sync, Async, Discard and the totals count the same once more
    }
    const std::optional<DeviceNumber> number = parse_device(first);
    const std::optional<std::uint64_t> value = parse_u64(take_word(line));
    if (!number || !value) {
      return false;
    }
    DeviceIo& device = device_in(out, *number);
    if (bytes) {
      (read ? device.read_bytes : device.write_bytes) += *value;
    } else {
      (read ? device.reads : device.writes) += *value;
    }
  }
  return true;
}

}  // namespace supercargo
