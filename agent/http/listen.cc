#include "agent/http/listen.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr int kBacklog = 128;

std::string to_text(const ListenAddress& address) {
  return address.v6 ? fmt::format("[{}]:{}", address.host, address.port)
                    : fmt::format("{}:{}", address.host, address.port);
}

// An address of either family in the form that bind(2) wants.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

template <class Address>
SocketAddress stored(const Address& address) {
  SocketAddress result;
  std::memcpy(&result.storage, &address, sizeof address);
  result.size = sizeof address;
  return result;
}

// The size stays 0 when the host is no numeric address.
SocketAddress socket_address(const ListenAddress& address) {
  if (address.v6) {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(address.port);
    return ::inet_pton(AF_INET6, address.host.c_str(), &v6.sin6_addr) == 1 ? stored(v6)
                                                                           : SocketAddress{};
  }
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(address.port);
  return ::inet_pton(AF_INET, address.host.c_str(), &v4.sin_addr) == 1 ? stored(v4)
                                                                       : SocketAddress{};
}

void set_option(int fd, int level, int option, int value) {
  ::setsockopt(fd, level, option, &value, sizeof value);
}

std::uint16_t bound_port(int fd) {
  SocketAddress bound;
  bound.size = sizeof bound.storage;
  if (::getsockname(fd, bound.get(), &bound.size) != 0) {
    return 0;
  }
  // The port stands at the same place in both families.
  sockaddr_in v4{};
  std::memcpy(&v4, &bound.storage, sizeof v4);
  return ntohs(v4.sin_port);
}

// 0, or the errno of the step that failed.
int try_to_listen(const ListenAddress& address, SocketFunction make_socket, Listener& listener) {
  SocketAddress wanted = socket_address(address);
  UniqueFd fd(make_socket(
      address.v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  if (!fd) {
    return errno;
  }
  set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (address.v6) {
    set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, address.any_v6() ? 0 : 1);
  }
  if (::bind(fd.get(), wanted.get(), wanted.size) != 0 || ::listen(fd.get(), kBacklog) != 0) {
    return errno;
  }
  listener.port = bound_port(fd.get());
  listener.fd = std::move(fd);
  listener.v6 = address.v6;
  return 0;
}

bool means_no_ipv6(int error) {
  return error == EAFNOSUPPORT || error == EADDRNOTAVAIL || error == EPROTONOSUPPORT;
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const Error bad{ErrorCode::kConfig,
                  fmt::format("listen address \"{}\": expected a numeric address and a port, such "
                              "as [::]:9655 or 127.0.0.1:9655",
                              text)};
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return bad;
  }
  const auto port = parse_number<std::uint16_t>(text.substr(colon + 1));
  std::string_view host = text.substr(0, colon);
  if (!port) {
    return bad;
  }
  ListenAddress address{.host = "::", .port = *port, .v6 = true};
  if (host.empty()) {
    return address;
  }
  address.v6 = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  address.host = address.v6 ? host.substr(1, host.size() - 2) : host;
  if (address.host.find('\0') != std::string::npos || socket_address(address).size == 0) {
    return bad;
  }
  return address;
}

Result<Listener> open_listener(const ListenAddress& address, SocketFunction make_socket) {
  if (make_socket == nullptr) {
    make_socket = ::socket;
  }
  Listener listener;
  int error = try_to_listen(address, make_socket, listener);
  if (address.any_v6() && means_no_ipv6(error)) {
    error = try_to_listen(
        {.host = "0.0.0.0", .port = address.port, .v6 = false}, make_socket, listener);
  }
  if (error != 0) {
    Error failure = errno_error("listen on " + to_text(address), error);
    failure.code = ErrorCode::kIo;
    return failure;
  }
  return listener;
}

}  // namespace supercargo
