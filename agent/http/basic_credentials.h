// The Authorization header of a request with a user and a password (RFC 7617). Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace supercargo {

struct BasicCredentials {
  std::string user;  // without a colon
  std::string password;
};

// Of `Basic base64(user:password)`. Nothing of any other scheme, of bad base64, of more than 1 KiB,
// and of a text without a colon or with a zero byte.
[[nodiscard]] std::optional<BasicCredentials> parse_basic_credentials(std::string_view header);

}  // namespace supercargo
