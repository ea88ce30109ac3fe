#include "agent/base/boot_id.h"

#include "agent/base/text.h"

namespace supercargo {

std::string read_boot_id(const HostPaths& host) {
  std::string text;
  const Status status = read_file((host.proc + "/sys/kernel/random/boot_id").c_str(), text);
  return status ? std::string(trim(text)) : std::string{};
}

}  // namespace supercargo
