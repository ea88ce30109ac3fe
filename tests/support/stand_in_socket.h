// The server side of one connection in a test: plain TCP or TLS, blocking.
//
// A listener is made by the thread that owns the stand-in; each connection is used by its own
// thread, and any thread may call shut_down() to wake it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "agent/base/fd.h"

struct ssl_ctx_st;

namespace supercargo::test {

// Files in PEM. Empty certificate: plain TCP. With a client CA each client must show a certificate.
struct StandInTls {
  std::string certificate_file;
  std::string key_file;
  std::string client_ca_file;
};

class StandInConnection {
 public:
  StandInConnection() = default;
  StandInConnection(const StandInConnection&) = delete;
  StandInConnection& operator=(const StandInConnection&) = delete;
  virtual ~StandInConnection() = default;

  // The bytes read, 0 at the end, at an error or after shut_down().
  virtual std::size_t read(char* bytes, std::size_t count) = 0;
  virtual bool write(std::string_view text) = 0;

  // Reads and throws away, as cheaply as the transport can.
  virtual std::size_t discard(std::size_t count) = 0;

  virtual void shut_down() = 0;

  // Ends it with a reset: what is on its way in either direction is gone.
  virtual void reset() = 0;
};

class StandInListener {
 public:
  // Aborts the process when the address cannot be had: a test cannot go on without it.
  StandInListener(const std::string& address, std::uint16_t port, const StandInTls& tls);

  [[nodiscard]] std::uint16_t port() const { return port_; }

  // The next connection; its TLS handshake happens in its first read. Null after shut_down().
  std::unique_ptr<StandInConnection> accept();

  // Wakes accept(); any thread.
  void shut_down();

 private:
  struct FreeTls {
    void operator()(ssl_ctx_st* context) const;
  };

  UniqueFd listener_;
  std::uint16_t port_ = 0;
  std::unique_ptr<ssl_ctx_st, FreeTls> tls_;
};

}  // namespace supercargo::test
