// The files below /proc/spl/kstat/zfs, as ZFS writes them.
//
// Pure functions; views are into the text.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace supercargo {

struct KstatField {
  std::string_view name;
  std::uint64_t value;
};

struct Kstat {
  std::string_view dataset;  // of an objset file
  std::vector<KstatField> fields;
};

// Lines `name type data` after the header of these words; of type 4, unsigned 64-bit numbers.
[[nodiscard]] Kstat parse_kstat(std::string_view text);

// A pool's `io`: a line of names, which begins with nread, and a line of numbers.
[[nodiscard]] std::vector<KstatField> parse_kstat_io(std::string_view text);

}  // namespace supercargo
