#include "tests/support/stand_in_socket.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

namespace supercargo::test {
namespace {

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::abort();
}

// Dissolving the association resets it, while the descriptor stays valid for other threads.
void reset_socket(int fd) {
  const sockaddr nowhere{AF_UNSPEC, {}};
  (void)::connect(fd, &nowhere, sizeof nowhere);
}

class PlainConnection : public StandInConnection {
 public:
  explicit PlainConnection(UniqueFd fd) : fd_(std::move(fd)) {}

  std::size_t read(char* bytes, std::size_t count) override {
    return static_cast<std::size_t>(std::max<ssize_t>(0, ::recv(fd_.get(), bytes, count, 0)));
  }

  bool write(std::string_view text) override {
    while (!text.empty()) {
      const ssize_t sent = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return false;
      }
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // With MSG_TRUNC the kernel frees the bytes without copying them.
  std::size_t discard(std::size_t count) override {
    const ssize_t gone = ::recv(fd_.get(), nullptr, count, MSG_TRUNC);
    return static_cast<std::size_t>(std::max<ssize_t>(0, gone));
  }

  void shut_down() override { ::shutdown(fd_.get(), SHUT_RDWR); }

  void reset() override { reset_socket(fd_.get()); }

 private:
  UniqueFd fd_;
};

class TlsConnection : public StandInConnection {
 public:
  TlsConnection(UniqueFd fd, SSL* ssl) : fd_(std::move(fd)), ssl_(ssl) {
    SSL_set_fd(ssl, fd_.get());
    SSL_set_accept_state(ssl);
  }

  std::size_t read(char* bytes, std::size_t count) override {
    std::size_t done = 0;
    return SSL_read_ex(ssl_.get(), bytes, count, &done) == 1 ? done : 0;
  }

  bool write(std::string_view text) override {
    std::size_t done = 0;
    return SSL_write_ex(ssl_.get(), text.data(), text.size(), &done) == 1;
  }

  std::size_t discard(std::size_t count) override {
    std::array<char, 16384> scratch{};
    return read(scratch.data(), std::min(count, scratch.size()));
  }

  void shut_down() override { ::shutdown(fd_.get(), SHUT_RDWR); }

  void reset() override { reset_socket(fd_.get()); }

 private:
  struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  UniqueFd fd_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
};

SSL_CTX* make_tls(const StandInTls& tls) {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  if (context == nullptr ||
      SSL_CTX_use_certificate_chain_file(context, tls.certificate_file.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, tls.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    ERR_print_errors_fp(stderr);
    std::abort();
  }
  if (!tls.client_ca_file.empty()) {
    SSL_CTX_load_verify_file(context, tls.client_ca_file.c_str());
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context;
}

}  // namespace

void StandInListener::FreeTls::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

StandInListener::StandInListener(const std::string& address,
                                 std::uint16_t port,
                                 const StandInTls& tls)
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  // OpenSSL writes alerts to connections that the client has closed; the agent ignores it as well.
  std::signal(SIGPIPE, SIG_IGN);
  const int one = 1;
  ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  socklen_t size = sizeof name;
  if (::inet_pton(AF_INET, address.c_str(), &name.sin_addr) != 1) {
    die("address");
  }
  auto* generic = reinterpret_cast<sockaddr*>(&name);
  if (::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), 128) != 0 ||
      ::getsockname(listener_.get(), generic, &size) != 0) {
    die("listen");
  }
  port_ = ntohs(name.sin_port);
  if (!tls.certificate_file.empty()) {
    tls_.reset(make_tls(tls));
  }
}

std::unique_ptr<StandInConnection> StandInListener::accept() {
  UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!fd) {
    return nullptr;
  }
  const int one = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (tls_ != nullptr) {
    return std::make_unique<TlsConnection>(std::move(fd), SSL_new(tls_.get()));
  }
  return std::make_unique<PlainConnection>(std::move(fd));
}

void StandInListener::shut_down() {
  ::shutdown(listener_.get(), SHUT_RDWR);
}

}  // namespace supercargo::test
