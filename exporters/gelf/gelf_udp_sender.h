// GELF over UDP: a datagram or up to 128 chunks a message, gzipped where that makes it smaller.
//
// agent/app makes one for an output; the output's thread calls it. One request is in flight at a
// time. It is delivered when the kernel has taken every datagram; UDP promises no more. A refused
// datagram (no listener, no route, no room for request_timeout) is counted by its error and fails
// the request, which is then read and sent again as a whole; one that is too large for the path
// (EMSGSIZE) goes in smaller chunks from then on. The name is looked up again after a failure and
// once a minute.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/fd.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/sender.h"
#include "exporters/gelf/datagram_burst.h"
#include "exporters/gelf/gelf_chunks.h"
#include "exporters/gelf/gelf_counters.h"
#include "exporters/gelf/gelf_encoder.h"
#include "exporters/gelf/gelf_endpoint.h"
#include "exporters/gelf/gzip_member.h"
#include "exporters/gelf/host_lookup.h"

namespace supercargo {

class GelfUdpSender final : public Sender {
 public:
  GelfUdpSender(const GelfConfig& config,
                const DeliveryConfig& delivery,
                const GelfEndpoint& endpoint,
                GelfEncoder::Options encoding,
                const GelfCounters& counters);

  [[nodiscard]] bool ready() const override { return !request_; }

  [[nodiscard]] bool ordered() const override { return false; }

  void append(const Batch& batch) override { encoder_.append(batch, open_); }

  [[nodiscard]] std::size_t open_bytes() const override { return open_.size(); }

  void send(RequestId id) override;
  void wait(int wake_fd, Milliseconds timeout, std::vector<Outcome>& outcomes) override;

  [[nodiscard]] std::size_t in_flight() const override { return request_ ? 1 : 0; }

 private:
  enum class Progress : std::uint8_t {
    kMoved,
    kDone,
    kIdle,    // until the wake-up descriptor speaks, or the lookup has an answer
    kFull,    // until the socket is writable
    kPaused,  // for a moment
  };

  [[nodiscard]] Result<Progress> step(SteadyTime now);
  [[nodiscard]] Result<Progress> advance_lookup(SteadyTime now);
  [[nodiscard]] Status fill_burst();
  [[nodiscard]] Status add_message(std::string_view message);
  [[nodiscard]] Result<DatagramBurst::Sent> send_burst();
  void make_datagrams_smaller();
  [[nodiscard]] Progress pace();
  // Sleeps until step() may go on. False: woken by wake_fd.
  [[nodiscard]] bool sleep(int wake_fd, Progress progress, Milliseconds longest) const;
  void finish(Outcome outcome, std::vector<Outcome>& outcomes);
  void fail(const Error& error, std::vector<Outcome>& outcomes);

  const DeliveryConfig delivery_;
  std::size_t datagram_bytes_;
  const bool gzip_;
  const std::string destination_;
  GelfCounters counters_;
  GelfEncoder encoder_;
  ChunkIds ids_;
  GzipMember compressor_;
  HostLookup lookup_;
  bool looking_up_ = false;
  SteadyTime looked_up_at_{};
  UniqueFd socket_;
  DatagramBurst burst_;
  std::size_t cost_ = 0;  // of the datagrams sent since the last pause
  std::optional<RequestId> request_;
  SteadyTime last_progress_{};
  std::string open_;        // the request being filled
  std::string sealed_;      // the request being sent: messages, each with a NUL byte behind it
  std::size_t taken_ = 0;   // of sealed_, into bursts
  std::string compressed_;  // the message at hand
  std::string shortened_;   // the message at hand, when it has to be cut
};

}  // namespace supercargo
