// What discovery could not list or open: counted, and the last one told.
//
// Plain values on discovery's thread.
#pragma once

#include <cstdint>
#include <string>

#include "agent/base/result.h"

namespace supercargo {

struct ScanErrors {
  std::uint64_t count = 0;
  std::uint64_t no_descriptors = 0;  // of these, for want of file descriptors
  std::string last;                  // for people: which, and why

  // A file that has just gone is no error.
  void add(const std::string& path, const Error& error);
  void add(ScanErrors&& others);
};

}  // namespace supercargo
