#include "collectors/node/container_filesystem.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace supercargo {
namespace {

enum Family : std::size_t { kInodesFree, kInodes, kLimit, kUsage };

constexpr std::array<std::string_view, 7> kLabels{
    "container", "id", "image", "name", "namespace", "pod", "device"};

constexpr std::array<MetricDesc, 4> kFamilies{{
    {"container_fs_inodes_free", "Free inodes of the device.", MetricKind::kGauge, kLabels},
    {"container_fs_inodes_total", "Inodes of the device.", MetricKind::kGauge, kLabels},
    {"container_fs_limit_bytes", "Size of the device's file system.", MetricKind::kGauge, kLabels},
    {"container_fs_usage_bytes", "Bytes in use on the device.", MetricKind::kGauge, kLabels},
}};

// The kinds that cAdvisor looks at.
bool is_of_its_kinds(std::string_view type) {
  constexpr std::array<std::string_view, 12> kTypes{"xfs",
                                                    "btrfs",
                                                    "zfs",
                                                    "f2fs",
                                                    "jfs",
                                                    "reiserfs",
                                                    "ntfs",
                                                    "vfat",
                                                    "exfat",
                                                    "udf",
                                                    "squashfs",
                                                    "tmpfs"};
  return type.starts_with("ext") || type.starts_with("nfs") ||
         std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

// Volumes and what runtimes mount: as many as there are containers.
bool is_of_a_pod(std::string_view mount_point) {
  constexpr std::array<std::string_view, 4> kPlaces{
      "/var/lib/kubelet/pods", "/var/lib/containers", "/run/containerd", "/run/containers"};
  return std::any_of(kPlaces.begin(), kPlaces.end(), [&](std::string_view place) {
    return is_below(mount_point, place);
  });
}

bool is_asked_for(const Mount& mount) {
  return is_of_its_kinds(mount.type) && !is_of_a_pod(mount.mount_point);
}

}  // namespace

ContainerFilesystemCollector::ContainerFilesystemCollector(const NodeOptions& options)
    : mounted_(options) {}

ContainerFilesystemCollector::ContainerFilesystemCollector(const NodeOptions& options,
                                                           AskMount ask,
                                                           Milliseconds deadline)
    : mounted_(options, std::move(ask), deadline) {}

std::span<const MetricDesc> ContainerFilesystemCollector::families() const noexcept {
  return kFamilies;
}

// A device that is mounted at several places is told once; memory file systems have no device,
// their place stands for it.
Status ContainerFilesystemCollector::collect(SampleSet& out) {
  const Result<std::vector<MountedFilesystem>> found = mounted_.read(is_asked_for);
  if (!found) {
    return found.error();
  }
  std::set<std::string_view> told;
  for (const auto& [mount, use] : *found) {
    const std::string_view device = mount.type == "tmpfs" ? mount.mount_point : mount.device;
    if (!use || !told.insert(device).second) {
      continue;
    }
    const SampleSet::LabelBlock labels = out.add_labels({{"container", ""},
                                                         {"id", "/"},
                                                         {"image", ""},
                                                         {"name", ""},
                                                         {"namespace", ""},
                                                         {"pod", ""},
                                                         {"device", device}});
    out.add(kInodesFree, labels, use->files_free);
    out.add(kInodes, labels, use->files);
    out.add(kLimit, labels, use->size);
    out.add(kUsage, labels, use->size - use->free);
  }
  return mounted_.status();
}

}  // namespace supercargo
