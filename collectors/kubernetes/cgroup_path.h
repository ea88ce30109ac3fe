// What a cgroup is, told by its path alone: a pod, a container, a QoS class, a part of the system.
//
// A pure function without allocation, any thread; called for every cgroup at every scrape. Knows
// the systemd and the cgroupfs driver, all common runtimes, and trees below any prefix (kind,
// minikube, a custom cgroup root, rootless).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace supercargo {

enum class CgroupKind : std::uint8_t {
  kRoot,       // "/"
  kQos,        // kubepods and its QoS classes
  kPod,        // one pod
  kContainer,  // one container or sandbox, of a pod or (docker, podman) of none
  kSystem,     // slices and services near the root
  kIgnore,     // part of a container, a mount, a monitor process, a login session
};

enum class ContainerRuntime : std::uint8_t { kUnknown, kContainerd, kCrio, kDocker, kPodman };

enum class QosClass : std::uint8_t { kNone, kGuaranteed, kBurstable, kBestEffort };

// A pod's uid as the API and /var/log/pods write it: with dashes, or a static pod's 32 hex digits.
class PodUid {
 public:
  PodUid() = default;

  // Requires: text.size() <= 36. '_' becomes '-'.
  explicit PodUid(std::string_view text);

  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }

  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  std::array<char, 36> text_{};
  std::uint8_t size_ = 0;
};

struct CgroupPath {
  CgroupKind kind = CgroupKind::kIgnore;
  PodUid pod_uid;                 // of pods, and of containers that belong to one
  std::string_view container_id;  // a view into the path that was parsed
  ContainerRuntime runtime = ContainerRuntime::kUnknown;
  QosClass qos = QosClass::kNone;
};

// `path` is what stands below the mount point of the hierarchy, "/" for its root.
[[nodiscard]] CgroupPath parse_cgroup_path(std::string_view path);

}  // namespace supercargo
