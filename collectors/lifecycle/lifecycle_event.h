// What happened to a container, as a line of the stream `supercargo_events`.
//
// Values and pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace supercargo {

struct ContainerName {
  std::string pod_namespace;
  std::string pod;
  std::string container;  // empty: of the pod, nobody can tell which container

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the default for a comparison with 0
  auto operator<=>(const ContainerName&) const = default;
};

enum class LifecycleKind : std::uint8_t { kStart, kExit, kOomKill };
inline constexpr std::size_t kLifecycleKinds = 3;

[[nodiscard]] std::string_view lifecycle_kind_name(LifecycleKind kind);

// What was read last of a container that ended.
struct FinalSample {
  double lifetime_seconds = 0;
  std::optional<double> cpu_seconds{};  // nothing: it ended before anybody could read it
  std::optional<double> memory_peak_bytes{};
  std::uint64_t oom_kills = 0;
};

struct LifecycleEvent {
  LifecycleKind kind = LifecycleKind::kStart;
  std::int64_t time_ns = 0;  // since 1970
  ContainerName name;
  std::string pod_uid;
  std::string container_id;     // empty when the container is not known
  std::uint64_t oom_kills = 0;  // kOomKill: processes killed since the event before
  FinalSample final{};          // kExit
};

// A line of a CRI log file, with its line end, whose text is a JSON object.
[[nodiscard]] std::string lifecycle_log_line(const LifecycleEvent& event);

// "2026-11-22T10:00:00.123456789Z"
[[nodiscard]] std::string rfc3339_nano(std::int64_t time_ns);

}  // namespace supercargo
