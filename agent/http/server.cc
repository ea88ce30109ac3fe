#include "agent/http/server.h"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "agent/base/log.h"
#include "agent/http/gate.h"
#include "agent/http/listen.h"
#include "agent/http/session.h"

namespace supercargo {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using SystemError = boost::system::error_code;

constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::chrono::milliseconds kFullPause{20};

}  // namespace

class Server::State : public std::enable_shared_from_this<Server::State> {
 public:
  State(asio::io_context& io,
        Handler handler,
        ServerLimits limits,
        std::shared_ptr<WebAccess> access)
      : gate_(std::make_shared<Gate>(io, std::move(handler), access)),
        connections_(std::make_shared<Connections>(
            [gate = gate_](const HttpRequest& request, HttpReply reply) {
              gate->handle(request, std::move(reply));
            },
            limits,
            std::move(access))),
        acceptor_(io),
        pause_(io) {}

  [[nodiscard]] Status open(std::string_view listen);
  void accept();
  void close();

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void on_accept(SystemError error, tcp::socket socket);
  void serve(tcp::socket socket);
  template <class Then>
  void after(std::chrono::milliseconds pause, Then then);

  const std::shared_ptr<Gate> gate_;
  const std::shared_ptr<Connections> connections_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::uint16_t port_ = 0;
  LogLimiter limiter_;
};

Status Server::State::open(std::string_view listen) {
  const auto address = parse_listen_address(listen);
  if (!address) {
    return address.error();
  }
  auto listener = open_listener(*address);
  if (!listener) {
    return std::move(listener).error();
  }
  port_ = listener->port;
  SystemError error;
  acceptor_.assign(listener->v6 ? tcp::v6() : tcp::v4(), listener->fd.get(), error);
  if (error) {
    return Error{ErrorCode::kIo, "listen: " + error.message()};
  }
  static_cast<void>(listener->fd.release());  // the acceptor owns it now
  return Ok{};
}

void Server::State::accept() {
  acceptor_.async_accept([self = shared_from_this()](SystemError error, tcp::socket socket) {
    self->on_accept(error, std::move(socket));
  });
}

void Server::State::on_accept(SystemError error, tcp::socket socket) {
  if (connections_->closed()) {
    return;
  }
  if (!error) {
    serve(std::move(socket));
    return;
  }
  std::uint64_t left_out = 0;
  if (limiter_.allow(steady_now(), left_out)) {
    log_warn("HTTP connection not accepted.", {{"error", error.message()}, {"left_out", left_out}});
  }
  // Out of descriptors: trying at once would spin.
  after(kAcceptPause, [self = shared_from_this()] { self->accept(); });
}

// While all connections are being answered it waits, and those behind it in the kernel's queue.
void Server::State::serve(tcp::socket socket) {
  if (connections_->make_room(peer_of(socket), steady_now())) {
    serve_connection(std::move(socket), connections_);
    accept();
    return;
  }
  after(kFullPause, [self = shared_from_this(), socket = std::move(socket)]() mutable {
    self->serve(std::move(socket));
  });
}

template <class Then>
void Server::State::after(std::chrono::milliseconds pause, Then then) {
  pause_.expires_after(pause);
  pause_.async_wait([this, then = std::move(then)](SystemError) mutable {
    if (!connections_->closed()) {
      then();
    }
  });
}

void Server::State::close() {
  SystemError error;
  acceptor_.close(error);
  try {
    pause_.cancel();
  } catch (const boost::system::system_error&) {  // then it runs out and finds all closed
    log_debug("HTTP accept pause not cancelled.");
  }
  gate_->close();
  connections_->close_all();
}

Server::Server(std::shared_ptr<State> state) : state_(std::move(state)) {}

Server::~Server() {
  state_->close();
}

std::uint16_t Server::port() const {
  return state_->port();
}

Result<std::unique_ptr<Server>> Server::start(asio::io_context& io,
                                              std::string_view listen,
                                              Handler handler,
                                              ServerLimits limits,
                                              std::shared_ptr<WebAccess> access) {
  if (!access) {
    access = std::make_shared<WebAccess>();
  }
  auto state = std::make_shared<State>(io, std::move(handler), limits, std::move(access));
  if (Status status = state->open(listen); !status) {
    return std::move(status).error();
  }
  state->accept();
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

}  // namespace supercargo
