#include "tests/support/graylog_stand_in.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include <openssl/ssl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "tests/support/graylog_sockets.h"

namespace supercargo::test {

namespace {

constexpr std::size_t kReadBytes = 1 << 20;
constexpr std::size_t kMostDatagrams = 100'000;  // kept for a test to look at

}  // namespace

struct GraylogStandIn::Connection {
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  ~Connection() { ::SSL_free(tls); }

  UniqueFd fd;
  ssl_st* tls = nullptr;
  bool http = false;
  bool expects = false;  // "100 Continue" was sent for the request at hand
  std::uint64_t bytes = 0;
  std::string pending;
};

GraylogStandIn::GraylogStandIn(Options options)
    : options_(std::move(options)), output_(options_.output_file, options_.hold) {
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
  if (!options_.certificate_file.empty()) {
    tls_ = ::SSL_CTX_new(::TLS_server_method());
    if (::SSL_CTX_use_certificate_chain_file(tls_, options_.certificate_file.c_str()) != 1 ||
        ::SSL_CTX_use_PrivateKey_file(tls_, options_.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
      throw std::runtime_error("graylog stand-in: certificate");
    }
  }
  thread_ = std::thread([this] { run(); });
}

GraylogStandIn::~GraylogStandIn() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  (void)::eventfd_write(wake_.get(), 1);
  thread_.join();
  live_.clear();
  ::SSL_CTX_free(tls_);
}

void GraylogStandIn::run() {
  // OpenSSL writes to peers that have gone without MSG_NOSIGNAL.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  for (;;) {
    const bool deaf = faults().do_not_read;
    std::vector<pollfd> entries{{wake_.get(), POLLIN, 0},
                                {tcp_.get(), POLLIN, 0},
                                {udp_.get(), POLLIN, 0},
                                {http_.get(), POLLIN, 0}};
    for (const Connection& connection : live_) {
      const bool ignored = deaf && !connection.http;
      entries.push_back({ignored ? -1 : connection.fd.get(), POLLIN, 0});
    }
    ::poll(entries.data(), entries.size(), poll_timeout());
    std::size_t index = 4;
    for (auto at = live_.begin(); at != live_.end(); ++index) {
      const bool keep = entries[index].revents == 0 || serve(*at);
      at = keep ? std::next(at) : live_.erase(at);
    }
    if (entries[0].revents != 0) {
      eventfd_t count = 0;
      (void)::eventfd_read(wake_.get(), &count);
    }
    if (!take_orders()) {
      return;
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
    output_.flush(std::chrono::steady_clock::now());
  }
}

// Until a held message is due.
int GraylogStandIn::poll_timeout() const {
  const auto due = output_.due();
  if (!due) {
    return -1;
  }
  const auto left = *due - std::chrono::steady_clock::now();
  return std::max(0, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count()));
}

bool GraylogStandIn::take_orders() {
  const std::lock_guard lock(mutex_);
  if (std::exchange(lose_held_, false)) {
    output_.lose();
  }
  if (std::exchange(close_all_, false)) {
    for (const Connection& connection : live_) {
      if (reset_all_) {
        close_with_reset(connection.fd.get());
      }
    }
    live_.clear();
  }
  return !stop_;
}

void GraylogStandIn::accept_from(int listener, bool http) {
  UniqueFd fd(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!fd) {
    return;
  }
  Connection& connection = live_.emplace_back();
  connection.http = http;
  if (!http && tls_ != nullptr) {
    connection.tls = ::SSL_new(tls_);
    ::SSL_set_fd(connection.tls, fd.get());
    ::SSL_set_accept_state(connection.tls);
  }
  connection.fd = std::move(fd);
  const std::lock_guard lock(mutex_);
  ++connections_;
  changed_.notify_all();
}

// Bytes read, 0 at the end or after an error, -1 when there is nothing now.
long GraylogStandIn::read_some(Connection& connection, char* buffer, std::size_t size) {
  if (connection.tls == nullptr) {
    const ssize_t count = ::recv(connection.fd.get(), buffer, size, 0);
    return count < 0 && errno == EAGAIN ? -1 : std::max<long>(count, 0);
  }
  const int count = ::SSL_read(connection.tls, buffer, static_cast<int>(size));
  if (count > 0) {
    return count;
  }
  const int error = ::SSL_get_error(connection.tls, count);
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? -1 : 0;
}

