#include "agent/http/basic_credentials.h"

#include <array>
#include <cstddef>

#include <openssl/evp.h>

namespace supercargo {
namespace {

constexpr std::size_t kMostBytes = 1024;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool take_basic(std::string_view& header) {
  constexpr std::string_view kScheme = "basic ";
  if (header.size() < kScheme.size()) {
    return false;
  }
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    if (lower(header[i]) != kScheme[i]) {
      return false;
    }
  }
  header.remove_prefix(kScheme.size());
  return true;
}

}  // namespace

std::optional<BasicCredentials> parse_basic_credentials(std::string_view header) {
  if (!take_basic(header) || header.empty() || header.size() > kMostBytes ||
      header.size() % 4 != 0) {
    return std::nullopt;
  }
  std::array<unsigned char, kMostBytes> plain{};
  const int size = ::EVP_DecodeBlock(plain.data(),
                                     reinterpret_cast<const unsigned char*>(header.data()),
                                     static_cast<int>(header.size()));
  const std::size_t padding = header.ends_with("==") ? 2 : header.ends_with('=') ? 1 : 0;
  if (size < static_cast<int>(padding)) {
    return std::nullopt;
  }
  const std::string_view text(reinterpret_cast<const char*>(plain.data()),
                              static_cast<std::size_t>(size) - padding);
  const std::size_t colon = text.find(':');
  // crypt() would end at a zero byte and take the rest for right.
  if (colon == std::string_view::npos || text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  return BasicCredentials{std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

}  // namespace supercargo
