#include "tests/support/graylog_stand_in.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "tests/support/graylog_stand_in_connection.h"

namespace supercargo::test {

constexpr std::size_t kReadBytes = 1 << 20;

GraylogStandIn::GraylogStandIn(Options options)
    : options_(std::move(options)),
      tls_(options_.certificate_file, options_.key_file, options_.client_ca_file),
      output_(options_.output_file, options_.hold),
      results_(options_.keep_messages) {
  tcp_ = bound_socket(SOCK_STREAM, options_.tcp_port, tcp_port_);
  udp_ = bound_socket(SOCK_DGRAM, options_.udp_port, udp_port_);
  http_ = bound_socket(SOCK_STREAM, options_.http_port, http_port_);
  if (options_.receive_buffer_bytes > 0) {
    const int size = options_.receive_buffer_bytes;
    ::setsockopt(tcp_.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
  }
  const int room = 8 << 20;
  ::setsockopt(udp_.get(), SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
  ::setsockopt(udp_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));  // when root
  ::listen(tcp_.get(), 64);
  ::listen(http_.get(), 64);
  wake_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  thread_ = std::thread([this] { run(); });
}

GraylogStandIn::~GraylogStandIn() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  (void)::eventfd_write(wake_.get(), 1);
  thread_.join();
}

void GraylogStandIn::run() {
  // OpenSSL writes to peers that have gone without MSG_NOSIGNAL.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  do {
    const bool deaf = faults().do_not_read;
    std::vector<pollfd> entries{{wake_.get(), POLLIN, 0},
                                {tcp_.get(), POLLIN, 0},
                                {udp_.get(), POLLIN, 0},
                                {http_.get(), POLLIN, 0}};
    for (const Connection& connection : live_) {
      const bool ignored = deaf && !connection.http;
      entries.push_back({ignored ? -1 : connection.socket.fd(), POLLIN, 0});
    }
    timespec left{};
    const auto due = next_event();
    if (due) {
      const auto nanoseconds = std::max<std::int64_t>(0, (*due - Time::clock::now()).count());
      left = {nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
    }
    ::ppoll(entries.data(), entries.size(), due ? &left : nullptr, nullptr);
    const Time now = Time::clock::now();
    std::size_t index = 4;
    for (auto at = live_.begin(); at != live_.end(); ++index) {
      const bool keep = (entries[index].revents == 0 || serve(*at)) && give_answers(*at, now);
      if (!keep) {
        end(*at);
      }
      at = keep ? std::next(at) : live_.erase(at);
    }
    if (entries[0].revents != 0) {
      eventfd_t count = 0;
      (void)::eventfd_read(wake_.get(), &count);
    }
    if (entries[1].revents != 0) {
      accept_from(tcp_.get(), /*http=*/false);
    }
    if (entries[3].revents != 0) {
      accept_from(http_.get(), /*http=*/true);
    }
    if (entries[2].revents != 0) {
      receive_datagrams();
    }
    output_.flush(now);
  } while (take_orders());
}

// When a held message or an answer is due.
std::optional<GraylogStandIn::Time> GraylogStandIn::next_event() const {
  std::optional<Time> next = output_.due();
  for (const Connection& connection : live_) {
    if (!connection.answers.empty()) {
      next = std::min(next.value_or(Time::max()), connection.answers.front().due);
    }
  }
  return next;
}

bool GraylogStandIn::take_orders() {
  const std::lock_guard lock(mutex_);
  if (std::exchange(lose_held_, false)) {
    output_.lose();
  }
  if (std::exchange(close_all_, false)) {
    for (const Connection& connection : live_) {
      if (reset_all_) {
        close_with_reset(connection.socket.fd());
      }
    }
    live_.clear();
  }
  ordered_ = false;
  taken_.notify_all();
  return !stop_;
}

void GraylogStandIn::accept_from(int listener, bool http) {
  UniqueFd fd(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (fd) {
    live_.emplace_back(std::move(fd), tls_, http);
    results_.count([](auto& counts) { ++counts.connections; });
  }
}

bool GraylogStandIn::serve(Connection& connection) {
  static thread_local std::string buffer(kReadBytes, '\0');
  for (;;) {
    std::size_t room = buffer.size();
    const Faults now = faults();
    if (now.close_after_bytes && !connection.http) {
      room = std::min<std::size_t>(room, *now.close_after_bytes - connection.bytes);
    }
    const long count = connection.socket.read(buffer.data(), room);
    if (count <= 0) {
      return count < 0;
    }
    const std::string_view data(buffer.data(), static_cast<std::size_t>(count));
    connection.bytes += data.size();
    if (!options_.discard || connection.http) {
      connection.pending += data;
    }
    if (!connection.http) {
      const auto zeros = std::count(data.begin(), data.end(), '\0');
      results_.count([&](auto& counts) {
        counts.stream_bytes += data.size();
        counts.delimiters += static_cast<std::uint64_t>(zeros);
      });
    }
    const bool good = connection.http ? take_requests(connection) : take_frames(connection);
    output_.flush(Time::clock::now());
    if (!good || cut_by_fault(connection)) {
      return false;
    }
  }
}

// Graylog hands on what is left of a connection that has ended, and fails to parse it.
void GraylogStandIn::end(const Connection& connection) {
  const bool torn = !connection.http && !connection.pending.empty();
  results_.count([torn](auto& counts) {
    ++counts.ended;
    counts.torn += torn ? 1 : 0;
  });
  if (!connection.line.empty()) {
    results_.refuse("bulk body without a line's end");
  }
}

bool GraylogStandIn::cut_by_fault(Connection& connection) {
  const std::lock_guard lock(mutex_);
  if (connection.http || !faults_.close_after_bytes ||
      connection.bytes < *faults_.close_after_bytes) {
    return false;
  }
  if (faults_.reset) {
    close_with_reset(connection.socket.fd());
  }
  faults_.close_after_bytes.reset();
  return true;
}

bool GraylogStandIn::give_answers(Connection& connection, Time now) {
  while (!connection.answers.empty() && connection.answers.front().due <= now) {
    if (!connection.socket.write(connection.answers.front().text)) {
      return false;
    }
    connection.answers.pop_front();
  }
  return true;
}

GraylogStandIn::Faults GraylogStandIn::faults() const {
  const std::lock_guard lock(mutex_);
  return faults_;
}

template <class Change>
void GraylogStandIn::order(Change change) {
  {
    const std::lock_guard lock(mutex_);
    change();
    ordered_ = true;
  }
  (void)::eventfd_write(wake_.get(), 1);
}

void GraylogStandIn::set_faults(const Faults& faults) {
  order([&] { faults_ = faults; });
}

void GraylogStandIn::close_connections(bool reset) {
  order([&] {
    close_all_ = true;
    reset_all_ = reset;
  });
}

void GraylogStandIn::crash() {
  order([&] { close_all_ = reset_all_ = lose_held_ = true; });
}

void GraylogStandIn::wait_for_orders() {
  std::unique_lock lock(mutex_);
  taken_.wait(lock, [this] { return !ordered_; });
}

bool GraylogStandIn::wait_for_messages(std::size_t count, Milliseconds timeout) const {
  return results_.wait_for(timeout, [&](const auto& counts) { return counts.accepted >= count; });
}

bool GraylogStandIn::wait_for_connections(std::uint64_t count, Milliseconds timeout) const {
  return results_.wait_for(timeout,
                           [&](const auto& counts) { return counts.connections >= count; });
}

bool GraylogStandIn::wait_for_end(std::uint64_t count, Milliseconds timeout) const {
  return results_.wait_for(timeout, [&](const auto& counts) { return counts.ended >= count; });
}

}  // namespace supercargo::test
