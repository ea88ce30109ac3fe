// What the host's systemd says of itself and of its units, by D-Bus.
//
// Called by the thread that the systemd collector asks on. Asks the system bus, and where there is
// none systemd itself, which answers only to root.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"
#include "collectors/node/bus_connection.h"

namespace supercargo {

struct SystemdUnit {
  std::string name;
  std::string active_state;
  std::string object_path;
  std::string type{};  // of services and mounts: simple, ext4
  // Nothing: the unit is of a kind that has none, it was not asked for, or systemd does not know.
  std::optional<std::uint64_t> active_since_us{};  // since 1970
  std::optional<std::uint64_t> restarts{};
  std::optional<std::uint64_t> tasks{};
  std::optional<std::uint64_t> max_tasks{};
  std::optional<std::uint64_t> last_trigger_us{};  // since 1970; 0: never
  std::optional<std::uint64_t> accepted_connections{};
  std::optional<std::uint64_t> connections{};
  std::optional<std::uint64_t> refused_connections{};
};

struct SystemdState {
  std::string version;                                 // 252.39-1~deb12u2
  std::string system_state;                            // running, degraded, ...; empty: unknown
  std::map<std::string, std::uint64_t> unit_counts{};  // of all units, by active state
  std::vector<SystemdUnit> units{};                    // those that were asked for, by name
};

struct SystemdQuestion {
  std::string run;  // the host's /run
  std::function<bool(std::string_view unit_name)> selects;
  bool restarts = false;
  bool start_times = false;
  bool tasks = false;
};

// kUnavailable when the host has no systemd that can be reached.
[[nodiscard]] Result<SystemdState> ask_systemd(const SdBusLibrary& library,
                                               const SystemdQuestion& question,
                                               const BusConnection::Limits& limits);

}  // namespace supercargo