bool GraylogStandIn::serve(Connection& connection) {
  static thread_local std::string buffer(kReadBytes, '\0');
  for (;;) {
    std::size_t room = buffer.size();
    const Faults now = faults();
    if (now.close_after_bytes && !connection.http) {
      room = std::min<std::size_t>(room, *now.close_after_bytes - connection.bytes);
    }
    const long count = read_some(connection, buffer.data(), room);
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
      const std::lock_guard lock(mutex_);
      stream_bytes_ += data.size();
      delimiters_ += static_cast<std::uint64_t>(zeros);
    }
    const bool good = connection.http ? take_requests(connection) : take_frames(connection);
    output_.flush(std::chrono::steady_clock::now());
    if (!good || cut_by_fault(connection)) {
      return false;
    }
  }
}

bool GraylogStandIn::cut_by_fault(Connection& connection) {
  const std::lock_guard lock(mutex_);
  if (connection.http || !faults_.close_after_bytes ||
      connection.bytes < *faults_.close_after_bytes) {
    return false;
  }
  if (faults_.reset) {
    close_with_reset(connection.fd.get());
  }
  faults_.close_after_bytes.reset();
  return true;
}

// Bytes behind the last NUL are no message, also when the connection ends there.
bool GraylogStandIn::take_frames(Connection& connection) {
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = connection.pending.find('\0', begin);
    if (end == std::string::npos) {
      break;
    }
    const std::string_view frame = std::string_view(connection.pending).substr(begin, end - begin);
    if (frame.size() > options_.max_message_bytes) {
      refuse("frame exceeds max_message_size");
    } else {
      judge(frame, /*may_be_compressed=*/false);
    }
    begin = end + 1;
  }
  connection.pending.erase(0, begin);
  if (connection.pending.size() > options_.max_message_bytes) {
    refuse("frame exceeds max_message_size");
    return false;
  }
  return true;
}

bool GraylogStandIn::take_requests(Connection& connection) {
  for (;;) {
    const std::size_t head_end = connection.pending.find("\r\n\r\n");
    if (head_end == std::string::npos) {
      return true;
    }
    const std::string head = connection.pending.substr(0, head_end + 2);
    const std::string length_text = header_value(head, "content-length");
    const auto length = static_cast<std::size_t>(std::strtoull(length_text.c_str(), nullptr, 10));
    const std::size_t whole = head_end + 4 + length;
    if (connection.pending.size() < whole) {
      if (!header_value(head, "expect").empty() && !std::exchange(connection.expects, true)) {
        constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        return ::send(connection.fd.get(), kContinue.data(), kContinue.size(), MSG_NOSIGNAL) > 0;
      }
      return true;
    }
    const std::string text =
        answer(head, std::string_view(connection.pending).substr(head_end + 4, length));
    connection.pending.erase(0, whole);
    connection.expects = false;
    if (::send(connection.fd.get(), text.data(), text.size(), MSG_NOSIGNAL) < 0) {
      return false;
    }
  }
}

std::string GraylogStandIn::answer(std::string_view head, std::string_view body) {
  const Faults now = faults();
  bool faulty = now.http_status != 202;
  {
    const std::lock_guard lock(mutex_);
    ++http_requests_;
    if (faulty && faults_.http_after > 0) {
      --faults_.http_after;
      faulty = false;
    }
  }
  if (!head.starts_with("POST /gelf HTTP/1.1\r\n")) {
    refuse("HTTP request is not POST /gelf");
    return http_reply(head.starts_with("POST ") ? 404 : 405, {});
  }
  if (header_value(head, "content-length").empty()) {
    refuse("HTTP request without Content-Length");
    return http_reply(411, {});
  }
  if (faulty) {
    return http_reply(now.http_status, now.http_header);
  }
  if (body.size() > options_.max_http_bytes) {
    return http_reply(413, {});
  }
  judge(body, /*may_be_compressed=*/true);  // accepted before it is looked at, as Graylog does
  output_.flush(std::chrono::steady_clock::now());  // what is answered for must survive a kill
  return http_reply(202, {});
}

