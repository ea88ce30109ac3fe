#include "collectors/node/tcpstat.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "agent/base/fd.h"
#include "agent/base/file_end.h"
#include "agent/base/text.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 1> kLabels{"state"};
constexpr std::array<MetricDesc, 1> kFamilies{
    {{"node_tcp_connection_states", "Number of connection states.", MetricKind::kGauge, kLabels}}};

// By the kernel's number, include/net/tcp_states.h.
constexpr std::array<std::string_view, 12> kStates{"unknown",
                                                   "established",
                                                   "syn_sent",
                                                   "syn_recv",
                                                   "fin_wait1",
                                                   "fin_wait2",
                                                   "time_wait",
                                                   "close",
                                                   "close_wait",
                                                   "last_ack",
                                                   "listen",
                                                   "closing"};

constexpr std::size_t kBufferBytes = std::size_t{64} << 10;

std::optional<std::uint64_t> parse_hex(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, 16);
  return error == std::errc{} && stop == end ? std::optional(value) : std::nullopt;
}

void add_line(std::string_view line, TcpStates& out) {
  for (int i = 0; i < 3; ++i) {  // number, local and remote address
    static_cast<void>(take_word(line));
  }
  const std::optional<std::uint64_t> state = parse_hex(take_word(line));
  std::string_view queues = take_word(line);
  const std::optional<std::uint64_t> sent = parse_hex(take_until(queues, ':'));
  const std::optional<std::uint64_t> received = parse_hex(queues);
  if (state && sent && received) {
    ++out.sockets[*state < out.sockets.size() ? *state : 0];
    out.sent_bytes += *sent;
    out.received_bytes += *received;
  }
}

}  // namespace

//   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid ...
//    0: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0 ...
void take_tcp_lines(std::string_view& text, TcpStates& out) {
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    add_line(text.substr(0, end), out);
    text.remove_prefix(end + 1);
  }
}

std::span<const MetricDesc> TcpstatCollector::families() const noexcept {
  return kFamilies;
}

Status TcpstatCollector::collect(SampleSet& out) {
  TcpStates states;
  if (Status status = add_file(path_, states); !status) {
    return missing_is_unavailable(std::move(status).error());
  }
  Status status = add_file(path6_, states);
  if (!status && status.error().code != ErrorCode::kNotFound) {  // a host without IPv6
    return status;
  }
  bool any = false;
  for (std::size_t state = 0; state < kStates.size(); ++state) {
    if (states.sockets[state] > 0) {
      out.add(0,
              out.add_labels({{"state", kStates[state]}}),
              static_cast<double>(states.sockets[state]));
      any = true;
    }
  }
  if (any) {
    out.add(0,
            out.add_labels({{"state", "rx_queued_bytes"}}),
            static_cast<double>(states.received_bytes));
    out.add(
        0, out.add_labels({{"state", "tx_queued_bytes"}}), static_cast<double>(states.sent_bytes));
  }
  return Ok{};
}

// By pieces: with a hundred thousand connections the file has 15 MB.
Status TcpstatCollector::add_file(const std::string& path, TcpStates& out) {
  Result<UniqueFd> fd = open_at(AT_FDCWD, path.c_str(), O_RDONLY | O_NONBLOCK);
  if (!fd) {
    return std::move(fd).error();
  }
  buffer_.resize(kBufferBytes);
  std::size_t kept = 0;
  for (;;) {
    const std::size_t room = buffer_.size() - kept;
    const ssize_t got = ::read(fd->get(), buffer_.data() + kept, room);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return Error{ErrorCode::kIo, path + ": cannot read"};
    }
    std::string_view text(buffer_.data(), kept + static_cast<std::size_t>(got));
    take_tcp_lines(text, out);
    if (is_end(FileEnd::kLessThanPage, static_cast<std::size_t>(got), room)) {
      return Ok{};
    }
    if (text.size() == buffer_.size()) {
      return Error{ErrorCode::kParse, path + ": a line without end"};
    }
    std::memmove(buffer_.data(), text.data(), text.size());
    kept = text.size();
  }
}

}  // namespace supercargo
