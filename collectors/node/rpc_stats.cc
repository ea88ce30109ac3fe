#include "collectors/node/rpc_stats.h"

#include <algorithm>

#include "agent/base/text.h"

namespace supercargo {

// net 18628 0 18628 6
// rpc 4329785 0 4338291
// proc3 22 1 4084749 29200 94754 32580 186 47747 7981 8639 0 6356 0 6962 0 7958 0 0 241 4 4 2 39
std::vector<RpcLine> parse_rpc_stats(std::string_view text) {
  std::vector<RpcLine> out;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    RpcLine parsed{take_word(line), {}};
    for (auto number = parse_u64(take_word(line)); number; number = parse_u64(take_word(line))) {
      parsed.numbers.push_back(*number);
    }
    if (!parsed.numbers.empty()) {
      out.push_back(std::move(parsed));
    }
  }
  return out;
}

void add_rpc_methods(const RpcLine& line,
                     std::string_view proto,
                     std::span<const std::string_view> methods,
                     std::size_t family,
                     SampleSet& out) {
  const std::size_t count = std::min(methods.size(), line.numbers.size() - 1);
  for (std::size_t i = 0; i < count; ++i) {
    if (!methods[i].empty()) {
      out.add(family,
              out.add_labels({{"method", methods[i]}, {"proto", proto}}),
              static_cast<double>(line.numbers[i + 1]));
    }
  }
}

}  // namespace supercargo
