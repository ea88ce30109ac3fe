// One connection to a D-Bus peer on a unix socket, for questions that change nothing.
//
// Made, used and dropped by one thread. No call blocks beyond the deadline, and no more than
// `max_bytes` are taken from the peer: sd-bus itself would wait for 90 seconds and hold 128 MiB, so
// it reads from a socket pair that is filled here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/fd.h"
#include "agent/base/result.h"
#include "collectors/node/sd_bus_library.h"

namespace supercargo {

struct UnrefMessage {
  const SdBusLibrary* library;

  void operator()(sd_bus_message* message) const { library->message_unref(message); }
};

using BusMessage = std::unique_ptr<sd_bus_message, UnrefMessage>;

struct BusObject {
  const char* service;
  const char* path;
  const char* interface;
};

struct BusProperty {
  BusObject object;
  const char* name;
};

// Nothing: there is no such property, or it is of another type.
using BusValue = std::variant<std::monostate, std::string, std::uint64_t>;

class BusConnection {
 public:
  enum class Peer : std::uint8_t { kBus, kServiceItself };

  struct Limits {
    SteadyTime deadline;
    std::size_t max_bytes;
  };

  // kNotFound when nobody listens there. `library` outlives the connection.
  static Result<BusConnection> open(const SdBusLibrary& library,
                                    const std::string& socket,
                                    Peer peer,
                                    Limits limits);

  // The answer to a method without arguments; an error when the answer is one.
  [[nodiscard]] Result<BusMessage> call(const BusObject& object, const char* method);

  // One value a property, in their order.
  [[nodiscard]] Result<std::vector<BusValue>> read(std::span<const BusProperty> properties);

 private:
  struct CloseBus {
    const SdBusLibrary* library;

    void operator()(sd_bus* bus) const {
      library->close(bus);
      library->unref(bus);
    }
  };

  BusConnection(const SdBusLibrary& library, std::string socket, Limits limits)
      : library_(&library),
        socket_(std::move(socket)),
        limits_(limits),
        bus_(nullptr, {&library}) {}

  [[nodiscard]] Status start(Peer peer);
  [[nodiscard]] Error failed(const char* what, int error_number) const;
  [[nodiscard]] Result<BusMessage> new_call(const BusObject& object, const char* method);
  [[nodiscard]] Result<std::uint64_t> send(Result<BusMessage> message);
  [[nodiscard]] Result<std::uint64_t> ask_for(const BusProperty& property);
  [[nodiscard]] Result<BusMessage> receive();
  [[nodiscard]] Status wait();
  [[nodiscard]] Status pass_on_input();
  [[nodiscard]] std::uint64_t reply_cookie(const BusMessage& message) const;
  [[nodiscard]] BusValue value_of(const BusMessage& reply) const;

  const SdBusLibrary* library_;
  std::string socket_;  // its path
  Limits limits_;
  std::size_t received_bytes_ = 0;
  UniqueFd peer_;
  UniqueFd input_;  // what is written here, sd-bus reads
  std::unique_ptr<sd_bus, CloseBus> bus_;
};

}  // namespace supercargo
