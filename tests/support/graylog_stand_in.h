// A receiver as strict as Graylog, with faults on request: GELF over TCP (or TLS), UDP and HTTP on
// ports of 127.0.0.1.
//
// A test owns one; it runs a thread of its own from the constructor to the destructor. Every member
// may be called by any thread. Port 0: any free one. What it accepts and why it refuses the rest is
// in graylog_stand_in_rules.h.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "agent/base/fd.h"
#include "tests/support/graylog_messages.h"
#include "tests/support/graylog_stand_in_rules.h"

struct ssl_ctx_st;
struct ssl_st;

namespace supercargo::test {

class GraylogStandIn {
 public:
  struct Options {
    std::uint16_t tcp_port = 0;
    std::uint16_t udp_port = 0;
    std::uint16_t http_port = 0;
    std::string certificate_file;             // TLS on the TCP port, when set
    std::string key_file;                     //
    std::size_t max_message_bytes = 2 << 20;  // TCP: Graylog's max_message_size
    std::size_t max_http_bytes = 64 << 10;    // HTTP: Graylog's max_chunk_size
    bool discard = false;                     // TCP: count, but look at nothing
    bool keep_messages = true;                // for messages() and datagrams()
    std::string output_file;                  // accepted messages, one a line
    // Before they stand in it, with the time of their arrival; crash() loses those that wait.
    std::optional<std::chrono::milliseconds> hold;
    int receive_buffer_bytes = 0;  // of TCP connections; 0: the kernel's choice
  };

  struct Faults {
    std::optional<std::uint64_t> close_after_bytes;  // once: the connection that has sent so many
    bool reset = false;                              // close_after_bytes resets instead
    bool do_not_read = false;                        // TCP connections are accepted, never read
    int http_status = 202;                           // other than 202: the request is not accepted
    std::uint64_t http_after = 0;                    // so many more are accepted before that
    std::string http_header;                         // "Retry-After: 1\r\n"
  };

  GraylogStandIn() : GraylogStandIn(Options()) {}

  explicit GraylogStandIn(Options options);
  ~GraylogStandIn();
  GraylogStandIn(const GraylogStandIn&) = delete;
  GraylogStandIn& operator=(const GraylogStandIn&) = delete;

  [[nodiscard]] std::uint16_t tcp_port() const { return tcp_port_; }

  [[nodiscard]] std::uint16_t udp_port() const { return udp_port_; }

  [[nodiscard]] std::uint16_t http_port() const { return http_port_; }

  void set_faults(const Faults& faults);
  void close_connections(bool reset);
  // What a crash does: connections are reset, messages that are held are lost.
  void crash();

  [[nodiscard]] std::vector<std::string> messages() const;   // accepted, oldest first
  [[nodiscard]] std::vector<std::string> refusals() const;   // why others were not
  [[nodiscard]] std::vector<std::string> datagrams() const;  // as they came
  [[nodiscard]] std::uint64_t accepted() const;
  [[nodiscard]] std::uint64_t stream_bytes() const;  // read from TCP, decrypted
  [[nodiscard]] std::uint64_t delimiters() const;    // NUL bytes among them
  [[nodiscard]] std::uint64_t connections() const;   // accepted on any port
  [[nodiscard]] std::uint64_t http_requests() const;

  // True as soon as so many messages were accepted.
  [[nodiscard]] bool wait_for_messages(std::size_t count, std::chrono::milliseconds timeout) const;
  [[nodiscard]] bool wait_for_connections(std::uint64_t count,
                                          std::chrono::milliseconds timeout) const;

 private:
  struct Connection;

  void run();
  [[nodiscard]] int poll_timeout() const;
  [[nodiscard]] bool take_orders();  // false: the thread is to end
  void accept_from(int listener, bool http);
  [[nodiscard]] bool serve(Connection& connection);  // false: to be closed
  [[nodiscard]] long read_some(Connection& connection, char* buffer, std::size_t size);
  [[nodiscard]] bool cut_by_fault(Connection& connection);
  [[nodiscard]] bool take_frames(Connection& connection);
  [[nodiscard]] bool take_requests(Connection& connection);
  [[nodiscard]] std::string answer(std::string_view head, std::string_view body);
  void receive_datagrams();
  void judge(std::string_view payload, bool may_be_compressed);
  void refuse(std::string reason);
  [[nodiscard]] Faults faults() const;

  const Options options_;
  UniqueFd tcp_;
  UniqueFd udp_;
  UniqueFd http_;
  UniqueFd wake_;
  std::uint16_t tcp_port_ = 0;
  std::uint16_t udp_port_ = 0;
  std::uint16_t http_port_ = 0;
  ssl_ctx_st* tls_ = nullptr;

  // Of the thread.
  std::list<Connection> live_;
  GelfChunkStore chunks_;
  GraylogMessages output_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool stop_ = false;
  bool close_all_ = false;
  bool reset_all_ = false;
  bool lose_held_ = false;
  Faults faults_;
  std::vector<std::string> messages_;
  std::vector<std::string> refusals_;
  std::vector<std::string> datagrams_;
  std::uint64_t accepted_ = 0;
  std::uint64_t stream_bytes_ = 0;
  std::uint64_t delimiters_ = 0;
  std::uint64_t connections_ = 0;
  std::uint64_t http_requests_ = 0;

  std::thread thread_;
};

}  // namespace supercargo::test