void GraylogStandIn::receive_datagrams() {
  std::string buffer(65'536, '\0');
  for (;;) {
    const ssize_t count = ::recv(udp_.get(), buffer.data(), buffer.size(), 0);
    if (count < 0) {
      return;
    }
    const std::string_view datagram(buffer.data(), static_cast<std::size_t>(count));
    {
      const std::lock_guard lock(mutex_);
      if (options_.keep_messages && datagrams_.size() < kMostDatagrams) {
        datagrams_.emplace_back(datagram);
      }
    }
    std::string refusal;
    const auto whole = chunks_.add(datagram, std::chrono::steady_clock::now(), refusal);
    if (whole) {
      judge(*whole, /*may_be_compressed=*/true);
    } else if (!refusal.empty()) {
      refuse(std::move(refusal));
    }
  }
}

// A compressed frame of TCP is refused: its NUL bytes would split it.
void GraylogStandIn::judge(std::string_view payload, bool may_be_compressed) {
  if (options_.discard) {
    return;
  }
  std::string refusal;
  const std::optional<std::string> text =
      may_be_compressed ? inflate_gelf(payload, refusal) : std::string(payload);
  if (text) {
    refusal = gelf_refusal(*text);
  }
  if (!refusal.empty()) {
    refuse(std::move(refusal));
    return;
  }
  if (output_.wanted()) {
    output_.add(*text, std::chrono::steady_clock::now());
  }
  const std::lock_guard lock(mutex_);
  ++accepted_;
  if (options_.keep_messages) {
    messages_.push_back(*text);
  }
  changed_.notify_all();
}

void GraylogStandIn::refuse(std::string reason) {
  const std::lock_guard lock(mutex_);
  refusals_.push_back(std::move(reason));
  changed_.notify_all();
}

GraylogStandIn::Faults GraylogStandIn::faults() const {
  const std::lock_guard lock(mutex_);
  return faults_;
}

void GraylogStandIn::set_faults(const Faults& faults) {
  {
    const std::lock_guard lock(mutex_);
    faults_ = faults;
  }
  (void)::eventfd_write(wake_.get(), 1);
}

void GraylogStandIn::close_connections(bool reset) {
  {
    const std::lock_guard lock(mutex_);
    close_all_ = true;
    reset_all_ = reset;
  }
  (void)::eventfd_write(wake_.get(), 1);
}

void GraylogStandIn::crash() {
  {
    const std::lock_guard lock(mutex_);
    close_all_ = reset_all_ = lose_held_ = true;
  }
  (void)::eventfd_write(wake_.get(), 1);
}

std::vector<std::string> GraylogStandIn::messages() const {
  const std::lock_guard lock(mutex_);
  return messages_;
}

std::vector<std::string> GraylogStandIn::refusals() const {
  const std::lock_guard lock(mutex_);
  return refusals_;
}

std::vector<std::string> GraylogStandIn::datagrams() const {
  const std::lock_guard lock(mutex_);
  return datagrams_;
}

std::uint64_t GraylogStandIn::accepted() const {
  const std::lock_guard lock(mutex_);
  return accepted_;
}

std::uint64_t GraylogStandIn::stream_bytes() const {
  const std::lock_guard lock(mutex_);
  return stream_bytes_;
}

std::uint64_t GraylogStandIn::delimiters() const {
  const std::lock_guard lock(mutex_);
  return delimiters_;
}

std::uint64_t GraylogStandIn::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

std::uint64_t GraylogStandIn::http_requests() const {
  const std::lock_guard lock(mutex_);
  return http_requests_;
}

bool GraylogStandIn::wait_for_messages(std::size_t count, std::chrono::milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [&] { return accepted_ >= count; });
}

bool GraylogStandIn::wait_for_connections(std::uint64_t count,
                                          std::chrono::milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [&] { return connections_ >= count; });
}

}  // namespace supercargo::test
