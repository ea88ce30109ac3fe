// data_dir: made when missing, and held by one agent at a time.
//
// Owned by App, main thread. The lock goes with the object or with the process.
#pragma once

#include <string>

#include "agent/base/fd.h"
#include "agent/base/result.h"

namespace supercargo {

class DataDirectory {
 public:
  // Makes `path` with its parents and proves that it can be written. The error says what to do.
  [[nodiscard]] static Result<DataDirectory> open(const std::string& path);

  // False while another agent holds it.
  [[nodiscard]] bool try_lock();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  DataDirectory(std::string path, UniqueFd lock_file)
      : path_(std::move(path)), lock_file_(std::move(lock_file)) {}

  std::string path_;
  UniqueFd lock_file_;
};

}  // namespace supercargo
