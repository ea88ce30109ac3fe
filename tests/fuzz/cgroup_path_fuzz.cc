// A container always has an id, a pod always a uid.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/kubernetes/cgroup_path.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using supercargo::CgroupKind;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const supercargo::CgroupPath path = supercargo::parse_cgroup_path(text);
  const bool holds = (path.kind == CgroupKind::kContainer) == !path.container_id.empty() &&
                     (path.kind != CgroupKind::kPod || !path.pod_uid.empty());
  if (!holds) {
    std::abort();
  }
  return 0;
}
