#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/node/tcpstat.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  supercargo::TcpStates out;
  supercargo::take_tcp_lines(text, out);
  if (text.find('\n') != std::string_view::npos) {
    std::abort();
  }
  return 0;
}
