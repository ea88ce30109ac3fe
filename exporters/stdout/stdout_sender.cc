#include "exporters/stdout/stdout_sender.h"

#include <algorithm>
#include <array>

#include <poll.h>

namespace supercargo {

using Kind = Outcome::Kind;

Result<std::unique_ptr<Sender>> StdoutSender::create(const StdoutConfig& config,
                                                     const DeliveryConfig& delivery,
                                                     int fd,
                                                     const ParseConfig& parse,
                                                     Unparsed unparsed) {
  if (config.format != "text" && config.format != "json") {
    std::string message = "stdout format \"";
    message.append(config.format).append("\": expected text or json");
    return Error{ErrorCode::kConfig, message};
  }
  const LineStyle style = config.format == "json" ? LineStyle::kJson : LineStyle::kText;
  return std::unique_ptr<Sender>(
      new StdoutSender(style, delivery.request_timeout, fd, parse, std::move(unparsed)));
}

void StdoutSender::append(const Batch& batch) {
  const std::uint64_t before = fields_.fields.unparsed();
  append_lines(open_, style_, batch, fields_);
  if (const std::uint64_t lines = fields_.fields.unparsed() - before; lines > 0 && unparsed_) {
    unparsed_(lines);
  }
}

void StdoutSender::send(RequestId id) {
  sealed_.clear();
  // What a failed request left behind would otherwise swallow the first line of this one.
  if (inside_line_) {
    sealed_ += '\n';
  }
  sealed_ += open_;
  open_.clear();
  written_ = 0;
  sending_ = true;
  request_ = id;
  deadline_ = steady_now() + request_timeout_;
}

void StdoutSender::finish(Kind kind,
                          std::string_view reason,
                          std::string_view detail,
                          std::vector<Outcome>& outcomes) {
  if (written_ > 0) {
    inside_line_ = sealed_[written_ - 1] != '\n';
  }
  sending_ = false;
  Outcome outcome;
  outcome.request = request_;
  outcome.kind = kind;
  outcome.reason = reason;
  outcome.detail = detail;
  outcomes.push_back(std::move(outcome));
}

// False when the request has an outcome.
bool StdoutSender::write_more(std::vector<Outcome>& outcomes) {
  const Result<std::size_t> count = writer_.write_some(std::string_view(sealed_).substr(written_));
  if (!count) {
    finish(Kind::kRetry, "stdout_closed", count.error().message, outcomes);
    return false;
  }
  written_ += *count;
  if (written_ < sealed_.size()) {
    return true;
  }
  finish(Kind::kDelivered, {}, {}, outcomes);
  return false;
}

void StdoutSender::wait(int wake_fd, Milliseconds timeout, std::vector<Outcome>& outcomes) {
  const SteadyTime end = steady_now() + timeout;
  for (;;) {
    const SteadyTime now = steady_now();
    const SteadyTime until = sending_ ? std::min(end, deadline_) : end;
    const auto left = std::max(Milliseconds(0), std::chrono::ceil<Milliseconds>(until - now));
    // A negative descriptor is one that poll() leaves out.
    std::array<pollfd, 2> fds{{{sending_ ? writer_.fd() : -1, POLLOUT, 0}, {wake_fd, POLLIN, 0}}};
    ::poll(fds.data(), fds.size(), static_cast<int>(left.count()));
    if (fds[0].revents != 0 && !write_more(outcomes)) {
      return;
    }
    if (sending_ && steady_now() >= deadline_) {
      finish(Kind::kRetry, "timeout", "nobody reads stdout", outcomes);
      return;
    }
    if (fds[1].revents != 0 || steady_now() >= end) {
      return;
    }
  }
}

}  // namespace supercargo
