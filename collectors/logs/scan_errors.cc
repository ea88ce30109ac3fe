#include "collectors/logs/scan_errors.h"

#include <utility>

namespace supercargo {

void ScanErrors::add(const std::string& path, const Error& error) {
  if (error.code != ErrorCode::kNotFound) {
    ++count;
    no_descriptors += error.code == ErrorCode::kUnavailable ? 1 : 0;
    last = path + ": " + error.message;
  }
}

void ScanErrors::add(ScanErrors&& others) {
  if (others.count > 0) {
    count += others.count;
    no_descriptors += others.no_descriptors;
    last = std::move(others.last);
  }
}

}  // namespace supercargo
