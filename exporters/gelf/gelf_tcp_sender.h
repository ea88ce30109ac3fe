// GELF over TCP or TLS: messages end with a NUL byte, nothing is compressed, and nobody answers.
//
// agent/app makes one for an output; the output's thread calls it. A request's bytes leave memory
// when the kernel has taken them: what fails is read again from the log. When a request counts as
// delivered stands in confirm_window.h. Any end of the connection fails every unsettled request, in
// order; the next send() connects again. A peer that acknowledges nothing for request_timeout while
// bytes are outstanding is given up like one that closed.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "agent/config/agent_config.h"
#include "agent/pipeline/sender.h"
#include "exporters/gelf/confirm_patience.h"
#include "exporters/gelf/confirm_window.h"
#include "exporters/gelf/gelf_counters.h"
#include "exporters/gelf/gelf_encoder.h"
#include "exporters/gelf/gelf_endpoint.h"
#include "exporters/gelf/stream_connection.h"

namespace supercargo {

class GelfTcpSender final : public Sender {
 public:
  GelfTcpSender(const GelfConfig& config,
                const DeliveryConfig& delivery,
                const GelfEndpoint& endpoint,
                GelfEncoder::Options encoding,
                const GelfCounters& counters);

  // Does not leave half a message behind: the receiver would take it for a whole one.
  ~GelfTcpSender() override;
  GelfTcpSender(const GelfTcpSender&) = delete;
  GelfTcpSender& operator=(const GelfTcpSender&) = delete;

  // At most one request waits for the kernel, and unsettled bytes stay below confirm_bytes and two
  // batches. Always true with nothing in flight.
  [[nodiscard]] bool ready() const override;

  [[nodiscard]] bool ordered() const override { return true; }

  void append(const Batch& batch) override { encoder_.append(batch, open_); }

  [[nodiscard]] std::size_t open_bytes() const override { return open_.size(); }

  void send(RequestId id) override;

  // Returns also when ready() has become true.
  void wait(int wake_fd, Milliseconds timeout, std::vector<Outcome>& outcomes) override;

  [[nodiscard]] std::size_t in_flight() const override { return window_.requests(); }

 private:
  [[nodiscard]] Status step(SteadyTime now);
  [[nodiscard]] Status write_queue();
  [[nodiscard]] Status watch_progress(SteadyTime now);
  [[nodiscard]] SteadyTime next_event(SteadyTime now) const;
  void fail(const Error& error, SteadyTime now, std::vector<Outcome>& outcomes);
  [[nodiscard]] std::optional<Milliseconds> rest(SteadyTime now) const;
  [[nodiscard]] bool closed_too_soon(const Error& error, SteadyTime now);
  void recycle(std::string buffer);
  [[nodiscard]] std::string_view rest_of_message() const;

  const DeliveryConfig delivery_;
  const std::uint64_t confirm_bytes_;
  const Milliseconds look_interval_;  // between looks at what the peer has acknowledged
  GelfCounters counters_;
  GelfEncoder encoder_;
  StreamConnection connection_;
  ConfirmWindow window_;
  ConfirmPatience patience_;
  std::string open_;               // the request being filled
  std::deque<std::string> queue_;  // sealed, not yet wholly with the kernel
  std::size_t queue_sent_ = 0;     // of the first in queue_
  std::string spare_;              // an empty buffer that keeps its memory
  std::uint64_t acknowledged_ = 0;
  SteadyTime last_progress_{};
  SteadyTime last_acknowledged_{};  // when some byte was
  bool all_acknowledged_ = false;   // of what was written, at the last look
};

}  // namespace supercargo
