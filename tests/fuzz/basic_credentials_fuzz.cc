// Any text as an Authorization header is credentials that hold what was given, or none.
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "agent/http/basic_credentials.h"

namespace {

// Plain, a bit at a time: another way than the parser's.
std::string base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t bit = 0; bit < text.size() * 8; bit += 6) {
    std::size_t digit = 0;
    for (std::size_t i = bit; i < bit + 6; ++i) {
      const unsigned byte = i / 8 < text.size() ? static_cast<unsigned char>(text[i / 8]) : 0U;
      digit = digit * 2 + (byte >> (7 - i % 8) & 1U);
    }
    out.push_back(kDigits[digit]);
  }
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto found = supercargo::parse_basic_credentials(text)) {
    const bool odd = found->user.find(':') != std::string::npos ||
                     (found->user + found->password).find('\0') != std::string::npos;
    const auto again =
        supercargo::parse_basic_credentials("Basic " + base64(found->user + ":" + found->password));
    if (odd || !again || again->user != found->user || again->password != found->password) {
      std::abort();
    }
  }
  // The text as what is encoded.
  const auto encoded = supercargo::parse_basic_credentials("Basic " + base64(text));
  const std::size_t colon = text.find(':');
  const bool fits =
      size <= 768 && colon != std::string_view::npos && text.find('\0') == std::string_view::npos;
  if (encoded.has_value() != fits || (fits && (encoded->user != text.substr(0, colon) ||
                                               encoded->password != text.substr(colon + 1)))) {
    std::abort();
  }
  return 0;
}
