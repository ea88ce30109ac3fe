#include "collectors/node/bus_connection.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <unordered_map>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include "collectors/node/unix_socket.h"

namespace supercargo {
namespace {

// dbus-daemon refuses more than 128 calls that wait for their answers.
constexpr std::size_t kMaxInFlight = 64;

constexpr const char* kProperties = "org.freedesktop.DBus.Properties";

}  // namespace

Result<BusConnection> BusConnection::open(const SdBusLibrary& library,
                                          const std::string& socket,
                                          Peer peer,
                                          Limits limits) {
  BusConnection out(library, socket, limits);
  Result<UniqueFd> connected = connect_to_unix_socket(socket);
  if (!connected) {
    return std::move(connected).error();
  }
  out.peer_ = *std::move(connected);
  if (Status started = out.start(peer); !started) {
    return std::move(started).error();
  }
  return out;
}

Status BusConnection::start(Peer peer) {
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair.data()) != 0) {
    return errno_error("make a socket pair", errno);
  }
  input_ = UniqueFd(pair[0]);
  UniqueFd read_end(pair[1]);
  UniqueFd output(::fcntl(peer_.get(), F_DUPFD_CLOEXEC, 0));
  sd_bus* bus = nullptr;
  int result = output ? library_->bus_new(&bus) : -errno;
  if (result < 0) {
    return failed("prepare D-Bus for", -result);
  }
  bus_.reset(bus);
  result = library_->set_fd(bus, read_end.get(), output.get());
  if (result >= 0) {  // sd-bus closes both from here on
    static_cast<void>(read_end.release());
    static_cast<void>(output.release());
    result = library_->set_bus_client(bus, peer == Peer::kBus ? 1 : 0);
  }
  if (result >= 0) {
    result = library_->start(bus);
  }
  return result < 0 ? Status(failed("start D-Bus with", -result)) : Status(Ok{});
}

Error BusConnection::failed(const char* what, int error_number) const {
  Error error = errno_error(std::string(what) + " " + socket_, error_number);
  error.code = ErrorCode::kIo;
  return error;
}

Result<BusMessage> BusConnection::call(const BusObject& object, const char* method) {
  Result<std::uint64_t> cookie = send(new_call(object, method));
  if (!cookie) {
    return std::move(cookie).error();
  }
  for (;;) {
    Result<BusMessage> message = receive();
    if (!message) {
      return message;
    }
    if (reply_cookie(*message) != *cookie) {
      continue;
    }
    if (library_->is_method_error(message->get(), nullptr) > 0) {
      const char* text = nullptr;
      const bool has_text = library_->read_basic(message->get(), 's', &text) > 0;
      return Error{ErrorCode::kIo, std::string(method) + ": " + (has_text ? text : "refused")};
    }
    return message;
  }
}

Result<std::vector<BusValue>> BusConnection::read(std::span<const BusProperty> properties) {
  std::vector<BusValue> values(properties.size());
  std::unordered_map<std::uint64_t, std::size_t> in_flight;
  std::size_t next = 0;
  while (next < properties.size() || !in_flight.empty()) {
    if (next < properties.size() && in_flight.size() < kMaxInFlight) {
      Result<std::uint64_t> cookie = ask_for(properties[next]);
      if (!cookie) {
        return std::move(cookie).error();
      }
      in_flight.emplace(*cookie, next++);
      continue;
    }
    Result<BusMessage> message = receive();
    if (!message) {
      return std::move(message).error();
    }
    if (const auto found = in_flight.find(reply_cookie(*message)); found != in_flight.end()) {
      values[found->second] = value_of(*message);
      in_flight.erase(found);
    }
  }
  return values;
}

Result<BusMessage> BusConnection::new_call(const BusObject& object, const char* method) {
  sd_bus_message* made = nullptr;
  const int result = library_->new_method_call(
      bus_.get(), &made, object.service, object.path, object.interface, method);
  if (result < 0) {
    return failed("make a message for", -result);
  }
  BusMessage message(made, {library_});
  // A bus would start the service when it does not run: a question must not.
  if (const int set = library_->set_auto_start(made, 0); set < 0) {
    return failed("make a message for", -set);
  }
  return message;
}

