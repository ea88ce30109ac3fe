#include "exporters/gelf/gelf_udp_sender.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <poll.h>

#include "agent/base/log.h"
#include "exporters/gelf/datagram_socket.h"
#include "exporters/gelf/gelf_cut.h"

namespace supercargo {
namespace {

constexpr std::size_t kBurstDatagrams = 64;  // then the wake-up descriptor is looked at again
constexpr std::size_t kWorthGzip = 256;      // below, a gzip member is hardly ever smaller
constexpr auto kLookupInterval = std::chrono::minutes(1);
constexpr std::size_t kPaceBytes = 96 << 10;  // then the receiver gets a moment
constexpr Milliseconds kPause{1};

std::string reason_of(const Error& error) {
  if (error.code == ErrorCode::kCancelled) {
    return "timeout";
  }
  return "connection";
}

}  // namespace

GelfUdpSender::GelfUdpSender(const GelfConfig& config,
                             const DeliveryConfig& delivery,
                             const GelfEndpoint& endpoint,
                             GelfEncoder::Options encoding,
                             const GelfCounters& counters)
    : delivery_(delivery),
      datagram_bytes_(config.udp_chunk_bytes),
      gzip_(config.udp_compression == "gzip"),
      destination_(endpoint.text()),
      counters_(counters),
      encoder_(std::move(encoding), counters),
      ids_(config.host),
      lookup_(endpoint.host, endpoint.port),
      burst_(datagram_bytes_) {}

void GelfUdpSender::send(RequestId id) {
  const SteadyTime now = steady_now();
  request_ = id;
  last_progress_ = now;
  sealed_.swap(open_);
  open_.clear();
  taken_ = 0;
  if (!socket_ || now - looked_up_at_ >= kLookupInterval) {
    looking_up_ = true;
    lookup_.start();
  }
}

void GelfUdpSender::wait(int wake_fd, Milliseconds timeout, std::vector<Outcome>& outcomes) {
  SteadyTime now = steady_now();
  const SteadyTime end = now + timeout;
  for (;;) {
    Result<Progress> progress = step(now);
    if (!progress) {
      fail(progress.error(), outcomes);
      return;
    }
    if (*progress == Progress::kDone && request_) {
      finish(Outcome{*request_, Outcome::Kind::kDelivered, {}, {}, Milliseconds{0}}, outcomes);
      return;
    }
    if (!sleep(wake_fd, *progress, std::chrono::ceil<Milliseconds>(end - now))) {
      return;
    }
    now = steady_now();
    if (now >= end) {
      return;
    }
  }
}

Result<GelfUdpSender::Progress> GelfUdpSender::step(SteadyTime now) {
  if (!request_) {
    return Progress::kIdle;
  }
  Result<Progress> found = advance_lookup(now);
  if (!found || *found == Progress::kIdle) {
    return found;
  }
  if (burst_.size() == 0) {
    Status filled = fill_burst();
    if (!filled) {
      return std::move(filled).error();
    }
  }
  const Result<DatagramBurst::Sent> sent = send_burst();
  if (!sent) {
    return Error(sent.error());
  }
  if (*sent == DatagramBurst::Sent::kSocketFull || *sent == DatagramBurst::Sent::kDeviceFull) {
    if (now - last_progress_ >= delivery_.request_timeout) {
      return Error{ErrorCode::kCancelled, "the kernel has no room for datagrams"};
    }
    return *sent == DatagramBurst::Sent::kSocketFull ? Progress::kFull : Progress::kPaused;
  }
  last_progress_ = now;
  if (*sent == DatagramBurst::Sent::kAll) {
    burst_.clear();
    if (taken_ == sealed_.size()) {
      return Progress::kDone;
    }
  }
  return pace();
}

Result<DatagramBurst::Sent> GelfUdpSender::send_burst() {
  Result<DatagramBurst::Sent> sent = burst_.send(socket_.get());
  const int error = burst_.error_number();
  if (error != 0 && error != EINTR) {
    counters_.count_send_error(error);
  }
  if (error == EMSGSIZE) {
    make_datagrams_smaller();
  }
  return sent;
}

void GelfUdpSender::make_datagrams_smaller() {
  datagram_bytes_ = smaller_datagram_bytes(socket_.get(), datagram_bytes_);
  burst_.set_datagram_bytes(datagram_bytes_);
  log_warn("Datagrams are too large for the path: smaller ones are sent.",
           {{"destination", destination_}, {"bytes", datagram_bytes_}});
}

// A receiver's socket buffer is small (Debian: 208 KiB) and what it cannot take is gone, so it gets
// time to read. A limit of 96 MB/s that way; a chunked message is lost when one chunk is.
GelfUdpSender::Progress GelfUdpSender::pace() {
  cost_ += burst_.take_cost();
  if (cost_ < kPaceBytes) {
    return Progress::kMoved;
  }
  cost_ = 0;
  return Progress::kPaused;
}

// Idle only when there is no address at all: an old one serves while the new one is looked up.
Result<GelfUdpSender::Progress> GelfUdpSender::advance_lookup(SteadyTime now) {
  if (!looking_up_) {
    return Progress::kMoved;
  }
  std::optional<Result<SocketAddresses>> answer = lookup_.take();
  if (answer) {
    looking_up_ = false;
    looked_up_at_ = now;
    Result<UniqueFd> opened =
        *answer ? open_datagram_socket(**answer) : Result<UniqueFd>(std::move(*answer).error());
    if (opened) {
      socket_ = std::move(*opened);
    } else if (!socket_) {
      return std::move(opened).error();
    }
  }
  if (socket_) {
    return Progress::kMoved;
  }
  if (now - last_progress_ >= delivery_.request_timeout) {
    return Error{ErrorCode::kCancelled, "no answer to the name's lookup"};
  }
  return Progress::kIdle;
}

Status GelfUdpSender::fill_burst() {
  while (taken_ < sealed_.size() && burst_.size() < kBurstDatagrams) {
    std::string_view message = std::string_view(sealed_).substr(taken_);
    message = message.substr(0, message.find('\0'));
    taken_ += message.size() + 1;
    Status added = add_message(message);
    if (!added) {
      return added;
    }
  }
  return Ok{};
}

// What needs too many chunks even when compressed is cut to what fits without compression: how far
// text compresses is not known before it is cut.
Status GelfUdpSender::add_message(std::string_view message) {
  const bool small =
      gzip_ && message.size() >= kWorthGzip && compressor_.compress(message, compressed_);
  std::string_view payload = small ? std::string_view(compressed_) : message;
  const std::size_t limit = max_chunked_bytes(datagram_bytes_);
  if (payload.size() > limit) {
    shortened_ = message;
    if (cut_gelf_message(shortened_, 0, limit)) {
      counters_.truncated.Increment();
    }
    const bool smaller = gzip_ && compressor_.compress(shortened_, compressed_);
    payload = smaller ? std::string_view(compressed_) : std::string_view(shortened_);
  }
  if (payload.size() > limit) {
    return Error{ErrorCode::kParse, "the fields of a message need more than 128 chunks"};
  }
  burst_.add(payload, ids_.next());
  return Ok{};
}

bool GelfUdpSender::sleep(int wake_fd, Progress progress, Milliseconds longest) const {
  pollfd other{-1, 0, 0};
  Milliseconds pause = longest;
  if (progress == Progress::kMoved) {
    pause = Milliseconds(0);
  } else if (progress == Progress::kFull) {
    other = {socket_.get(), POLLOUT, 0};
    pause = std::min(longest, delivery_.request_timeout);
  } else if (progress == Progress::kPaused) {
    pause = std::min(longest, kPause);
  } else if (request_) {
    other = {lookup_.fd(), POLLIN, 0};
    pause = std::min(longest, delivery_.request_timeout);
  }
  std::array<pollfd, 2> entries{pollfd{wake_fd, POLLIN, 0}, other};
  const int timeout = static_cast<int>(std::clamp<std::int64_t>(pause.count(), 0, 60'000));
  return ::poll(entries.data(), entries.size(), timeout) <= 0 || entries[0].revents == 0;
}

void GelfUdpSender::finish(Outcome outcome, std::vector<Outcome>& outcomes) {
  outcomes.push_back(std::move(outcome));
  request_.reset();
  burst_.clear();
  sealed_.clear();
  taken_ = 0;
}

void GelfUdpSender::fail(const Error& error, std::vector<Outcome>& outcomes) {
  Outcome outcome{*request_, Outcome::Kind::kRetry, reason_of(error), {}, Milliseconds{0}};
  outcome.detail = destination_ + ": " + error.message;
  if (error.code == ErrorCode::kParse) {
    outcome.kind = Outcome::Kind::kRefused;
    outcome.reason = "message_too_large";
  } else {
    socket_.reset();
  }
  finish(std::move(outcome), outcomes);
}

}  // namespace supercargo
