#include "exporters/transport/secret_reader.h"

#include <utility>

#include "agent/config/secret.h"

namespace supercargo {

SecretReader::SecretReader(Secret secret, Milliseconds refresh)
    : secret_(std::move(secret)), refresh_(refresh), text_(secret_.value) {}

Result<std::string_view> SecretReader::text(SteadyTime now) {
  const bool due = !read_at_ || now - *read_at_ >= refresh_;
  if (!secret_.file.empty() && due) {
    Result<std::string> read = resolve_secret(secret_);
    if (read) {
      text_ = std::move(*read);
    } else if (text_.empty()) {
      return std::move(read).error();
    }
    read_at_ = now;
  }
  return std::string_view(text_);
}

}  // namespace supercargo
