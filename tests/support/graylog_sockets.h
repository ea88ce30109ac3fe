// Sockets of the Graylog stand-in, and the little HTTP it speaks. Pure helpers, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/base/fd.h"

struct ssl_ctx_st;
struct ssl_st;

namespace supercargo::test {

// A non-blocking socket on 127.0.0.1; port 0: any free one. Throws when it cannot be had.
[[nodiscard]] UniqueFd bound_socket(int type, std::uint16_t wanted, std::uint16_t& port);

// The close that follows will be a reset: what is on its way in either direction is gone.
void close_with_reset(int fd);

// The value of a header, in the request head as it came; names are matched without case.
[[nodiscard]] std::string header_value(std::string_view head, std::string name);

// An answer without a body; `header` ends with a line end or is empty.
[[nodiscard]] std::string http_reply(int status, std::string_view header);

// TLS of a server's connections, or none. Throws when the files cannot be used.
class ServerTls {
 public:
  // Empty certificate: no TLS. With a client CA each client must show a certificate.
  ServerTls(const std::string& certificate_file,
            const std::string& key_file,
            const std::string& client_ca_file);
  ~ServerTls();
  ServerTls(const ServerTls&) = delete;
  ServerTls& operator=(const ServerTls&) = delete;

  // Nothing without TLS.
  [[nodiscard]] ssl_st* start(int fd) const;

 private:
  ssl_ctx_st* context_ = nullptr;
};

// The server's end of a connection, non-blocking, with or without TLS.
class ServerSocket {
 public:
  ServerSocket(UniqueFd fd, const ServerTls& tls);
  ~ServerSocket();
  ServerSocket(const ServerSocket&) = delete;
  ServerSocket& operator=(const ServerSocket&) = delete;

  [[nodiscard]] int fd() const { return fd_.get(); }

  // Bytes read, 0 at the end or after an error, -1 when there is nothing now.
  [[nodiscard]] long read(char* buffer, std::size_t size);

  [[nodiscard]] bool write(std::string_view text);

 private:
  UniqueFd fd_;
  ssl_st* tls_;
};

}  // namespace supercargo::test
