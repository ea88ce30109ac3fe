#include "exporters/transport/secret_reader.h"

#include <fcntl.h>

#include "agent/base/fd.h"
#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::size_t kMaxSecretBytes = std::size_t{64} << 10;

}  // namespace

SecretReader::SecretReader(Secret secret, Milliseconds refresh)
    : secret_(std::move(secret)), refresh_(refresh) {}

Status SecretReader::read() {
  Result<UniqueFd> fd = open_at(AT_FDCWD, secret_.file.c_str(), O_RDONLY);
  if (!fd) {
    return std::move(fd).error();
  }
  std::string content;
  if (Status status = read_all(fd->get(), content, kMaxSecretBytes); !status) {
    return std::move(status).error().with_context(secret_.file);
  }
  const std::string_view text = trim(content);
  // A line end inside would begin a header of its own in the request.
  if (text.empty() || text.find_first_of("\r\n") != std::string_view::npos) {
    return Error{ErrorCode::kConfig, secret_.file + ": expected a secret of one line"};
  }
  secret_.value = text;
  return Ok{};
}

Result<std::string_view> SecretReader::text(SteadyTime now) {
  const bool due = !read_at_ || now - *read_at_ >= refresh_;
  if (!secret_.file.empty() && due) {
    Status status = read();
    if (!status && secret_.value.empty()) {
      return std::move(status).error();
    }
    read_at_ = now;
  }
  return std::string_view(secret_.value);
}

}  // namespace supercargo
