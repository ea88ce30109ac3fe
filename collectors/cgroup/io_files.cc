#include "collectors/cgroup/io_files.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
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

template <class Struct>
struct Counter {
  std::string_view key;
  std::uint64_t Struct::*member;
};

constexpr std::array<Counter<DeviceIo>, 4> kIoStat{{
    {"rbytes", &DeviceIo::read_bytes},
    {"wbytes", &DeviceIo::write_bytes},
    {"rios", &DeviceIo::reads},
    {"wios", &DeviceIo::writes},
}};

constexpr std::array<Counter<IoCost>, 4> kIoCost{{
    {"cost.usage", &IoCost::usage_us},
    {"cost.wait", &IoCost::wait_us},
    {"cost.indebt", &IoCost::indebt_us},
    {"cost.indelay", &IoCost::indelay_us},
}};

constexpr std::array<Counter<DeviceIo>, 2> kBlkioBytes{{
    {"Read", &DeviceIo::read_bytes},
    {"Write", &DeviceIo::write_bytes},
}};

constexpr std::array<Counter<DeviceIo>, 2> kBlkioOperations{{
    {"Read", &DeviceIo::reads},
    {"Write", &DeviceIo::writes},
}};

constexpr std::array<Counter<BlkioBytes>, 4> kBlkioOtherBytes{{
    {"Sync", &BlkioBytes::sync},
    {"Async", &BlkioBytes::async},
    {"Discard", &BlkioBytes::discard},
    {"Total", &BlkioBytes::total},
}};

template <class Struct>
std::uint64_t* find(Struct& in, std::span<const Counter<Struct>> counters, std::string_view key) {
  for (const Counter<Struct>& counter : counters) {
    if (counter.key == key) {
      return &(in.*counter.member);
    }
  }
  return nullptr;
}

// Nothing is made for a key that is not one of them.
template <class Struct>
std::uint64_t* find(std::optional<Struct>& in,
                    std::span<const Counter<Struct>> counters,
                    std::string_view key) {
  const bool known = std::any_of(
      counters.begin(), counters.end(), [&](const auto& counter) { return counter.key == key; });
  return known ? find<Struct>(in ? *in : in.emplace(), counters, key) : nullptr;
}

std::uint64_t* io_stat_member(DeviceIo& device, std::string_view key) {
  std::uint64_t* const member = find<DeviceIo>(device, kIoStat, key);
  return member != nullptr ? member : find<IoCost>(device.cost, kIoCost, key);
}

std::uint64_t* blkio_member(DeviceIo& device, BlkioUnit unit, std::string_view operation) {
  if (unit == BlkioUnit::kOperations) {
    return find<DeviceIo>(device, kBlkioOperations, operation);
  }
  std::uint64_t* const member = find<DeviceIo>(device, kBlkioBytes, operation);
  return member != nullptr ? member
                           : find<BlkioBytes>(device.other_bytes, kBlkioOtherBytes, operation);
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
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::string_view first = take_word(line);
    const std::string_view operation = take_word(line);
    DeviceIo scratch;
    if (first == "Total" || blkio_member(scratch, unit, operation) == nullptr) {
      continue;  // of all devices, or what nobody asks for
    }
    const std::optional<DeviceNumber> number = parse_device(first);
    const std::optional<std::uint64_t> value = parse_u64(take_word(line));
    if (!number || !value) {
      return false;
    }
    *blkio_member(device_in(out, *number), unit, operation) += *value;
  }
  return true;
}

}  // namespace supercargo
