#include "tests/collectors/node/systemd_stand_in.h"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <string_view>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tests/collectors/node/sd_bus_calls.h"

namespace supercargo::test {
namespace {

std::string object_path(const UnitStandIn& unit) {
  std::string out = "/org/freedesktop/systemd1/unit/";
  for (const char c : unit.name) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    out += is_plain ? c : '_';
  }
  return out;
}

sd_bus_message* new_answer(sd_bus_message* call) {
  sd_bus_message* out = nullptr;
  must<sd_bus_message*, sd_bus_message**>("sd_bus_message_new_method_return", call, &out);
  return out;
}

sd_bus_message* new_refusal(sd_bus_message* call, const char* name, const std::string& text) {
  sd_bus_message* out = nullptr;
  const BusError error{name, text.c_str(), 0};
  must<sd_bus_message*, sd_bus_message**, const BusError*>(
      "sd_bus_message_new_method_error", call, &out, &error);
  return out;
}

void append_variant(sd_bus_message* out, const UnitStandIn::Value& value) {
  if (const auto* const text = std::get_if<std::string>(&value)) {
    open(out, 'v', "s");
    append_text(out, 's', *text);
  } else if (const auto* const small = std::get_if<std::uint32_t>(&value)) {
    open(out, 'v', "u");
    append_number(out, 'u', small);
  } else if (const auto* const large = std::get_if<std::uint64_t>(&value)) {
    open(out, 'v', "t");
    append_number(out, 't', large);
  } else {
    const int truth = std::get<bool>(value) ? 1 : 0;
    open(out, 'v', "b");
    append_number(out, 'b', &truth);
  }
  close(out);
}

sd_bus_message* list_units(const SystemdFacts& facts, sd_bus_message* call) {
  if (!facts.refusal.empty()) {
    return new_refusal(call, "org.freedesktop.DBus.Error.AccessDenied", facts.refusal);
  }
  sd_bus_message* const out = new_answer(call);
  if (facts.gives_other_list) {
    open(out, 'a', "s");
    append_text(out, 's', "cron.service");
    close(out);
    return out;
  }
  open(out, 'a', "(ssssssouso)");
  for (const UnitStandIn& unit : facts.units) {
    open(out, 'r', "ssssssouso");
    for (const std::string& text :
         {unit.name, unit.name + "'s description", unit.load_state, unit.active_state}) {
      append_text(out, 's', text);
    }
    append_text(out, 's', "running");
    append_text(out, 's', "");
    append_text(out, 'o', object_path(unit));
    const std::uint32_t no_job = 0;
    append_number(out, 'u', &no_job);
    append_text(out, 's', "");
    append_text(out, 'o', "/");
    close(out);
  }
  close(out);
  return out;
}

sd_bus_message* get_property(const SystemdFacts& facts,
                             sd_bus_message* call,
                             std::string_view path) {
  std::string interface = text_of(call);
  const std::string name = text_of(call);
  interface.erase(0, interface.rfind('.') + 1);
  std::optional<UnitStandIn::Value> value;
  if (interface == "Manager" && (name == "Version" || name == "SystemState")) {
    value = name == "Version" ? facts.version : facts.system_state;
  }
  const auto unit = std::ranges::find(facts.units, path, object_path);
  if (unit != facts.units.end() && unit->properties.contains(interface + "." + name)) {
    value = unit->properties.at(interface + "." + name);
  }
  if (!value) {
    return new_refusal(call, "org.freedesktop.DBus.Error.UnknownProperty", "no " + name);
  }
  sd_bus_message* const out = new_answer(call);
  append_variant(out, *value);
  return out;
}

// Null when the message is no call: sd-bus itself says that the client has gone.
sd_bus_message* answer(const SystemdFacts& facts, sd_bus_message* call) {
  const std::string_view method = header("sd_bus_message_get_member", call);
  const std::string_view interface = header("sd_bus_message_get_interface", call);
  if (interface == "org.freedesktop.DBus.Local") {
    return nullptr;
  }
  if (method == "Hello") {
    sd_bus_message* const out = new_answer(call);
    append_text(out, 's', ":1.7");
    return out;
  }
  if (method == "ListUnits") {
    return list_units(facts, call);
  }
  if (method == "Get" && interface == "org.freedesktop.DBus.Properties") {
    return get_property(facts, call, header("sd_bus_message_get_path", call));
  }
  return new_refusal(call, "org.freedesktop.DBus.Error.UnknownMethod", "a question that changes?");
}

bool wait_for(int fd, int events, int stop) {
  std::array<pollfd, 2> waiting{{{fd, static_cast<short>(events), 0}, {stop, POLLIN, 0}}};
  return ::poll(waiting.data(), waiting.size(), -1) > 0 && waiting[1].revents == 0;
}

}  // namespace

SystemdStandIn::SystemdStandIn(const std::string& socket, SystemdFacts facts, Manner manner)
    : facts_(std::move(facts)),
      manner_(manner),
      listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      stop_(::eventfd(0, EFD_CLOEXEC)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket.copy(std::begin(address.sun_path), sizeof(address.sun_path) - 1);
  if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      ::listen(listener_.get(), 16) != 0) {
    throw std::runtime_error("cannot listen at " + socket);
  }
  thread_ = std::thread([this] { serve(); });
}

SystemdStandIn::~SystemdStandIn() {
  (void)::eventfd_write(stop_.get(), 1);
  thread_.join();
}

void SystemdStandIn::serve() {
  while (wait_for(manner_ == Manner::kIsSilent ? -1 : listener_.get(), POLLIN, stop_.get())) {
    UniqueFd connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (manner_ == Manner::kTalksNonsense) {
      (void)write_all(connection.get(), "HTTP/1.1 400\r\na: b\r\nc: d\r\n\r\n");
      (void)wait_for(-1, 0, stop_.get());
    } else if (manner_ == Manner::kAnswers) {
      serve_connection(connection.release());
    }
  }
}

void SystemdStandIn::serve_connection(int fd) {
  sd_bus* bus = nullptr;
  must<sd_bus**>("sd_bus_new", &bus);
  must<sd_bus*, int, int>("sd_bus_set_fd", bus, fd, fd);
  must<sd_bus*, int, Id128>("sd_bus_set_server", bus, 1, Id128{{1, 2}});
  must<sd_bus*>("sd_bus_start", bus);
  for (;;) {
    sd_bus_message* call = nullptr;
    const int result = sd<sd_bus*, sd_bus_message**>("sd_bus_process", bus, &call);
    if (call != nullptr) {
      if (sd_bus_message* const out = answer(facts_, call)) {
        must<sd_bus*, sd_bus_message*, std::uint64_t*>("sd_bus_send", bus, out, nullptr);
        (void)sd<sd_bus_message*>("sd_bus_message_unref", out);
      }
      (void)sd<sd_bus_message*>("sd_bus_message_unref", call);
    }
    if (result < 0 ||
        (result == 0 && !wait_for(fd, sd<sd_bus*>("sd_bus_get_events", bus), stop_.get()))) {
      break;
    }
  }
  (void)sd<sd_bus*>("sd_bus_close", bus);
  (void)sd<sd_bus*>("sd_bus_unref", bus);
}

}  // namespace supercargo::test
