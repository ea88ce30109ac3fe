// The names in a directory, read through a descriptor.
//
// Any thread; the reader keeps its buffer between calls, one owner.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "agent/base/result.h"

namespace supercargo {

class DirectoryReader {
 public:
  enum class Type : unsigned char { kDirectory, kLink, kFile, kUnknown };

  using Visit = std::function<void(std::string_view name, Type type)>;

  // Calls `visit` for every entry of the open directory, from its start, but "." and "..". Entries
  // made or removed meanwhile may be seen or not.
  [[nodiscard]] Status read(int directory, const Visit& visit);

 private:
  std::vector<std::byte> buffer_;
};

}  // namespace supercargo
