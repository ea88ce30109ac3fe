#include "tests/support/graylog_sockets.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "agent/base/result.h"

namespace supercargo::test {

UniqueFd bound_socket(int type, std::uint16_t wanted, std::uint16_t& port) {
  UniqueFd fd(::socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(wanted);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  socklen_t length = sizeof(address);
  if (::bind(fd.get(), raw, length) != 0 || ::getsockname(fd.get(), raw, &length) != 0) {
    throw std::runtime_error(errno_error("graylog stand-in: bind", errno).message);
  }
  port = ntohs(address.sin_port);
  return fd;
}

void close_with_reset(int fd) {
  const linger now{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

std::string header_value(std::string_view head, std::string name) {
  std::string lower(head);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  name = "\r\n" + name + ":";
  const std::size_t at = lower.find(name);
  if (at == std::string::npos) {
    return {};
  }
  const std::size_t begin = head.find_first_not_of(' ', at + name.size());
  return std::string(head.substr(begin, head.find("\r\n", begin) - begin));
}

std::string http_reply(int status, std::string_view header) {
  return "HTTP/1.1 " + std::to_string(status) + " Stand-In\r\n" + std::string(header) +
         "Content-Length: 0\r\nConnection: keep-alive\r\n\r\n";
}

}  // namespace supercargo::test
