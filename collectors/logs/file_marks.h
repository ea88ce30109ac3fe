// What the outputs have told of a file: discovery decides by it which files to keep open.
//
// Part of a LogFile. Any thread. An output is told from others by an address of its own.
#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <vector>

namespace supercargo {

class FileMarks {
 public:
  using Output = const void*;

  // True when nothing is known of the output yet.
  bool add(Output output) {
    const std::lock_guard lock(mutex_);
    const std::size_t before = marks_.size();
    (void)of(output);
    return marks_.size() > before;
  }

  // All below `offset` is settled, or is no concern of the output.
  void settled(Output output, std::uint64_t offset) {
    const std::lock_guard lock(mutex_);
    of(output).settled = offset;
  }

  // The rest stands in another file, which the output reads when this one cannot be read any more.
  void copied(Output output, bool copied) {
    const std::lock_guard lock(mutex_);
    of(output).copied = copied;
  }

  // What all of so many outputs have settled; an output that has said nothing has settled nothing.
  [[nodiscard]] std::uint64_t settled_by(std::uint32_t outputs) const {
    const std::lock_guard lock(mutex_);
    if (marks_.empty() || marks_.size() < outputs) {
      return 0;
    }
    return std::min_element(marks_.begin(),
                            marks_.end(),
                            [](const Mark& a, const Mark& b) { return a.settled < b.settled; })
        ->settled;
  }

  // Each of so many outputs has settled all of `size`, or has a copy.
  [[nodiscard]] bool dispensable(std::uint32_t outputs, std::uint64_t size) const {
    const std::lock_guard lock(mutex_);
    return marks_.size() >= outputs &&
           std::all_of(marks_.begin(), marks_.end(), [size](auto& mark) {
             return mark.copied || mark.settled >= size;
           });
  }

 private:
  struct Mark {
    Output output;
    std::uint64_t settled = 0;
    bool copied = false;
  };

  Mark& of(Output output) {
    const auto known = std::find_if(
        marks_.begin(), marks_.end(), [output](const Mark& mark) { return mark.output == output; });
    return known != marks_.end() ? *known : marks_.emplace_back(Mark{output});
  }

  mutable std::mutex mutex_;
  std::vector<Mark> marks_;  // few
};

}  // namespace supercargo
