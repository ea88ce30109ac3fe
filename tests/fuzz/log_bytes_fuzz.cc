// A log file of any bytes is delivered whole: every raw byte once, in order, by stream, whatever
// the reads and failures on the way. The first byte says what happens, the rest is the file.

#include <cstdlib>
#include <map>
#include <string>

#include "tests/collectors/logs/log_node.h"

namespace {

using supercargo::RequestId;
using supercargo::test::LogNode;
using supercargo::test::LogNodeOptions;
using supercargo::test::SentLine;

// The stretches of the file that records cover do not overlap within a stream, and together they
// are the file. A joined record covers its stretch with gaps of the other stream, so bytes are
// summed up.
void check(const LogNode& node, std::size_t file_bytes) {
  std::uint64_t bytes = 0;
  std::map<std::pair<std::uint32_t, supercargo::Stream>, std::uint64_t> next;
  for (const SentLine& line : node.all_delivered()) {
    std::uint64_t& least = next[{line.restart, line.stream}];
    if (line.offset < least) {
      std::abort();
    }
    least = line.offset + 1;
    bytes += line.raw_bytes;
  }
  if (bytes != file_bytes || node.account()->pending_bytes != 0) {
    std::abort();
  }
}

LogNodeOptions options_of(std::uint8_t choice) {
  LogNodeOptions options;
  options.chain.max_line_bytes = (choice & 1) != 0 ? 64 : 4'096;
  options.ordered = (choice & 2) != 0;
  return options;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::uint8_t choice = data[0];
  const std::string_view file(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (file.empty()) {
    return 0;
  }
  LogNode node(options_of(choice));
  const std::size_t half = file.size() * (choice >> 4) / 16;
  node.write("0.log", file.substr(0, half));
  node.look();
  if (const RequestId request = node.send((choice & 4) != 0 ? 32 : 100'000)) {
    if ((choice & 8) != 0) {
      (void)node.rewind(request);
    } else {
      (void)node.settle(request);
    }
  }
  node.write("0.log", file.substr(half));
  node.rename("0.log", "0.log.20261122-143703");
  node.write("1.log", "2026-11-22T14:36:43Z stdout F end\n");
  node.drain();
  check(node, file.size() + 34);
  return 0;
}
