// The text of the io (v2) and blkio (v1) controllers' files. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace supercargo {

// What io.cost charged, in microseconds.
struct IoCost {
  std::uint64_t usage_us = 0;
  std::uint64_t wait_us = 0;
  std::uint64_t indebt_us = 0;
  std::uint64_t indelay_us = 0;
};

// The bytes of v1, counted by other properties than read and write.
struct BlkioBytes {
  std::uint64_t sync = 0;
  std::uint64_t async = 0;
  std::uint64_t discard = 0;
  std::uint64_t total = 0;
};

struct DeviceIo {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::uint64_t read_bytes = 0;
  std::uint64_t write_bytes = 0;
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::optional<IoCost> cost;             // v2, where io.cost is enabled
  std::optional<BlkioBytes> other_bytes;  // v1
};

// io.stat: "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0 cost.usage=5". Some kernels leave
// out the line end behind a device without counters: "7:0 8:0 rbytes=1 ...". Replaces `out`, whose
// capacity stays; false, with what was understood before, when the text is odd.
[[nodiscard]] bool parse_io_stat(std::string_view text, std::vector<DeviceIo>& out);

// blkio.throttle.io_service_bytes and io_serviced: "8:0 Read 4096", "8:0 Sync 0", "Total 4096".
enum class BlkioUnit : std::uint8_t { kBytes, kOperations };

// Adds to the devices that `out` has, or new ones behind them.
[[nodiscard]] bool parse_blkio(std::string_view text, BlkioUnit unit, std::vector<DeviceIo>& out);

}  // namespace supercargo
