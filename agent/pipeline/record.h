// What the log path carries: records as views, and who wrote them.
//
// Records live in a buffer of the output thread that read them and are gone with its next read;
// nothing here owns text but ContainerInfo, which is immutable and shared by all outputs.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace supercargo {

enum class Stream : std::uint8_t { kStdout, kStderr };
inline constexpr std::size_t kStreamCount = 2;

[[nodiscard]] constexpr std::string_view stream_name(Stream stream) {
  return stream == Stream::kStdout ? "stdout" : "stderr";
}

// The writer of a log. Fields that the source does not know are empty.
struct ContainerInfo {
  std::uint64_t key = 0;  // unique in this process: for caches of rendered labels
  std::string node;
  std::string pod_namespace;
  std::string pod;
  std::string pod_uid;  // for static pods the hash that stands in the path
  std::string container;
  std::string container_id;  // 64 hex digits, or empty
  std::uint32_t restart = 0;
  // What the lines are, where they are not the container's own but tell of it: kEventSource.
  std::string source;
};

// Lines of the agent's own about containers: starts, exits, OOM kills. Also the name of the
// directory below data_dir in which they wait to be read.
inline constexpr std::string_view kEventSource = "supercargo_events";

struct Record {
  std::int64_t time_ns = 0;     // nanoseconds since 1970, as the source wrote it
  std::string_view text;        // without its line end; partial lines joined
  std::uint64_t offset = 0;     // of its first raw byte in its (uncompressed) file
  std::uint32_t raw_bytes = 0;  // of all raw lines it was made of, line ends included
  std::uint32_t raw_lines = 0;
};

// Raw bytes and raw lines of log files, line ends included.
struct Amount {
  std::uint64_t bytes = 0;
  std::uint64_t lines = 0;

  Amount& operator+=(const Amount& other) {
    bytes += other.bytes;
    lines += other.lines;
    return *this;
  }
};

// Records of one stream of one file, in order. Valid during the call that gets it.
struct Batch {
  const ContainerInfo& container;
  std::uint64_t
      container_key;  // equal for equal (container, restart): for caches of rendered labels
  Stream stream;
  std::string_view id_prefix;  // "<pod uid>/<container>/<restart>/<head hash>"; with "/<offset>"
                               // the stable id of a line
  std::span<const Record> records;
  std::uint64_t chain = 0;  // the files that they are from: see Outcome::Part
};

}  // namespace supercargo
