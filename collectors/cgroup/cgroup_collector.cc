#include "collectors/cgroup/cgroup_collector.h"

#include <algorithm>
#include <string>
#include <utility>

#include <sys/resource.h>

#include "agent/base/clock.h"
#include "collectors/cgroup/read_cgroup.h"
#include "collectors/cgroup/wanted_files.h"

namespace supercargo {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

// Limits change when somebody edits a pod: a third of all files need not be read in each pass.
constexpr std::int64_t kLimitsAgeNs = 60 * kSecondNs;

// Between half of it and all, so that not all cgroups have their turn in the same pass.
std::int64_t limits_age(const CgroupEntry& entry) {
  return kLimitsAgeNs / 2 + static_cast<std::int64_t>(entry.inode % 31) * kSecondNs;
}

std::size_t half_of_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return 0;
  }
  constexpr rlim_t kMost = 32'768;
  return static_cast<std::size_t>(std::min(limit.rlim_cur, kMost) / 2);
}

bool is_container(const CgroupEntry& entry) {
  return entry.parsed.kind == CgroupKind::kContainer;
}

}  // namespace

CgroupCollector::CgroupCollector(HostPaths paths, PodIndex& pods, CgroupOptions options)
    : paths_(std::move(paths)),
      pods_(pods),
      options_(std::move(options)),
      wanted_(cgroup_family::kCount, true),
      writer_(DeviceNames(paths_.sys)),
      network_(paths_.proc),
      processes_(paths_.proc),
      hugetlb_(paths_.sys) {}

std::span<const MetricDesc> CgroupCollector::families() const noexcept {
  return cgroup_families();
}

Status CgroupCollector::collect(SampleSet& out) {
  return collect_at(out, unix_nanoseconds_now());
}

Status CgroupCollector::collect_at(SampleSet& out, std::int64_t now_ns) {
  Status opened = open_hierarchy();
  out.add(cgroup_family::kScrapeError, out.add_labels(empty_labels()), opened ? 0 : 1);
  if (!opened) {
    return opened;
  }
  pods_.refresh();
  table_->refresh(*context_, {*pods_.snapshot(), *options_.facts->facts(), now_ns});
  set_unwanted();
  writer_.begin_pass();
  read_entries(out, now_ns);
  if (wants_networks()) {
    write_networks(out);
  }
  out.add(cgroup_family::kReadErrors,
          SampleSet::kNoLabels,
          static_cast<double>(context_->errors + network_.errors()));
  return status_of_pass();
}

// What was not read does not stand in the last readings.
void CgroupCollector::set_unwanted() {
  const UnwantedFiles unwanted = unwanted_files(wanted_);
  if (unwanted == context_->unwanted) {
    return;
  }
  context_->unwanted = unwanted;
  for (const auto& [path, entry] : table_->entries()) {
    entry->last_reading = {};
  }
}

Status CgroupCollector::open_hierarchy() {
  if (hierarchy_) {
    return Ok{};
  }
  Result<Hierarchy> opened = Hierarchy::open(paths_);
  if (!opened) {
    return std::move(opened).error();
  }
  hierarchy_.emplace(std::move(*opened));
  context_.emplace(ReadContext{*hierarchy_, {}, {}});
  context_->files_left = std::min(options_.max_open_files, half_of_open_files());
  table_.emplace(read_boot_time(paths_).value_or(0) * kSecondNs);
  return Ok{};
}

void CgroupCollector::read_entries(SampleSet& out, std::int64_t now_ns) {
  processes_.begin_pass();
  hugetlb_.begin_pass(now_ns);
  for (const auto& [path, entry] : table_->entries()) {
    entry->processes.reset();
    if (entry->identity == CgroupEntry::Identity::kPending) {
      continue;
    }
    read_entry(*entry, now_ns);
    writer_.write(*entry, sample_, out);
  }
}

