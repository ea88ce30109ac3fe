#include "collectors/node/kernel_file.h"

#include <fcntl.h>

#include "agent/base/text.h"

namespace supercargo {

Result<std::string_view> KernelFile::read() {
  for (bool was_open = static_cast<bool>(fd_);; was_open = false) {
    if (!fd_) {
      Result<UniqueFd> opened = open_at(AT_FDCWD, path_.c_str(), O_RDONLY | O_NONBLOCK);
      if (!opened) {
        return std::move(opened).error();
      }
      fd_ = std::move(*opened);
    }
    Status status = read_all(fd_.get(), text_, end_);
    if (status) {
      return std::string_view(text_);
    }
    fd_.reset();
    if (!was_open) {
      return std::move(status).error().with_context(path_);
    }
  }
}

Result<std::uint64_t> read_number(KernelFile& file) {
  Result<std::string_view> text = file.read();
  if (!text) {
    return std::move(text).error();
  }
  const std::optional<std::uint64_t> number = parse_u64(trim(*text));
  if (!number) {
    return Error{ErrorCode::kParse, file.path() + ": expected one number"};
  }
  return *number;
}

Error missing_is_unavailable(Error error) {
  if (error.code == ErrorCode::kNotFound) {
    error.code = ErrorCode::kUnavailable;
  }
  return error;
}

}  // namespace supercargo
