#include "collectors/cgroup/cgroup_identity.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "agent/base/sample_set.h"

namespace supercargo {
namespace {

using Identity = CgroupEntry::Identity;

// What stands for an image that is not known, so that image!="" selects containers.
constexpr std::string_view kUnknownImage = "unknown";

void render_labels(const CgroupLabels& labels, std::string_view id, std::string& out) {
  out.clear();
  append_label(out, "container", labels.container);
  append_label(out, "id", id);
  append_label(out, "image", labels.image);
  append_label(out, "name", labels.name);
  append_label(out, "namespace", labels.pod_namespace);
  append_label(out, "pod", labels.pod);
}

void set_labels(CgroupEntry& entry, Identity identity, CgroupLabels labels) {
  entry.identity = identity;
  entry.labels = std::move(labels);
  render_labels(entry.labels, entry.path, entry.label_block);
}

bool writes_docker_names(ContainerRuntime runtime) {
  return runtime == ContainerRuntime::kDocker || runtime == ContainerRuntime::kCrio;
}

// Docker's and CRI-O's name is made of the parts; containerd's is the id.
std::string container_name(const CgroupEntry& entry, const ContainerInfo& info) {
  if (!writes_docker_names(entry.parsed.runtime)) {
    return std::string(entry.parsed.container_id);
  }
  std::string name("k8s");
  for (const std::string& part : {info.container,
                                  info.pod,
                                  info.pod_namespace,
                                  std::string(entry.parsed.pod_uid.view()),
                                  std::to_string(info.restart)}) {
    name.append("_").append(part);
  }
  return name;
}

// As the runtime names it. The server hears of a new container later than this agent does; when the
// time is over, what the pod asks for must do. Nothing: it may still come.
std::optional<std::string> find_image(CgroupEntry& entry,
                                      const ContainerInfo& info,
                                      const PodKnowledge& known) {
  if (known.facts.state == PodFacts::State::kOff) {
    return std::string(kUnknownImage);
  }
  const ApiPod* pod = known.facts.find(entry.parsed.pod_uid.view(), info.pod_namespace, info.pod);
  const ApiContainer* container = pod != nullptr ? pod->find_container(info.container) : nullptr;
  if (container != nullptr && container->id == entry.parsed.container_id &&
      !container->image().empty()) {
    return container->image();
  }
  if (entry.awaits_image_ns == 0) {
    entry.awaits_image_ns = known.now_ns;
  }
  if (known.now_ns - entry.awaits_image_ns < kIdentityWaitNs) {
    return std::nullopt;
  }
  const bool asked = container != nullptr && !container->spec_image.empty();
  return asked ? container->spec_image : std::string(kUnknownImage);
}

void name_container(CgroupEntry& entry, const ContainerInfo& info, std::string image) {
  entry.is_sandbox = false;
  entry.awaits_image_ns = 0;
  set_labels(entry,
             Identity::kKnown,
             {.pod_namespace = info.pod_namespace,
              .pod = info.pod,
              .container = info.container,
              .image = std::move(image),
              .name = container_name(entry, info)});
}

// A sandbox looks as cAdvisor shows it: its container is "POD" but for containerd, and CRI-O's has
// no image.
void name_sandbox(CgroupEntry& entry, const PodName& pod) {
  const ContainerRuntime runtime = entry.parsed.runtime;
  entry.is_sandbox = true;
  set_labels(entry,
             Identity::kGuessed,
             {.pod_namespace = pod.pod_namespace,
              .pod = pod.pod,
              .container = writes_docker_names(runtime) ? "POD" : "",
              .image = runtime == ContainerRuntime::kCrio ? "" : std::string(kUnknownImage),
              .name = std::string(entry.parsed.container_id)});
}

bool waited(const CgroupEntry& entry, std::int64_t now_ns) {
  return now_ns - entry.start_ns >= kIdentityWaitNs;
}

const PodName* find_pod(const PodGroup& group,
                        std::string_view uid,
                        const PodSnapshot& snapshot,
                        PodName& scratch) {
  if (const PodName* pod = snapshot.pod(uid)) {
    return pod;
  }
  for (const CgroupEntry* container : group.containers) {
    if (container->identity == Identity::kKnown) {
      scratch = {container->labels.pod_namespace, container->labels.pod};
      return &scratch;
    }
  }
  return nullptr;
}

void identify_pod_itself(CgroupEntry& entry,
                         const PodName* name,
                         bool can_be_known,
                         std::int64_t now_ns) {
  if (entry.identity == Identity::kKnown) {
    return;
  }
  const bool overdue = !can_be_known || waited(entry, now_ns);
  if (name != nullptr) {
    set_labels(entry,
               Identity::kKnown,
               {.pod_namespace = name->pod_namespace,
                .pod = name->pod,
                .container = {},
                .image = {},
                .name = {}});
  } else if (overdue && entry.identity == Identity::kPending) {
    set_labels(entry, Identity::kGuessed, {});
  }
}

void identify_by_link(CgroupEntry& entry, const PodKnowledge& known) {
  if (entry.identity == Identity::kKnown) {
    return;
  }
  if (const ContainerInfo* info = known.paths.container(entry.parsed.container_id)) {
    if (std::optional<std::string> image = find_image(entry, *info, known)) {
      name_container(entry, *info, std::move(*image));
    }
  }
}

// The container that no log link tells of and that was there before the others.
CgroupEntry* sandbox_candidate(const PodGroup& group) {
  CgroupEntry* oldest = nullptr;
  for (CgroupEntry* container : group.containers) {
    if (container->is_sandbox) {
      return nullptr;  // a pod has one
    }
    if (container->is_unknown() && (oldest == nullptr || container->start_ns < oldest->start_ns)) {
      oldest = container;
    }
  }
  return oldest;
}

bool is_older_than_a_known_one(const CgroupEntry& entry, const PodGroup& group) {
  return std::any_of(
      group.containers.begin(), group.containers.end(), [&](const CgroupEntry* other) {
        const bool named = other->identity == Identity::kKnown || other->awaits_image_ns != 0;
        return named && entry.start_ns < other->start_ns;
      });
}

}  // namespace

std::string empty_labels() {
  std::string rendered;
  render_labels({}, {}, rendered);
  return rendered;
}

void identify_alone(CgroupEntry& entry) {
  CgroupLabels labels;
  if (entry.parsed.kind == CgroupKind::kContainer) {
    labels.image = kUnknownImage;
    labels.name = entry.parsed.container_id;
  }
  set_labels(entry, Identity::kKnown, std::move(labels));
}

void identify_pod(PodGroup& group, const PodKnowledge& known) {
  const PodSnapshot& snapshot = known.paths;
  const std::int64_t now_ns = known.now_ns;
  for (CgroupEntry* container : group.containers) {
    identify_by_link(*container, known);
  }
  const CgroupEntry* any = group.pod != nullptr ? group.pod : group.containers.front();
  PodName scratch;
  const PodName* name = find_pod(group, any->parsed.pod_uid.view(), snapshot, scratch);
  if (group.pod != nullptr) {
    identify_pod_itself(*group.pod, name, snapshot.has_pods, now_ns);
  }
  if (!snapshot.has_containers) {
    for (CgroupEntry* container : group.containers) {
      if (container->identity == Identity::kPending) {
        name_sandbox(*container, name != nullptr ? *name : PodName{});
        container->is_sandbox = false;  // nobody can tell
      }
    }
    return;
  }
  CgroupEntry* sandbox = sandbox_candidate(group);
  if (sandbox == nullptr) {
    return;
  }
  const bool sure = name != nullptr && is_older_than_a_known_one(*sandbox, group);
  if (sure || waited(*sandbox, now_ns)) {
    name_sandbox(*sandbox, name != nullptr ? *name : PodName{});
  }
}

}  // namespace supercargo
