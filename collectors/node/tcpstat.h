// node_tcp_connection_states: TCP sockets by state and bytes in their queues, in the host's network
// namespace, from <proc>/1/net/tcp and tcp6. Off by default: a line for each socket.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"

namespace supercargo {

struct TcpStates {
  std::array<std::uint64_t, 12> sockets{};  // by the kernel's number of the state; [0]: others
  std::uint64_t received_bytes = 0;         // of a socket that listens: connections to accept
  std::uint64_t sent_bytes = 0;
};

// Adds the sockets of whole lines to `out` and cuts these off `text`: what stays is the begin of a
// line. The header and odd lines are left out.
void take_tcp_lines(std::string_view& text, TcpStates& out);

class TcpstatCollector final : public Collector {
 public:
  explicit TcpstatCollector(const HostPaths& host)
      : path_(host.proc + "/1/net/tcp"), path6_(host.proc + "/1/net/tcp6") {}

  [[nodiscard]] std::string_view name() const noexcept override { return "tcpstat"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  Status add_file(const std::string& path, TcpStates& out);

  const std::string path_;
  const std::string path6_;
  std::string buffer_;  // of one size, however many sockets there are
};

}  // namespace supercargo
