#include "collectors/kubernetes/cgroup_path.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "agent/base/text.h"
#include "collectors/kubernetes/hex.h"

namespace supercargo {
namespace {

constexpr std::string_view kSlice = ".slice";
constexpr std::string_view kScope = ".scope";
constexpr std::size_t kUidSize = 36;
constexpr std::size_t kStaticUidSize = 32;
constexpr int kMaxSystemDepth = 2;  // /system.slice/kubelet.service

using std::string_view;

struct ContainerElement {
  string_view id;
  ContainerRuntime runtime;
};

string_view without_suffix(string_view text, string_view suffix) {
  return text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text;
}

// 8-4-4-4-12 hex digits; between them '-' (cgroupfs) or '_' (systemd, which reserves the dash).
bool is_uid(string_view text) {
  if (text.size() == kStaticUidSize) {
    return is_hex(text);
  }
  if (text.size() != kUidSize) {
    return false;
  }
  for (std::size_t i = 0; i < kUidSize; ++i) {
    const bool separator = i == 8 || i == 13 || i == 18 || i == 23;
    const bool fits = separator ? text[i] == '-' || text[i] == '_' : is_hex(text.substr(i, 1));
    if (!fits) {
      return false;
    }
  }
  return true;
}

// "pod<uid>" or "...-pod<uid>.slice".
string_view uid_of_pod_element(string_view element) {
  constexpr string_view kPod = "pod";
  const string_view name = without_suffix(element, kSlice);
  for (const std::size_t size : {kUidSize, kStaticUidSize}) {
    if (name.size() < kPod.size() + size || !is_uid(name.substr(name.size() - size))) {
      continue;
    }
    const string_view before = name.substr(0, name.size() - size);
    const bool bare = before == kPod;
    const bool in_slice = name.size() != element.size() && before.ends_with("-pod");
    if (bare || in_slice) {
      return name.substr(name.size() - size);
    }
  }
  return {};
}

// "<64 hex>", "<prefix>-<64 hex>", both also with ".scope".
std::optional<ContainerElement> container_of_element(string_view element) {
  using Prefix = std::pair<string_view, ContainerRuntime>;
  static constexpr std::array<Prefix, 6> kPrefixes{{
      {"", ContainerRuntime::kUnknown},
      {"cri-containerd-", ContainerRuntime::kContainerd},
      {"nerdctl-", ContainerRuntime::kContainerd},
      {"crio-", ContainerRuntime::kCrio},
      {"docker-", ContainerRuntime::kDocker},
      {"libpod-", ContainerRuntime::kPodman},
  }};
  const string_view name = without_suffix(element, kScope);
  if (name.size() < kContainerIdSize) {
    return std::nullopt;
  }
  const string_view id = name.substr(name.size() - kContainerIdSize);
  const string_view prefix = name.substr(0, name.size() - kContainerIdSize);
  const auto* known = std::find_if(kPrefixes.begin(), kPrefixes.end(), [&](const Prefix& entry) {
    return entry.first == prefix;
  });
  if (known == kPrefixes.end() || !is_container_id(id)) {
    return std::nullopt;
  }
  return ContainerElement{id, known->second};
}

// "kubepods-burstable-pod<uid_>.slice:cri-containerd:<64 hex>": one element that is both, when
// kubelet has the systemd driver and containerd has not.
std::optional<CgroupPath> parse_colon_element(string_view element) {
  string_view rest = element;
  const string_view pod_uid = uid_of_pod_element(take_until(rest, ':'));
  const string_view runtime = take_until(rest, ':');
  if (pod_uid.empty() || !is_container_id(rest)) {
    return std::nullopt;
  }
  CgroupPath path;
  path.kind = CgroupKind::kContainer;
  path.pod_uid = PodUid(pod_uid);
  path.container_id = rest;
  path.runtime =
      runtime == "cri-containerd" ? ContainerRuntime::kContainerd : ContainerRuntime::kUnknown;
  return path;
}

bool is_kubepods(string_view element) {
  const string_view name = without_suffix(element, kSlice);
  return name == "kubepods" || (name.size() != element.size() && name.ends_with("-kubepods"));
}

QosClass qos_of_element(string_view element) {
  const string_view name = without_suffix(element, kSlice);
  if (name == "burstable" || name.ends_with("kubepods-burstable")) {
    return QosClass::kBurstable;
  }
  if (name == "besteffort" || name.ends_with("kubepods-besteffort")) {
    return QosClass::kBestEffort;
  }
  return QosClass::kNone;
}

QosClass qos_of_pod(QosClass parent, string_view pod_element) {
  if (parent != QosClass::kNone) {
    return parent;
  }
  if (pod_element.find("-burstable-pod") != string_view::npos) {
    return QosClass::kBurstable;
  }
  if (pod_element.find("-besteffort-pod") != string_view::npos) {
    return QosClass::kBestEffort;
  }
  return QosClass::kGuaranteed;
}

// What stands directly below a pod: a container of its own, or nothing of interest.
CgroupPath below_pod(CgroupPath pod, string_view rest) {
  const string_view element = take_until(rest, '/');
  const std::optional<ContainerElement> container = container_of_element(element);
  if (!container || !rest.empty()) {
    pod.kind = CgroupKind::kIgnore;
    return pod;
  }
  pod.kind = CgroupKind::kContainer;
  pod.container_id = container->id;
  pod.runtime = container->runtime;
  return pod;
}

// Units that come and go with mounts, logins and monitors of containers: no series of their own.
bool is_noise(string_view element) {
  constexpr std::array<string_view, 4> kSuffixes{".mount", ".swap", ".automount", ".device"};
  const auto ends = [&](string_view suffix) { return element.ends_with(suffix); };
  const bool transient = element.ends_with(kScope) && element != "init.scope";
  return transient || std::any_of(kSuffixes.begin(), kSuffixes.end(), ends) ||
         element.find("-conmon-") != string_view::npos || element.starts_with("user-");
}

CgroupPath of_kind(CgroupKind kind) {
  CgroupPath path;
  path.kind = kind;
  return path;
}

// The way down from the root to a cgroup outside of pods.
struct Walk {
  CgroupPath here;
  bool in_container = false;

