#include "collectors/node/filesystem.h"

#include <array>
#include <string>
#include <utility>

namespace supercargo {
namespace {

enum Family : std::size_t {
  kSize,
  kFree,
  kAvail,
  kFiles,
  kFilesFree,
  kReadonly,
  kDeviceError,
  kMountInfo
};

constexpr std::array<std::string_view, 3> kLabels{"device", "fstype", "mountpoint"};
constexpr std::array<std::string_view, 4> kMountLabels{"device", "major", "minor", "mountpoint"};

constexpr MetricDesc family(std::string_view name, std::string_view help) {
  return {name, help, MetricKind::kGauge, kLabels};
}

constexpr std::array<MetricDesc, 8> kFamilies{{
    family("node_filesystem_size_bytes", "Filesystem size in bytes."),
    family("node_filesystem_free_bytes", "Filesystem free space in bytes."),
    family("node_filesystem_avail_bytes", "Filesystem space available to non-root users in bytes."),
    family("node_filesystem_files", "Filesystem total file nodes."),
    family("node_filesystem_files_free", "Filesystem total free file nodes."),
    family("node_filesystem_readonly", "Filesystem read-only status."),
    family("node_filesystem_device_error",
           "Whether an error occurred while getting statistics for the given device."),
    {"node_filesystem_mount_info",
     "Filesystem mount information.",
     MetricKind::kGauge,
     kMountLabels},
}};

void add_samples(const Mount& mount, const Result<FilesystemUse>& use, SampleSet& out) {
  const SampleSet::LabelBlock labels = out.add_labels(
      {{"device", mount.device}, {"fstype", mount.type}, {"mountpoint", mount.mount_point}});
  out.add(kDeviceError, labels, use ? 0 : 1);
  if (!use) {
    return;
  }
  out.add(kSize, labels, use->size);
  out.add(kFree, labels, use->free);
  out.add(kAvail, labels, use->available);
  out.add(kFiles, labels, use->files);
  out.add(kFilesFree, labels, use->files_free);
  out.add(kReadonly, labels, mount.read_only ? 1 : 0);
  out.add(kMountInfo,
          out.add_labels({{"device", mount.device},
                          {"major", std::to_string(mount.major)},
                          {"minor", std::to_string(mount.minor)},
                          {"mountpoint", mount.mount_point}}),
          1);
}

}  // namespace

FilesystemCollector::FilesystemCollector(const NodeOptions& options) : mounted_(options) {}

FilesystemCollector::FilesystemCollector(const NodeOptions& options,
                                         AskMount ask,
                                         Milliseconds deadline)
    : mounted_(options, std::move(ask), deadline) {}

std::span<const MetricDesc> FilesystemCollector::families() const noexcept {
  return kFamilies;
}

Status FilesystemCollector::collect(SampleSet& out) {
  const Result<std::vector<MountedFilesystem>> found = mounted_.read();
  if (!found) {
    return found.error();
  }
  for (const auto& [mount, use] : *found) {
    add_samples(mount, use, out);
  }
  return mounted_.status();
}

}  // namespace supercargo
