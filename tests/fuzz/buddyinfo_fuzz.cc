#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/node/buddyinfo.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<supercargo::BuddyZone> zones;
  static_cast<void>(supercargo::parse_buddyinfo(text, zones));
  for (const supercargo::BuddyZone& zone : zones) {
    if (zone.orders == 0 || zone.orders > supercargo::BuddyZone::kMaxOrders) {
      std::abort();
    }
  }
  return 0;
}
