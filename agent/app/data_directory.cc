#include "agent/app/data_directory.h"

#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>

namespace supercargo {

Result<DataDirectory> DataDirectory::open(const std::string& path) {
  constexpr std::string_view kAdvice = "; choose a directory that this user can write";
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    return Error{ErrorCode::kConfig,
                 ("data_dir: make " + path + ": " + error.message()).append(kAdvice)};
  }
  Result<UniqueFd> lock_file = open_at(AT_FDCWD, (path + "/lock").c_str(), O_RDWR | O_CREAT);
  if (!lock_file) {
    return Error{ErrorCode::kConfig, ("data_dir: " + lock_file.error().message).append(kAdvice)};
  }
  return DataDirectory(path, std::move(*lock_file));
}

bool DataDirectory::try_lock() {
  return ::flock(lock_file_.get(), LOCK_EX | LOCK_NB) == 0;
}

}  // namespace supercargo
