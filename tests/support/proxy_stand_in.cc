#include "tests/support/proxy_stand_in.h"

#include <array>
#include <cstdio>
#include <cstdlib>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/base/text.h"

namespace supercargo::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return name;
}

UniqueFd tcp_socket() {
  return UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

// Whatever the name is: all receivers of a test are here.
UniqueFd connect_here(std::string_view host_and_port) {
  const std::size_t colon = host_and_port.rfind(':');
  const auto port = parse_number<std::uint16_t>(host_and_port.substr(colon + 1));
  UniqueFd fd = tcp_socket();
  const sockaddr_in name = loopback(port.value_or(0));
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) {
    fd.reset();
  }
  return fd;
}

std::string read_head(int fd) {
  std::string head;
  std::array<char, 4096> piece{};
  while (head.find("\r\n\r\n") == std::string::npos) {
    const ssize_t count = ::recv(fd, piece.data(), piece.size(), 0);
    if (count <= 0) {
      return {};
    }
    head.append(piece.data(), static_cast<std::size_t>(count));
  }
  return head;
}

bool copy_some(int from, int to) {
  std::array<char, 65536> piece{};
  const ssize_t count = ::recv(from, piece.data(), piece.size(), 0);
  return count > 0 && write_all(to, {piece.data(), static_cast<std::size_t>(count)});
}

void copy_both_ways(int client, int server) {
  std::array<pollfd, 2> both{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
  while (::poll(both.data(), both.size(), -1) > 0) {
    if ((both[0].revents != 0 && !copy_some(client, server)) ||
        (both[1].revents != 0 && !copy_some(server, client))) {
      return;
    }
  }
}

}  // namespace

ProxyStandIn::ProxyStandIn() : listener_(tcp_socket()) {
  sockaddr_in name = loopback(0);
  socklen_t size = sizeof name;
  auto* address = reinterpret_cast<sockaddr*>(&name);
  if (::bind(listener_.get(), address, size) != 0 || ::listen(listener_.get(), 16) != 0 ||
      ::getsockname(listener_.get(), address, &size) != 0) {
    std::perror("proxy_stand_in");
    std::abort();
  }
  port_ = ntohs(name.sin_port);
  accepter_ = std::thread([this] { accept_all(); });
}

ProxyStandIn::~ProxyStandIn() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (Served& served : served_) {
      ::shutdown(served.client.get(), SHUT_RDWR);
    }
  }
  ::shutdown(listener_.get(), SHUT_RDWR);
  accepter_.join();
  for (Served& served : served_) {
    served.thread.join();
  }
}

std::string ProxyStandIn::url() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

std::vector<std::string> ProxyStandIn::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void ProxyStandIn::accept_all() {
  for (;;) {
    UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    const std::lock_guard lock(mutex_);
    if (!client || stopping_) {
      return;
    }
    Served& served = served_.emplace_back();
    served.client = std::move(client);
    served.thread = std::thread([this, fd = served.client.get()] {
      serve(fd);
      ::shutdown(fd, SHUT_RDWR);
    });
  }
}

void ProxyStandIn::serve(int client) {
  constexpr std::string_view kScheme = "http://";
  std::string head = read_head(client);
  const std::string first = head.substr(0, head.find('\r'));
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(first);
  }
  std::string_view rest = first;
  const bool tunnel = take_until(rest, ' ') == "CONNECT";
  std::string_view target = take_until(rest, ' ');
  if (!tunnel) {
    target.remove_prefix(target.starts_with(kScheme) ? kScheme.size() : 0);
  }
  const UniqueFd server = connect_here(take_until(target, '/'));
  if (!server) {
    (void)write_all(client, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    return;
  }
  const Status begun = tunnel ? write_all(client, "HTTP/1.1 200 Connection established\r\n\r\n")
                              : write_all(server.get(), head);
  if (begun) {
    copy_both_ways(client, server.get());
  }
}

}  // namespace supercargo::test
