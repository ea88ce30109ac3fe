// systemd's D-Bus interface on a unix socket, spoken by libsystemd's own server side.
//
// One test owns one; it answers on a thread of its own until it goes away, one connection after
// another. As a bus it also answers Hello.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "agent/base/fd.h"

namespace supercargo::test {

struct UnitStandIn {
  using Value = std::variant<std::string, std::uint32_t, std::uint64_t, bool>;

  std::string name;
  std::string load_state = "loaded";
  std::string active_state = "active";
  std::map<std::string, Value> properties{};  // "Service.Type"
};

struct SystemdFacts {
  std::string version = "252.39-1~deb12u2";
  std::string system_state = "running";
  std::vector<UnitStandIn> units{};
  std::string refusal{};          // the text of an error, instead of the list of units
  bool gives_other_list = false;  // names only, as no systemd does
};

class SystemdStandIn {
 public:
  enum class Manner : std::uint8_t { kAnswers, kIsSilent, kTalksNonsense, kHangsUp };

  // Listens at once. The directory of the socket must be there.
  SystemdStandIn(const std::string& socket, SystemdFacts facts, Manner manner = Manner::kAnswers);
  ~SystemdStandIn();
  SystemdStandIn(const SystemdStandIn&) = delete;
  SystemdStandIn& operator=(const SystemdStandIn&) = delete;

 private:
  void serve();
  void serve_connection(int fd);

  const SystemdFacts facts_;
  const Manner manner_;
  UniqueFd listener_;
  UniqueFd stop_;
  std::thread thread_;
};

}  // namespace supercargo::test
