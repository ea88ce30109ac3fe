// The names that kubelet gives to log directories, log files and links, taken apart.
//
// Pure functions: views into the text they are given, no allocation, any thread. Text that is no
// such name gives nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace supercargo {

// /var/log/pods/<namespace>_<pod>_<uid>. Neither namespace nor pod can contain '_'.
struct PodDirName {
  std::string_view pod_namespace;
  std::string_view pod;
  std::string_view uid;  // static pods: the 32 hex digits of their manifest's hash
};

[[nodiscard]] std::optional<PodDirName> parse_pod_dir_name(std::string_view name);

// A file in /var/log/pods/<pod directory>/<container>.
struct LogFileName {
  enum class Kind : std::uint8_t {
    kCurrent,    // 3.log: the runtime writes here
    kRotated,    // 3.log.20261122-143703: plain, maybe still being written to until the reopen
    kGzip,       // 3.log.20261122-143703.gz: complete
    kTemporary,  // 3.log.20261122-143703.tmp: kubelet is compressing; never to be read
  };
  std::uint32_t restart = 0;
  std::string_view rotated_at;  // "20261122-143703", sorts by time; empty for kCurrent
  Kind kind = Kind::kCurrent;
};

[[nodiscard]] std::optional<LogFileName> parse_log_file_name(std::string_view name);

// /var/log/containers/<pod>_<namespace>_<container>-<64 hex digits>.log. kubelet cuts what stands
// before ".log" so that the name has at most 255 bytes.
struct ContainerLinkName {
  std::string_view pod;
  std::string_view pod_namespace;
  std::string_view container;     // empty when cut
  std::string_view container_id;  // empty when cut
  // Only when the name was cut within the container's name or id: all after the namespace. The
  // link's target tells the container's name; what follows it and '-' here begins the id.
  std::string_view cut_tail;
};

[[nodiscard]] std::optional<ContainerLinkName> parse_container_link_name(std::string_view name);

// The target of such a link, or any log file's path: .../<pod directory>/<container>/<file>.
struct LogFilePath {
  PodDirName pod;
  std::string_view container;
  LogFileName file;
};

[[nodiscard]] std::optional<LogFilePath> parse_log_file_path(std::string_view path);

}  // namespace supercargo
