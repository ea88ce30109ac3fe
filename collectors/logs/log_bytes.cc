#include "collectors/logs/log_bytes.h"

#include <algorithm>
#include <array>

namespace supercargo {

Inflater& InflaterPool::of(const LogFile& file) {
  const auto known = std::find_if(used_.begin(), used_.end(), [&file](const Used& used) {
    return used.serial == file.serial();
  });
  if (known != used_.end()) {
    used_.splice(used_.begin(), used_, known);
    used_.front().at = steady_now();
    return used_.front().inflater;
  }
  if (used_.size() == kInflaters) {
    used_.pop_back();
  }
  used_.emplace_front(file.serial());
  return used_.front().inflater;
}

bool InflaterPool::has_one_for(const LogFile& file, SteadyTime now) const {
  constexpr std::chrono::seconds kIdle{1};
  return used_.size() < kInflaters || now - used_.back().at >= kIdle ||
         std::any_of(used_.begin(), used_.end(), [&file](const Used& used) {
           return used.serial == file.serial();
         });
}

void InflaterPool::release(const LogFile& file) {
  std::erase_if(used_, [&file](const Used& used) { return used.serial == file.serial(); });
}

ssize_t LogBytes::read(char* to, std::size_t bytes, std::uint64_t offset) const {
  return file_.compressed() ? inflaters_.of(file_).read(file_, to, bytes, offset)
                            : file_.read_raw(to, bytes, offset);
}

std::size_t LogBytes::read_all(char* to, std::size_t bytes, std::uint64_t offset) const {
  std::size_t used = 0;
  while (used < bytes) {
    const ssize_t count = read(to + used, bytes - used, offset + used);
    if (count <= 0) {
      break;
    }
    used += static_cast<std::size_t>(count);
  }
  return used;
}

LogBytes::End LogBytes::find_end(std::uint64_t offset) const {
  std::array<char, std::size_t{16} << 10> skipped{};
  for (;;) {
    const ssize_t count = read(skipped.data(), skipped.size(), offset);
    if (count <= 0) {
      return {offset, count == 0};
    }
    offset += static_cast<std::uint64_t>(count);
  }
}

}  // namespace supercargo