void CgroupCollector::read_entry(CgroupEntry& entry, std::int64_t now_ns) {
  sample_.clear();
  CgroupReader reader(entry.path, entry.files, *context_);
  const bool v2 = hierarchy_->version() == CgroupVersion::kV2;
  const bool limits_due =
      now_ns >= entry.limits_due_ns || now_ns < entry.limits_due_ns - 2 * kLimitsAgeNs;
  if (limits_due) {
    entry.limits_due_ns = now_ns + limits_age(entry);
    v2 ? read_limits_v2(reader, entry.limits) : read_limits_v1(reader, entry.limits);
    entry.last_reading.expire();
  }
  read_usage(reader, entry, v2);
  const std::int64_t now = now_ns / kSecondNs;
  const std::int64_t start = entry.start_ns / kSecondNs;
  sample_.set(cgroup_family::kLastSeen, static_cast<double>(now));
  sample_.set(cgroup_family::kCreationTime, static_cast<double>(start));
  sample_.set(cgroup_family::kStartTime, static_cast<double>(start));
  if (is_container(entry)) {
    sample_.set(cgroup_family::kOomEvents, sample_.oom_kills);
  }
  if (entry.parsed.kind == CgroupKind::kRoot) {
    set_root_memory(sample_);
  }
  processes_.take(entry, sample_, *context_);
  if (wants_any(wanted_, cgroup_family::kUlimitsSoft, cgroup_family::kUlimitsSoft)) {
    processes_.read_limit(entry, limits_due);
  }
  if (wants_any(wanted_, cgroup_family::kHugetlbUsage, cgroup_family::kHugetlbFailcnt)) {
    hugetlb_.read(entry.path, *context_, sample_.hugetlb);
  }
}

// A cgroup in which nothing happens is not read to the end.
void CgroupCollector::read_usage(CgroupReader& reader, CgroupEntry& entry, bool v2) {
  const CgroupActivity activity =
      v2 ? read_activity_v2(reader, entry.limits, sample_) : read_activity_v1(reader, sample_);
  if (const CgroupSample* last = entry.last_reading.if_quiet_since(activity)) {
    sample_ = *last;
    if (v2) {
      read_devices_v2(reader, sample_);
    }
    return;
  }
  sample_.set_limits(entry.limits);
  v2 ? read_usage_v2(reader, activity, sample_)
     : read_usage_v1(reader, entry.limits, activity, sample_);
  entry.last_reading.keep(activity, sample_);
}

// The root has no limit but the machine, and (v2) no file for its swap.
void CgroupCollector::set_root_memory(CgroupSample& sample) const {
  const std::optional<MachineMemory> memory = read_meminfo(paths_);
  if (!memory) {
    return;
  }
  sample.set(cgroup_family::kSpecMemoryLimit, static_cast<double>(memory->total_bytes));
  sample.set(cgroup_family::kSpecMemorySwapLimit, static_cast<double>(memory->swap_total_bytes));
  if (!sample.get(cgroup_family::kMemorySwap) &&
      memory->swap_total_bytes >= memory->swap_free_bytes) {
    sample.set(cgroup_family::kMemorySwap,
               static_cast<double>(memory->swap_total_bytes - memory->swap_free_bytes));
  }
}

bool CgroupCollector::wants_networks() const {
  return wants_any(
      wanted_, cgroup_family::kNetworkReceiveBytes, cgroup_family::kNetworkTransmitErrors);
}

// The text is a label value: always the same for the same cause.
Status CgroupCollector::status_of_pass() const {
  if (wants_networks() && !network_.can_read_host()) {
    return Error{ErrorCode::kUnavailable, "no host network: process 1 is not visible"};
  }
  if (processes_.all_hidden()) {
    const bool v1 = hierarchy_->version() == CgroupVersion::kV1;
    return Error{ErrorCode::kUnavailable,
                 v1 ? "no pod networks and processes: needs the host's pid namespace"
                    : "no pod networks: needs the host's pid namespace"};
  }
  return Ok{};
}

}  // namespace supercargo
