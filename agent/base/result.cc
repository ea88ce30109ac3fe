#include "agent/base/result.h"

#include <cerrno>
#include <system_error>

namespace supercargo {

Error errno_error(std::string_view what, int error_number) {
  const bool gone = error_number == ENOENT || error_number == ESRCH || error_number == ENODEV;
  std::string message(what);
  message += ": ";
  message += std::generic_category().message(error_number);
  if (error_number == EOPNOTSUPP || error_number == EMFILE || error_number == ENFILE) {
    return Error{ErrorCode::kUnavailable, std::move(message)};
  }
  return Error{gone ? ErrorCode::kNotFound : ErrorCode::kIo, std::move(message)};
}

}  // namespace supercargo
