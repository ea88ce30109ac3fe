// A Docker line decodes to text that is no longer than itself and stays where it is for its chunk.

#include <cstdlib>
#include <string>
#include <vector>

#include "collectors/logs/docker_line.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static supercargo::DockerLineDecoder decoder;
  static supercargo::TimestampParser timestamps;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  decoder.start(size);
  std::vector<std::pair<std::string_view, std::string>> texts;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    supercargo::LogLine out;
    if (decoder.parse(line, timestamps, out)) {
      if (out.text.size() > line.size()) {
        std::abort();
      }
      texts.emplace_back(out.text, std::string(out.text));
    }
  }
  for (const auto& [view, copy] : texts) {
    if (view != copy) {
      std::abort();
    }
  }
  return 0;
}
