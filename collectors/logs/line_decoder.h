// From a raw line of any of our formats to a LogLine. One a reader, on its output's thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "collectors/logs/docker_line.h"
#include "collectors/logs/log_file.h"
#include "collectors/logs/log_line.h"

namespace supercargo {

class LineDecoder {
 public:
  // Begins a chunk of lines of at most `chunk_bytes` together; texts given out before are gone.
  void start(std::size_t chunk_bytes) { docker_.start(chunk_bytes); }

  // Decodes a raw line without its line feed. kCri also takes Docker's lines: with dockershim the
  // files below /var/log/pods are links to json-files, and a CRI line never begins with '{'. False:
  // `out` is the whole line as text of stdout, with the time of the line before it (else
  // `fallback_ns`).
  [[nodiscard]] bool decode(std::string_view raw,
                            LogFormat format,
                            std::int64_t fallback_ns,
                            LogLine& out);

 private:
  TimestampParser timestamps_;
  DockerLineDecoder docker_;
};

}  // namespace supercargo
