// Where a GELF output goes: the parts of its URL.
//
// A value; the parser is pure. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/base/result.h"

namespace supercargo {

struct GelfEndpoint {
  enum class Transport : std::uint8_t { kTcp, kTls, kUdp, kHttp, kHttps };
  Transport transport = Transport::kTcp;
  std::string host;  // a name or an address, without brackets
  std::uint16_t port = 12201;
  std::string path;  // http and https: begins with '/'; "/gelf" when the URL has none

  // "tls://[::1]:12201", for logs and errors: never with credentials.
  [[nodiscard]] std::string text() const;
};

// tcp:// tls:// udp:// http:// https:// HOST[:PORT][/PATH]. Only HTTP has a path; credentials
// belong into `auth` and are an error here.
[[nodiscard]] Result<GelfEndpoint> parse_gelf_url(std::string_view url);

}  // namespace supercargo
