#include "tests/support/graylog_sockets.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
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
  name = "\r\n" + name + ":";
  std::string lower(head);
  for (std::string* text : {&lower, &name}) {
    std::transform(text->begin(), text->end(), text->begin(), [](unsigned char c) {
      return static_cast<char>(std::tolower(c));
    });
  }
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

ServerTls::ServerTls(const std::string& certificate_file,
                     const std::string& key_file,
                     const std::string& client_ca_file) {
  if (certificate_file.empty()) {
    return;
  }
  context_ = ::SSL_CTX_new(::TLS_server_method());
  const bool own = ::SSL_CTX_use_certificate_chain_file(context_, certificate_file.c_str()) == 1 &&
                   ::SSL_CTX_use_PrivateKey_file(context_, key_file.c_str(), SSL_FILETYPE_PEM) == 1;
  const bool clients =
      client_ca_file.empty() ||
      ::SSL_CTX_load_verify_locations(context_, client_ca_file.c_str(), nullptr) == 1;
  if (!own || !clients) {
    ::SSL_CTX_free(context_);
    throw std::runtime_error("graylog stand-in: certificate");
  }
  if (!client_ca_file.empty()) {
    ::SSL_CTX_set_verify(context_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
}

ServerTls::~ServerTls() {
  ::SSL_CTX_free(context_);
}

ssl_st* ServerTls::start(int fd) const {
  if (context_ == nullptr) {
    return nullptr;
  }
  ssl_st* tls = ::SSL_new(context_);
  ::SSL_set_fd(tls, fd);
  ::SSL_set_accept_state(tls);
  return tls;
}

ServerSocket::ServerSocket(UniqueFd fd, const ServerTls& tls)
    : fd_(std::move(fd)), tls_(tls.start(fd_.get())) {}

ServerSocket::~ServerSocket() {
  ::SSL_free(tls_);
}

long ServerSocket::read(char* buffer, std::size_t size) {
  if (tls_ == nullptr) {
    const ssize_t count = ::recv(fd_.get(), buffer, size, 0);
    return count < 0 && errno == EAGAIN ? -1 : std::max<long>(count, 0);
  }
  const int count = ::SSL_read(tls_, buffer, static_cast<int>(size));
  if (count > 0) {
    return count;
  }
  const int error = ::SSL_get_error(tls_, count);
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? -1 : 0;
}

bool ServerSocket::write(std::string_view text) {
  if (tls_ != nullptr) {
    return ::SSL_write(tls_, text.data(), static_cast<int>(text.size())) > 0;
  }
  return ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL) >= 0;
}

}  // namespace supercargo::test