  void enter(string_view element, int depth) {
    const QosClass qos = here.kind == CgroupKind::kQos ? qos_of_element(element) : QosClass::kNone;
    const std::optional<ContainerElement> container = container_of_element(element);
    if (is_kubepods(element) || qos != QosClass::kNone) {
      here = of_kind(CgroupKind::kQos);
      here.qos = qos;
    } else if (container && !in_container) {
      in_container = true;
      here = of_kind(CgroupKind::kContainer);
      here.container_id = container->id;
      here.runtime = container->runtime;
    } else if (here.kind != CgroupKind::kSystem || depth > kMaxSystemDepth || is_noise(element)) {
      here = of_kind(CgroupKind::kIgnore);
    }
  }
};

}  // namespace

PodUid::PodUid(std::string_view text) : size_(static_cast<std::uint8_t>(text.size())) {
  std::replace_copy(text.begin(), text.end(), text_.begin(), '_', '-');
}

CgroupPath parse_cgroup_path(std::string_view path) {
  string_view rest = path;
  while (rest.starts_with('/')) {
    rest.remove_prefix(1);
  }
  Walk walk{rest.empty() ? of_kind(CgroupKind::kRoot) : of_kind(CgroupKind::kSystem)};
  for (int depth = 1; !rest.empty(); ++depth) {
    const string_view element = take_until(rest, '/');
    if (const string_view uid = uid_of_pod_element(element); !uid.empty()) {
      CgroupPath pod = of_kind(CgroupKind::kPod);
      pod.pod_uid = PodUid(uid);
      pod.qos = qos_of_pod(walk.here.qos, element);
      return rest.empty() ? pod : below_pod(pod, rest);
    }
    if (std::optional<CgroupPath> both = parse_colon_element(element)) {
      both->qos = qos_of_pod(walk.here.qos, element);
      return rest.empty() ? *both : of_kind(CgroupKind::kIgnore);
    }
    walk.enter(element, depth);
  }
  return walk.here;
}

}  // namespace supercargo
