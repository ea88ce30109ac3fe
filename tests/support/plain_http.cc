#include "tests/support/plain_http.h"

#include <array>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/base/fd.h"
#include "agent/base/text.h"

namespace supercargo::test {
namespace {

UniqueFd connect_to(std::uint16_t port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0) {
    fd.reset();
  }
  return fd;
}

PlainAnswer parse(std::string_view text) {
  PlainAnswer answer;
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    return answer;
  }
  answer.head = text.substr(0, end);
  answer.body = text.substr(end + 4);
  std::string_view first = text.substr(0, text.find('\r'));
  (void)take_until(first, ' ');
  answer.status = parse_number<int>(take_until(first, ' ')).value_or(0);
  return answer;
}

}  // namespace

PlainAnswer plain_http(std::uint16_t port,
                       std::string_view method,
                       std::string_view target,
                       std::string_view body,
                       const std::vector<std::pair<std::string, std::string>>& headers) {
  const UniqueFd fd = connect_to(port);
  if (!fd) {
    return {};
  }
  std::string request(method);
  request.append(" ").append(target).append(" HTTP/1.1\r\nHost: test\r\nContent-Length: ");
  request.append(std::to_string(body.size())).append("\r\n");
  for (const auto& [name, value] : headers) {
    request.append(name).append(": ").append(value).append("\r\n");
  }
  request.append("\r\n").append(body);
  if (!write_all(fd.get(), request)) {
    return {};
  }
  ::shutdown(fd.get(), SHUT_WR);
  std::string text;
  std::array<char, 65536> piece{};
  for (ssize_t count = 1; count > 0;) {
    count = ::read(fd.get(), piece.data(), piece.size());
    text.append(piece.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  }
  return parse(text);
}

}  // namespace supercargo::test
