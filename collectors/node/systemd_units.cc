#include "collectors/node/systemd_units.h"

#include <algorithm>
#include <array>
#include <limits>

namespace supercargo {
namespace {

constexpr BusObject kManager{
    "org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager"};

constexpr const char* kUnit = "org.freedesktop.systemd1.Unit";
constexpr const char* kService = "org.freedesktop.systemd1.Service";
constexpr const char* kSocket = "org.freedesktop.systemd1.Socket";

using Number = std::optional<std::uint64_t> SystemdUnit::*;

// One value of the units whose names end with `suffix`.
struct UnitProperty {
  std::string_view suffix;
  const char* interface;
  const char* name;
  Number number = nullptr;                   // null: the type
  bool SystemdQuestion::*switch_ = nullptr;  // null: always asked for
};

constexpr std::array<UnitProperty, 10> kProperties{{
    {".service", kService, "Type"},
    {".mount", "org.freedesktop.systemd1.Mount", "Type"},
    {".timer", "org.freedesktop.systemd1.Timer", "LastTriggerUSec", &SystemdUnit::last_trigger_us},
    {".socket", kSocket, "NAccepted", &SystemdUnit::accepted_connections},
    {".socket", kSocket, "NConnections", &SystemdUnit::connections},
    {".socket", kSocket, "NRefused", &SystemdUnit::refused_connections},
    {".service", kService, "NRestarts", &SystemdUnit::restarts, &SystemdQuestion::restarts},
    {".service", kService, "TasksCurrent", &SystemdUnit::tasks, &SystemdQuestion::tasks},
    {".service", kService, "TasksMax", &SystemdUnit::max_tasks, &SystemdQuestion::tasks},
    {"",
     kUnit,
     "ActiveEnterTimestamp",
     &SystemdUnit::active_since_us,
     &SystemdQuestion::start_times},
}};

// systemd's word for what it does not know, and for no limit.
constexpr std::uint64_t kNoNumber = std::numeric_limits<std::uint64_t>::max();

Result<BusConnection> connect(const SdBusLibrary& library,
                              const std::string& run,
                              const BusConnection::Limits& limits) {
  Result<BusConnection> bus = BusConnection::open(
      library, run + "/dbus/system_bus_socket", BusConnection::Peer::kBus, limits);
  if (bus) {
    return bus;
  }
  Result<BusConnection> systemd = BusConnection::open(
      library, run + "/systemd/private", BusConnection::Peer::kServiceItself, limits);
  if (systemd) {
    return systemd;
  }
  return Error{ErrorCode::kUnavailable, bus.error().message + "; " + systemd.error().message};
}

struct ListedUnit {
  SystemdUnit unit;
  bool is_loaded;
};

// name, description, load state, active state, sub state, followed unit, path, job's number, type
// and path
constexpr const char* kListedUnit = "ssssssouso";

std::optional<ListedUnit> read_unit(const SdBusLibrary& library, sd_bus_message* message) {
  std::array<const char*, 7> texts{};
  std::string_view types(kListedUnit, texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (library.read_basic(message, types[i], &texts[i]) <= 0) {
      return std::nullopt;
    }
  }
  if (library.skip(message, "uso") < 0 || library.exit_container(message) < 0) {
    return std::nullopt;
  }
  return ListedUnit{{.name = texts[0], .active_state = texts[3], .object_path = texts[6]},
                    std::string_view(texts[2]) == "loaded"};
}

Status read_list(const SdBusLibrary& library,
                 sd_bus_message* message,
                 const SystemdQuestion& question,
                 SystemdState& out) {
  int result = library.enter_container(message, 'a', "(ssssssouso)");
  while (result > 0 && (result = library.enter_container(message, 'r', kListedUnit)) > 0) {
    std::optional<ListedUnit> listed = read_unit(library, message);
    if (!listed) {
      result = -1;
      break;
    }
    ++out.unit_counts[listed->unit.active_state];
    if (listed->is_loaded && question.selects(listed->unit.name)) {
      out.units.push_back(std::move(listed->unit));
    }
  }
  if (result < 0) {
    return Error{ErrorCode::kParse, "ListUnits: not the list of units that systemd gives"};
  }
  std::ranges::sort(out.units, {}, &SystemdUnit::name);
  const auto is_same = [](const SystemdUnit& a, const SystemdUnit& b) { return a.name == b.name; };
  out.units.erase(std::unique(out.units.begin(), out.units.end(), is_same), out.units.end());
  return Ok{};
}

Status read_manager(BusConnection& bus, SystemdState& out) {
  constexpr std::array<BusProperty, 2> kAsked{{{kManager, "Version"}, {kManager, "SystemState"}}};
  Result<std::vector<BusValue>> values = bus.read(kAsked);
  if (!values) {
    return std::move(values).error();
  }
  const std::array<std::string*, 2> places{&out.version, &out.system_state};
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (auto* const text = std::get_if<std::string>(&(*values)[i])) {
      *places[i] = std::move(*text);
    }
  }
  return Ok{};
}

void keep(BusValue& value, Number number, SystemdUnit& unit) {
  if (number == nullptr) {
    if (auto* const text = std::get_if<std::string>(&value)) {
      unit.type = std::move(*text);
    }
  } else if (const auto* const found = std::get_if<std::uint64_t>(&value)) {
    unit.*number = *found == kNoNumber ? std::nullopt : std::optional(*found);
  }
}

Status read_units(BusConnection& bus, const SystemdQuestion& question, SystemdState& out) {
  struct Place {
    SystemdUnit* unit;
    Number number;
  };

  std::vector<BusProperty> asked;
  std::vector<Place> places;
  for (SystemdUnit& unit : out.units) {
    for (const UnitProperty& property : kProperties) {
      const bool is_wanted = property.switch_ == nullptr || question.*property.switch_;
      if (is_wanted && unit.name.ends_with(property.suffix)) {
        asked.push_back(
            {{kManager.service, unit.object_path.c_str(), property.interface}, property.name});
        places.push_back({&unit, property.number});
      }
    }
  }
  Result<std::vector<BusValue>> values = bus.read(asked);
  if (!values) {
    return std::move(values).error();
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    keep((*values)[i], places[i].number, *places[i].unit);
  }
  return Ok{};
}

}  // namespace

Result<SystemdState> ask_systemd(const SdBusLibrary& library,
                                 const SystemdQuestion& question,
                                 const BusConnection::Limits& limits) {
  Result<BusConnection> bus = connect(library, question.run, limits);
  if (!bus) {
    return std::move(bus).error();
  }
  Result<BusMessage> list = bus->call(kManager, "ListUnits");
  if (!list) {
    return std::move(list).error();
  }
  SystemdState out;
  Status status = read_list(library, list->get(), question, out);
  list->reset();
  status = status ? read_manager(*bus, out) : std::move(status);
  status = status ? read_units(*bus, question, out) : std::move(status);
  return status ? Result<SystemdState>(std::move(out)) : std::move(status).error();
}

}  // namespace supercargo
