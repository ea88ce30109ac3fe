#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collectors/node/netstat.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<supercargo::ProtocolField> fields;
  static_cast<void>(supercargo::parse_net_snmp(text, fields));
  static_cast<void>(supercargo::parse_net_snmp6(text, fields));
  return 0;
}
