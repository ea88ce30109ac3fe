#include "exporters/gelf/gelf_endpoint.h"

#include <array>
#include <optional>
#include <utility>

#include "agent/base/text.h"

namespace supercargo {
namespace {

using Transport = GelfEndpoint::Transport;

constexpr std::array<std::pair<std::string_view, Transport>, 5> kSchemes{
    std::pair<std::string_view, Transport>{"tcp://", Transport::kTcp},
    {"tls://", Transport::kTls},
    {"udp://", Transport::kUdp},
    {"http://", Transport::kHttp},
    {"https://", Transport::kHttps}};

bool is_http(Transport transport) {
  return transport == Transport::kHttp || transport == Transport::kHttps;
}

Error url_error(std::string_view why) {
  return Error{ErrorCode::kConfig, std::string("url: ") += why};
}

std::optional<Transport> take_scheme(std::string_view& url) {
  for (const auto& [scheme, transport] : kSchemes) {
    if (url.starts_with(scheme)) {
      url.remove_prefix(scheme.size());
      return transport;
    }
  }
  return std::nullopt;
}

// Splits "host:port" or "[v6]:port"; `port` is empty when there is none. False: not an authority.
bool split_authority(std::string_view text, std::string_view& host, std::string_view& port) {
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) {
      return false;
    }
    host = text.substr(1, close - 1);
    port = text.substr(close + 1);
  } else {
    const std::size_t colon = text.find(':');
    host = text.substr(0, colon);
    port = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
  }
  if (port.empty()) {
    return true;
  }
  const bool has_digits = port.size() > 1 && port.front() == ':';
  port.remove_prefix(1);
  return has_digits;
}

bool is_host_text(std::string_view host) {
  for (const char c : host) {
    if (c <= ' ' || c >= 0x7F || c == '[' || c == ']' || c == '\\') {
      return false;
    }
  }
  return !host.empty();
}

std::uint16_t default_port(Transport transport) {
  if (transport == Transport::kHttps) {
    return 443;
  }
  return transport == Transport::kHttp ? 80 : 12201;
}

}  // namespace

std::string GelfEndpoint::text() const {
  std::string out;
  for (const auto& [scheme, known] : kSchemes) {
    if (known == transport) {
      out += scheme;
    }
  }
  const bool v6 = host.find(':') != std::string::npos;
  out += v6 ? "[" : "";
  out += host;
  out += v6 ? "]:" : ":";
  out += std::to_string(port);
  return out += path;
}

Result<GelfEndpoint> parse_gelf_url(std::string_view url) {
  const std::optional<Transport> transport = take_scheme(url);
  if (!transport) {
    return url_error("expected tcp://, tls://, udp://, http:// or https://");
  }
  const std::size_t slash = url.find_first_of("/?#");
  const std::string_view authority = url.substr(0, slash);
  const std::string_view path =
      slash == std::string_view::npos ? std::string_view() : url.substr(slash);
  if (authority.find('@') != std::string_view::npos) {
    return url_error("user and password belong into auth");
  }
  std::string_view host;
  std::string_view port_text;
  if (!split_authority(authority, host, port_text) || !is_host_text(host)) {
    return url_error("expected HOST or HOST:PORT after the scheme");
  }
  GelfEndpoint endpoint{*transport, std::string(host), default_port(*transport), {}};
  if (!port_text.empty()) {
    const auto port = parse_number<std::uint16_t>(port_text);
    if (!port || *port == 0) {
      return url_error("the port is not a number from 1 to 65535");
    }
    endpoint.port = *port;
  }
  if (!is_http(*transport)) {
    if (!path.empty() && path != "/") {
      return url_error("only http:// and https:// have a path");
    }
    return endpoint;
  }
  endpoint.path = path.empty() || path == "/" ? "/gelf" : std::string(path);
  if (endpoint.path.front() != '/') {
    endpoint.path.insert(0, "/");
  }
  return endpoint;
}

}  // namespace supercargo
