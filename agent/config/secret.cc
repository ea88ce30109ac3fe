#include "agent/config/secret.h"

#include <algorithm>
#include <utility>

#include <fcntl.h>

#include "agent/base/fd.h"

namespace supercargo {
namespace {

constexpr std::size_t kMaxSecretBytes = 64 << 10;

Error secret_error(const Secret& secret, std::string_view what) {
  return {ErrorCode::kConfig, "secret file " + secret.file + ": " + std::string(what)};
}

}  // namespace

Result<std::string> resolve_secret(const Secret& secret) {
  if (secret.file.empty()) {
    return secret.value;
  }
  auto file = open_at(AT_FDCWD, secret.file.c_str(), O_RDONLY | O_NONBLOCK);
  if (!file) {
    return std::move(file).error().with_context("secret file");
  }
  std::string text;
  Status read = read_all(file->get(), text, kMaxSecretBytes);
  if (!read) {
    return std::move(read).error().with_context("secret file " + secret.file);
  }
  text.erase(text.find_last_not_of("\r\n") + 1);
  if (text.empty()) {
    return secret_error(secret, "it is empty");
  }
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20U; };
  if (std::any_of(text.begin(), text.end(), is_control)) {
    return secret_error(secret, "control characters or several lines");
  }
  return text;
}

}  // namespace supercargo
