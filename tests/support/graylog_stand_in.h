// A receiver as strict as Graylog, with faults on request: GELF over TCP (or TLS), UDP and HTTP (or
// HTTPS) on ports of 127.0.0.1.
//
// A test owns one; it runs a thread of its own from the constructor to the destructor. Every member
// may be called by any thread. Port 0: any free one. What it accepts and why it refuses the rest is
// in graylog_stand_in_rules.h, how it speaks HTTP in graylog_http_input.h.
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
#include "tests/support/graylog_http_input.h"
#include "tests/support/graylog_messages.h"
#include "tests/support/graylog_results.h"
#include "tests/support/graylog_sockets.h"
#include "tests/support/graylog_stand_in_rules.h"

namespace supercargo::test {

class GraylogStandIn {
 public:
  using Milliseconds = std::chrono::milliseconds;

  struct Options {
    std::uint16_t tcp_port = 0;
    std::uint16_t udp_port = 0;
    std::uint16_t http_port = 0;
    std::string certificate_file;             // TLS on the TCP and HTTP ports, when set
    std::string key_file;                     //
    std::string client_ca_file;               // clients must show a certificate, when set
    std::size_t max_message_bytes = 2 << 20;  // TCP: Graylog's max_message_size
    GraylogHttpRules http;
    Milliseconds http_delay{0};  // of each answer
    bool discard = false;        // TCP: count, but look at nothing
    bool keep_messages = true;   // for messages() and datagrams()
    std::string output_file;     // accepted messages, one a line
    // Before they stand in it, with the time of their arrival; crash() loses those that wait.
    std::optional<Milliseconds> hold;
    int receive_buffer_bytes = 0;  // of TCP connections; 0: the kernel's choice
  };

  struct Faults {
    std::optional<std::uint64_t> close_after_bytes;  // once: the connection that has sent so many
    bool reset = false;                              // close_after_bytes resets instead
    bool do_not_read = false;                        // TCP connections are accepted, never read
    int http_status = 202;                           // other than 202: the request is not accepted
    std::uint64_t http_after = 0;                    // so many more are accepted before that
    std::string http_header;                         // "Retry-After: 1\r\n"
    std::string http_only;                // the status is for bodies that hold this text alone
    std::optional<std::size_t> max_body;  // in place of the option's
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
  // Until what was asked for so far has happened: the thread may be slow.
  void wait_for_orders();

  // Accepted, oldest first; why others were not; datagrams as they came.
  [[nodiscard]] std::vector<std::string> messages() const { return results_.messages(); }

  [[nodiscard]] std::vector<std::string> refusals() const { return results_.refusals(); }

  [[nodiscard]] std::vector<std::string> datagrams() const { return results_.datagrams(); }

  [[nodiscard]] std::uint64_t accepted() const { return results_.counts().accepted; }

  [[nodiscard]] std::uint64_t stream_bytes() const { return results_.counts().stream_bytes; }

  [[nodiscard]] std::uint64_t delimiters() const { return results_.counts().delimiters; }

  [[nodiscard]] std::uint64_t torn() const { return results_.counts().torn; }

  [[nodiscard]] std::uint64_t connections() const { return results_.counts().connections; }

  [[nodiscard]] std::uint64_t http_requests() const { return results_.counts().http_requests; }

  // True as soon as so many messages were accepted.
  [[nodiscard]] bool wait_for_messages(std::size_t count, Milliseconds timeout) const;
  [[nodiscard]] bool wait_for_connections(std::uint64_t count, Milliseconds timeout) const;
  // As soon as so many connections have ended.
  [[nodiscard]] bool wait_for_end(std::uint64_t count, Milliseconds timeout) const;

 private:
  using Time = std::chrono::steady_clock::time_point;

  struct Connection;

  template <class Change>
  void order(Change change);
  void run();
  [[nodiscard]] std::optional<Time> next_event() const;
  [[nodiscard]] bool take_orders();  // false: the thread is to end
  void accept_from(int listener, bool http);
  [[nodiscard]] bool serve(Connection& connection);  // false: to be closed
  void end(const Connection& connection);
  [[nodiscard]] bool cut_by_fault(Connection& connection);
  [[nodiscard]] bool take_frames(Connection& connection);
  [[nodiscard]] bool take_requests(Connection& connection);
  [[nodiscard]] std::string answer(Connection& connection, const GraylogHttpRequest& request);
  [[nodiscard]] bool is_faulty(const Faults& now, std::string_view body);
  [[nodiscard]] bool give_answers(Connection& connection, Time now);
  void receive_datagrams();
  void judge(std::string_view payload, bool may_be_compressed);
  [[nodiscard]] Faults faults() const;

  const Options options_;
  UniqueFd tcp_;
  UniqueFd udp_;
  UniqueFd http_;
  UniqueFd wake_;
  std::uint16_t tcp_port_ = 0;
  std::uint16_t udp_port_ = 0;
  std::uint16_t http_port_ = 0;
  ServerTls tls_;

  // Of the thread.
  std::list<Connection> live_;
  GelfChunkStore chunks_;
  GraylogMessages output_;

  GraylogResults results_;
  mutable std::mutex mutex_;
  std::condition_variable taken_;
  bool ordered_ = false;  // and the thread has not seen it
  bool stop_ = false;
  bool close_all_ = false;
  bool reset_all_ = false;
  bool lose_held_ = false;
  Faults faults_;

  std::thread thread_;
};

}  // namespace supercargo::test