Result<std::uint64_t> BusConnection::send(Result<BusMessage> message) {
  if (!message) {
    return std::move(message).error();
  }
  std::uint64_t cookie = 0;
  const int result = library_->send(bus_.get(), message->get(), &cookie);
  return result < 0 ? Result<std::uint64_t>(failed("send to", -result)) : cookie;
}

Result<std::uint64_t> BusConnection::ask_for(const BusProperty& property) {
  Result<BusMessage> question =
      new_call({property.object.service, property.object.path, kProperties}, "Get");
  for (const char* argument : {property.object.interface, property.name}) {
    const int result = question ? library_->append_basic(question->get(), 's', argument) : 0;
    if (result < 0) {
      return failed("make a message for", -result);
    }
  }
  return send(std::move(question));
}

Result<BusMessage> BusConnection::receive() {
  for (;;) {
    sd_bus_message* received = nullptr;
    const int result = library_->process(bus_.get(), &received);
    if (received != nullptr) {
      return BusMessage(received, {library_});
    }
    if (result < 0) {
      return failed("speak D-Bus with", -result);
    }
    if (result == 0) {  // all that came is worked off
      if (Status waited = wait(); !waited) {
        return std::move(waited).error();
      }
    }
  }
}

Status BusConnection::wait() {
  const auto left = std::chrono::ceil<Milliseconds>(limits_.deadline - steady_now());
  if (left.count() <= 0) {
    return Error{ErrorCode::kIo, socket_ + " does not answer in time"};
  }
  pollfd waiting{peer_.get(), POLLIN, 0};
  if (const int events = library_->get_events(bus_.get()); events > 0 && (events & POLLOUT) != 0) {
    waiting.events |= POLLOUT;
  }
  const int ready = ::poll(&waiting, 1, static_cast<int>(left.count()));
  if (ready < 0 && errno != EINTR) {
    return failed("wait for", errno);
  }
  const bool has_input = ready > 0 && (waiting.revents & ~POLLOUT) != 0;
  return has_input ? pass_on_input() : Ok{};
}

Status BusConnection::pass_on_input() {
  std::array<char, 16384> buffer{};
  const ssize_t count = ::recv(peer_.get(), buffer.data(), buffer.size(), 0);
  if (count < 0) {
    return errno == EAGAIN || errno == EINTR ? Status(Ok{}) : Status(failed("read", errno));
  }
  if (count == 0) {
    return Error{ErrorCode::kIo, socket_ + " closed the connection"};
  }
  received_bytes_ += static_cast<std::size_t>(count);
  if (received_bytes_ > limits_.max_bytes) {
    return Error{
        ErrorCode::kIo,
        socket_ + " answers with more than " + std::to_string(limits_.max_bytes) + " bytes"};
  }
  // The pair is empty here, and holds more than the buffer.
  return write_all(input_.get(), {buffer.data(), static_cast<std::size_t>(count)});
}

std::uint64_t BusConnection::reply_cookie(const BusMessage& message) const {
  std::uint64_t cookie = 0;  // no message has this one
  static_cast<void>(library_->get_reply_cookie(message.get(), &cookie));
  return cookie;
}

BusValue BusConnection::value_of(const BusMessage& reply) const {
  sd_bus_message* const message = reply.get();
  char type = 0;
  const char* contents = nullptr;
  if (library_->is_method_error(message, nullptr) > 0 ||
      library_->peek_type(message, &type, &contents) <= 0 || type != 'v' ||
      std::strlen(contents) != 1 || library_->enter_container(message, 'v', contents) <= 0) {
    return {};
  }
  std::uint64_t number = 0;
  std::uint32_t small = 0;
  const char* text = nullptr;
  switch (*contents) {
    case 's':
      return library_->read_basic(message, 's', &text) > 0 ? BusValue(text) : BusValue();
    case 'u':
      return library_->read_basic(message, 'u', &small) > 0 ? BusValue(std::uint64_t{small})
                                                            : BusValue();
    case 't':
      return library_->read_basic(message, 't', &number) > 0 ? BusValue(number) : BusValue();
    default:
      return {};
  }
}

}  // namespace supercargo
