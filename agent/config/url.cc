#include "agent/config/url.h"

#include <algorithm>
#include <utility>

#include "agent/base/text.h"

namespace supercargo {
namespace {

Error url_error(std::string_view message) {
  return {ErrorCode::kConfig, std::string(message)};
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_host_name(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
  });
}

bool is_ipv6_like(std::string_view host) {
  return host.find(':') != std::string_view::npos &&
         host.find_first_not_of("0123456789abcdefABCDEF:.%") == std::string_view::npos;
}

Result<std::uint16_t> parse_port(std::string_view text) {
  const auto port = parse_number<std::uint16_t>(text);
  if (!port || *port == 0) {
    return url_error("the port must be a number from 1 to 65535");
  }
  return *port;
}

// "host", "host:port" or "[address]:port" into `url`.
Status parse_authority(std::string_view authority, Url& url) {
  std::string_view rest = authority;
  if (rest.starts_with('[')) {
    rest.remove_prefix(1);
    url.host = take_until(rest, ']');
    if (!is_ipv6_like(url.host) || authority.find(']') == std::string_view::npos) {
      return url_error("expected an IPv6 address between the brackets");
    }
  } else {
    url.host = rest.substr(0, rest.find(':'));
    rest.remove_prefix(url.host.size());
    if (!is_host_name(url.host)) {
      return url_error("no valid host name or address after \"://\"");
    }
  }
  if (rest.empty()) {
    return Ok{};
  }
  if (!rest.starts_with(':')) {
    return url_error("expected a port after the address");
  }
  auto port = parse_port(rest.substr(1));
  if (!port) {
    return std::move(port).error();
  }
  url.port = *port;
  return Ok{};
}

}  // namespace

std::string Url::text() const {
  std::string out = scheme;
  out += "://";
  const bool brackets = host.find(':') != std::string::npos;
  out += brackets ? "[" : "";
  out += host;
  out += brackets ? "]" : "";
  if (port != 0) {
    out.append(":").append(std::to_string(port));
  }
  return out += path;
}

Result<Url> parse_url(std::string_view text) {
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos || colon == 0 ||
      !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon), is_letter)) {
    return url_error("expected a URL such as http://host:port");
  }
  Url url;
  url.scheme = text.substr(0, colon);
  std::transform(url.scheme.begin(), url.scheme.end(), url.scheme.begin(), [](char c) {
    return static_cast<char>(c | 0x20);
  });
  text.remove_prefix(colon + 3);
  const std::string_view authority = text.substr(0, text.find_first_of("/?#"));
  if (text.find('@') != std::string_view::npos) {
    return url_error(
        "credentials do not belong in a URL: use auth.username and auth.password_file");
  }
  if (text.find_first_of("?#") != std::string_view::npos) {
    return url_error("a query (?) or fragment (#) is not supported");
  }
  if (std::any_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c >= 0x7F; })) {
    return url_error("blanks are not allowed in a URL");
  }
  Status parsed = parse_authority(authority, url);
  if (!parsed) {
    return std::move(parsed).error();
  }
  url.path = text.substr(authority.size());
  return url;
}

}  // namespace supercargo
