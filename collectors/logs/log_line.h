// What one raw line of a log file says: decoded by the parser of its format.
//
// Parsers are pure but for the time stamp's memory, keep no text, and give views into the line they
// get.
#pragma once

#include <cstdint>
#include <string_view>

#include "agent/pipeline/record.h"
#include "collectors/logs/timestamp.h"

namespace supercargo {

struct LogLine {
  std::int64_t time_ns = 0;
  Stream stream = Stream::kStdout;
  bool partial = false;   // more pieces of the same record follow in the same stream
  std::string_view text;  // without line end
};

// A line as containerd and CRI-O write it, without its line end:
//
//   2026-11-22T14:36:43.881808367Z stdout F start
//   2026-11-22T14:36:43.887170855Z stderr P xxx
//
// Tags are separated by ':' and the first is P or F. Returns false when the line is not of this
// form. Source: kubernetes staging/src/k8s.io/cri-client/pkg/logs/logs.go.
[[nodiscard]] bool parse_cri_line(std::string_view line, TimestampParser& timestamps, LogLine& out);

}  // namespace supercargo
