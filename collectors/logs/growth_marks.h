// Since when the bytes of a file are known to stand in it.
//
// Part of a FileCursor, on the output's thread. A few marks of (size, time); where there would be
// more, neighbours become one, so an age may be told too high by a part of itself, never too low.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "agent/base/clock.h"

namespace supercargo {

class GrowthMarks {
 public:
  // The file has `size` bytes now, more than before.
  void note(std::uint64_t size, SteadyTime now);

  // When the byte at `offset` was first seen; nothing when it was not. What lies before it is
  // forgotten.
  [[nodiscard]] std::optional<SteadyTime> since(std::uint64_t offset);

  void clear() { marks_.clear(); }

 private:
  static constexpr std::size_t kMarks = 16;

  struct Mark {
    std::uint64_t size;  // bytes below, and not below the mark before
    SteadyTime since;
  };

  void join_closest(SteadyTime now);

  std::vector<Mark> marks_;  // ascending
};

}  // namespace supercargo
