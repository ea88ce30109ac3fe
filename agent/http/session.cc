#include "agent/http/session.h"

#include <algorithm>
#include <optional>
#include <string>

#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

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

bool is_loopback(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback();
  }
  return address.is_loopback();
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

// One connection. Kept alive by the operation that is under way, or by the reply it waits for.
class Session final : public Connection, public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, std::shared_ptr<Connections> connections);
  ~Session() override;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void wait_for_request();
  void close() override;

  [[nodiscard]] bool waits_for_request() const override { return waits_; }

  [[nodiscard]] bool reads_slowly() const override {
    return writing_since_ && steady_now() - *writing_since_ >= connections_->limits.slow_after;
  }

 private:
  using Response = http::response<http::span_body<const char>>;

  void read_header();
  void on_header(SystemError error);
  [[nodiscard]] std::optional<HttpResponse> refusal() const;
  [[nodiscard]] HttpRequest make_request() const;
  void call_handler();
  void refuse(HttpResponse response);
  void respond(HttpResponse response);
  void on_written(SystemError error);
  void drain();

  beast::tcp_stream stream_;
  const std::shared_ptr<Connections> connections_;
  Connections::Place place_;
  bool waits_ = false;
  std::optional<SteadyTime> writing_since_;
  bool from_loopback_ = false;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::empty_body>> parser_;
  bool keep_alive_ = false;
  bool head_ = false;
  HttpResponse answer_;  // owns what `response_` refers to
  std::optional<Response> response_;
  std::optional<http::response_serializer<http::span_body<const char>>> serializer_;
  std::size_t drained_ = 0;
};

Session::Session(tcp::socket socket, std::shared_ptr<Connections> connections)
    : stream_(std::move(socket)),
      connections_(std::move(connections)),
      place_(connections_->add(this)),
      buffer_(connections_->limits.max_header_bytes + kReadRoom) {
  SystemError error;
  stream_.socket().set_option(tcp::no_delay(true), error);
  const tcp::endpoint peer = stream_.socket().remote_endpoint(error);
  from_loopback_ = !error && is_loopback(peer.address());
}

Session::~Session() {
  connections_->remove(place_);
}

void Session::close() {
  stream_.close();
}

void Session::wait_for_request() {
  connections_->move_to_end(place_);
  waits_ = true;
  if (buffer_.size() > 0) {
    read_header();
    return;
  }
  stream_.expires_after(connections_->limits.idle_timeout);
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
  stream_.expires_after(connections_->limits.header_timeout);
  http::async_read_header(
      stream_, buffer_, *parser_, [self = shared_from_this()](SystemError error, std::size_t) {
        self->on_header(error);
      });
}

void Session::on_header(SystemError error) {
  waits_ = false;
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

std::optional<HttpResponse> Session::refusal() const {
  const auto length = parser_->content_length();
  if (parser_->chunked() || (length && *length > 0)) {
    return text_response(413, "request bodies are not accepted here\n");
  }
  const http::verb method = parser_->get().method();
  if (method != http::verb::get && method != http::verb::head) {
    return text_response(405, "only GET and HEAD are answered here\n");
  }
  if (!parser_->get().target().starts_with('/')) {
    return text_response(400, "the request's target must begin with a slash\n");
  }
  return std::nullopt;
}

HttpRequest Session::make_request() const {
  HttpRequest request;
  const std::string_view target(parser_->get().target().data(), parser_->get().target().size());
  const std::size_t mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark != std::string_view::npos) {
    request.query = target.substr(mark + 1);
  }
  request.from_loopback = from_loopback_;
  for (const auto& field : parser_->get()) {
    const auto name = field.name_string();
    const auto value = field.value();
    request.headers.emplace_back(lower_case({name.data(), name.size()}),
                                 std::string(value.data(), value.size()));
  }
  return request;
}

void Session::call_handler() {
  if (auto response = refusal()) {
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
  connections_->handler(make_request(), std::move(reply));
}

void Session::refuse(HttpResponse response) {
  keep_alive_ = false;
  respond(std::move(response));
}

void Session::respond(HttpResponse response) {
  if (connections_->closed()) {
    return;
  }
  answer_ = std::move(response);
  const std::string_view body = answer_.body ? std::string_view(*answer_.body) : std::string_view();
  response_.emplace();
  response_->version(11);
  response_->result(answer_.status);
  response_->set(http::field::server, "supercargo");
  response_->set(http::field::content_type, answer_.content_type);
  response_->set(http::field::cache_control, "no-store");
  response_->set(http::field::vary, "Accept, Accept-Encoding");
  response_->set("X-Content-Type-Options", "nosniff");
  response_->set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
  if (answer_.status == 405) {
    response_->set(http::field::allow, "GET, HEAD");
  }
  if (answer_.gzip) {
    response_->set(http::field::content_encoding, "gzip");
  }
  response_->content_length(body.size());
  response_->keep_alive(keep_alive_);
  response_->body() = {body.data(), body.size()};
  serializer_.emplace(*response_);
  stream_.expires_after(connections_->limits.write_timeout);
  writing_since_ = steady_now();
  auto written = [self = shared_from_this()](SystemError error, std::size_t) {
    self->on_written(error);
  };
  if (head_) {
    http::async_write_header(stream_, *serializer_, std::move(written));
  } else {
    http::async_write(stream_, *serializer_, std::move(written));
  }
}

void Session::on_written(SystemError error) {
  writing_since_.reset();
  serializer_.reset();
  response_.reset();
  answer_ = {};
  if (error || connections_->closed()) {
    return;
  }
  if (keep_alive_) {
    wait_for_request();
    return;
  }
  stream_.socket().shutdown(tcp::socket::shutdown_send, error);
  stream_.expires_after(kDrainTimeout);
  waits_ = true;
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

bool Connections::make_room() {
  if (list_.size() < limits.max_connections) {
    return true;
  }
  auto found = std::find_if(list_.begin(), list_.end(), [](const Connection* connection) {
    return connection->waits_for_request();
  });
  if (found == list_.end()) {
    found = std::find_if(list_.begin(), list_.end(), [](const Connection* connection) {
      return connection->reads_slowly();
    });
  }
  if (found == list_.end()) {
    return false;
  }
  (*found)->close();
  return true;
}

void Connections::close_all() {
  closed_ = true;
  for (Connection* connection : list_) {
    connection->close();
  }
}

void serve_connection(tcp::socket socket, std::shared_ptr<Connections> connections) {
  std::make_shared<Session>(std::move(socket), std::move(connections))->wait_for_request();
}

}  // namespace supercargo
