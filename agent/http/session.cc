#include "agent/http/session.h"

#include <optional>
#include <string>

#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "agent/http/http_stream.h"
#include "agent/http/request_rules.h"
#include "agent/http/session_messages.h"
#include "agent/http/tls_context.h"

namespace supercargo {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using SystemError = boost::system::error_code;

constexpr std::size_t kReadRoom = 4096;
constexpr std::size_t kMostDrainedBytes = 256 << 10;
constexpr std::chrono::seconds kDrainTimeout{2};

// One connection. Kept alive by the operation that is under way, or by the reply it waits for.
class Session final : public Connection, public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, std::shared_ptr<Connections> connections);
  ~Session() override;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void begin();
  void close() override;

  [[nodiscard]] std::optional<SteadyTime> waiting_since() const override { return waiting_since_; }

  [[nodiscard]] std::optional<SteadyTime> writing_since() const override { return writing_since_; }

  [[nodiscard]] const PeerAddress& peer() const override { return peer_; }

 private:
  void wait_for_request();
  void read_header();
  void on_header(SystemError error);
  void on_handshake(SystemError error);
  void call_handler();
  void refuse(HttpResponse response);
  void respond(HttpResponse response);
  void on_written(SystemError error);
  void drain();

  const std::shared_ptr<Connections> connections_;
  const std::shared_ptr<const WebAccess::State> access_;  // when it connected
  HttpStream stream_;
  Connections::Place place_;
  std::optional<SteadyTime> waiting_since_;
  std::optional<SteadyTime> writing_since_;
  const PeerAddress peer_;
  bool verified_ = false;  // by its certificate
  beast::flat_buffer buffer_;
  std::optional<RequestParser> parser_;
  bool keep_alive_ = false;
  bool head_ = false;
  std::optional<OutgoingResponse> response_;  // while it is written
  std::size_t drained_ = 0;
};

Session::Session(tcp::socket socket, std::shared_ptr<Connections> connections)
    : connections_(std::move(connections)),
      access_(connections_->access->state()),
      stream_(std::move(socket), access_->tls),
      place_(connections_->add(this)),
      peer_(peer_of(stream_.tcp().socket())),
      buffer_(connections_->limits.max_header_bytes + kReadRoom) {
  SystemError error;
  stream_.tcp().socket().set_option(tcp::no_delay(true), error);
}

Session::~Session() {
  connections_->remove(place_);
}

void Session::close() {
  stream_.tcp().close();
}

// A client that does not finish its handshake gives way to others, as one that asks nothing.
void Session::begin() {
  HttpStream::Tls* const tls = stream_.tls();
  if (tls == nullptr) {
    wait_for_request();
    return;
  }
  waiting_since_ = steady_now();
  stream_.tcp().expires_after(connections_->limits.header_timeout);
  tls->async_handshake(
      asio::ssl::stream_base::server,
      [self = shared_from_this()](SystemError error) { self->on_handshake(error); });
}

void Session::on_handshake(SystemError error) {
  if (connections_->closed()) {
    return;
  }
  const bool allowed =
      !error && peer_is_allowed(stream_.tls()->native_handle(), access_->allowed_names);
  if (allowed) {
    verified_ = peer_is_verified(stream_.tls()->native_handle());
    wait_for_request();
    return;
  }
  connections_->tell_failed_handshake(error ? error.message()
                                            : "no name of the client's certificate is allowed");
}

void Session::wait_for_request() {
  connections_->move_to_end(place_);
  waiting_since_ = steady_now();
  if (buffer_.size() > 0) {
    read_header();
    return;
  }
  stream_.tcp().expires_after(connections_->limits.idle_timeout);
  stream_.async_read_some(buffer_.prepare(kReadRoom),
                          [self = shared_from_this()](SystemError error, std::size_t size) {
                            if (!error) {
                              self->buffer_.commit(size);
                              self->read_header();
                            }
                          });
}

void Session::read_header() {
  parser_.emplace();
  parser_->header_limit(connections_->limits.max_header_bytes);
  stream_.tcp().expires_after(connections_->limits.header_timeout);
  http::async_read_header(
      stream_, buffer_, *parser_, [self = shared_from_this()](SystemError error, std::size_t) {
        self->on_header(error);
      });
}

void Session::on_header(SystemError error) {
  waiting_since_.reset();
  if (connections_->closed()) {
    return;
  }
  keep_alive_ = false;
  head_ = parser_->get().method() == http::verb::head;
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    refuse(text_response(431, "the request header is too large\n"));
  } else if (error == http::error::end_of_stream || error == http::error::partial_message) {
    close();
  } else if (error && error.category() == http::make_error_code(http::error{}).category()) {
    refuse(text_response(400, "this is no HTTP request: " + error.message() + "\n"));
  } else if (!error) {
    call_handler();
  }
}

void Session::call_handler() {
  if (auto response = refusal(head_of(*parser_))) {
    refuse(*std::move(response));
    return;
  }
  keep_alive_ = parser_->get().keep_alive();
  // The reply gives its session away when it is called: a session must not end on another thread.
  auto reply = [self = shared_from_this()](HttpResponse response) mutable {
    if (self) {
      const auto executor = self->stream_.get_executor();
      asio::post(executor, [self = std::move(self), response = std::move(response)]() mutable {
        self->respond(std::move(response));
      });
    }
  };
  HttpRequest request = request_of(*parser_);
  request.from_loopback = peer_.is_loopback();
  request.trusted = verified_;
  connections_->handler(request, std::move(reply));
}

void Session::refuse(HttpResponse response) {
  keep_alive_ = false;
  respond(std::move(response));
}

void Session::respond(HttpResponse response) {
  if (connections_->closed()) {
    return;
  }
  response_.emplace(std::move(response), access_->headers, keep_alive_);
  stream_.tcp().expires_after(connections_->limits.write_timeout);
  writing_since_ = steady_now();
  auto written = [self = shared_from_this()](SystemError error, std::size_t) {
    self->on_written(error);
  };
  if (head_) {
    http::async_write_header(stream_, response_->serializer(), std::move(written));
  } else {
    http::async_write(stream_, response_->serializer(), std::move(written));
  }
}

void Session::on_written(SystemError error) {
  writing_since_.reset();
  response_.reset();
  if (error || connections_->closed()) {
    return;
  }
  if (keep_alive_) {
    wait_for_request();
    return;
  }
  stream_.tcp().expires_after(kDrainTimeout);
  waiting_since_ = steady_now() - connections_->limits.idle_before_yield;  // nobody waits for it
  if (HttpStream::Tls* const tls = stream_.tls()) {
    tls->async_shutdown([self = shared_from_this()](SystemError) { self->close(); });
    return;
  }
  stream_.tcp().socket().shutdown(tcp::socket::shutdown_send, error);
  drain();
}

// Reads what the client still sends: closing with unread input would reset the connection, and the
// client might never see the answer.
void Session::drain() {
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(kReadRoom),
                          [self = shared_from_this()](SystemError error, std::size_t size) {
                            self->drained_ += size;
                            if (!error && self->drained_ < kMostDrainedBytes) {
                              self->drain();
                            }
                          });
}

}  // namespace

void serve_connection(tcp::socket socket, std::shared_ptr<Connections> connections) {
  std::make_shared<Session>(std::move(socket), std::move(connections))->begin();
}

}  // namespace supercargo
