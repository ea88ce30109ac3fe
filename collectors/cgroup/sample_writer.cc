#include "collectors/cgroup/sample_writer.h"

#include <array>
#include <climits>
#include <cmath>

#include <unistd.h>

#include "collectors/cgroup/cgroup_reader.h"

namespace supercargo {

std::string_view DeviceNames::name(std::uint32_t major, std::uint32_t minor) {
  const auto [found, is_new] = names_.try_emplace({major, minor});
  if (is_new) {
    const std::string path =
        sys_ + "/dev/block/" + std::to_string(major) + ":" + std::to_string(minor);
    std::array<char, PATH_MAX> target{};
    const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
    const std::string_view link(target.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    if (const std::size_t slash = link.rfind('/'); slash != std::string_view::npos) {
      found->second.append("/dev/").append(link.substr(slash + 1));
    }
  }
  return found->second;
}

SampleSet::LabelBlock SampleWriter::extended(const CgroupEntry& entry,
                                             std::string_view label,
                                             std::string_view value,
                                             SampleSet& out) {
  scratch_ = entry.label_block;
  append_label(scratch_, label, value);
  return out.add_labels(scratch_);
}

void SampleWriter::write(const CgroupEntry& entry, const CgroupSample& sample, SampleSet& out) {
  const SampleSet::LabelBlock labels = out.add_labels(entry.label_block);
  for (std::size_t family = 0; family < cgroup_family::kSimpleCount; ++family) {
    if (!std::isnan(sample.values[family])) {
      out.add(family, labels, sample.values[family]);
    }
  }
  // cAdvisor has no such series for a cgroup that has never run.
  if (sample.cpu_usage_seconds > 0) {
    out.add(
        cgroup_family::kCpuUsage, extended(entry, "cpu", "total", out), sample.cpu_usage_seconds);
  }
  if (!entry.labels.container.empty() && !entry.is_sandbox) {
    write_limits(labels, sample, out);
  }
  write_page_faults(entry, sample.page_faults, out);
  write_devices(entry, sample, out);
  write_hugetlb(entry, sample, out);
  if (!std::isnan(entry.open_files_limit)) {
    out.add(cgroup_family::kUlimitsSoft,
            extended(entry, "ulimit", "max_open_files", out),
            entry.open_files_limit);
  }
}

// The mode `complement` has no other figures of limits.
void SampleWriter::write_limits(SampleSet::LabelBlock labels,
                                const CgroupSample& sample,
                                SampleSet& out) {
  using namespace cgroup_family;  // NOLINT(google-build-using-namespace): enumerators only
  const double cores = sample.values[kSpecCpuQuota] / sample.values[kSpecCpuPeriod];
  if (std::isfinite(cores)) {
    out.add(kCpuLimit, labels, cores);
  }
  if (!std::isnan(sample.values[kSpecMemoryLimit])) {
    out.add(kMemoryLimit, labels, sample.values[kSpecMemoryLimit]);
  }
}

void SampleWriter::write_hugetlb(const CgroupEntry& entry,
                                 const CgroupSample& sample,
                                 SampleSet& out) {
  for (const HugetlbUsage& usage : sample.hugetlb) {
    const SampleSet::LabelBlock labels = extended(entry, "pagesize", usage.page_size, out);
    const auto add = [&](std::size_t family, std::optional<std::uint64_t> value) {
      if (value) {
        out.add(family, labels, static_cast<double>(*value));
      }
    };
    add(cgroup_family::kHugetlbUsage, usage.bytes);
    add(cgroup_family::kHugetlbMaxUsage, usage.peak_bytes);
    add(cgroup_family::kHugetlbFailcnt, usage.failures);
  }
}

void SampleWriter::write_page_faults(const CgroupEntry& entry,
                                     const CgroupSample::PageFaults& faults,
                                     SampleSet& out) {
  struct Series {
    std::string_view type;
    std::string_view scope;
    std::optional<std::uint64_t> count;
  };

  for (const Series& series : {Series{"pgfault", "container", faults.minor_own},
                               Series{"pgfault", "hierarchy", faults.minor_all},
                               Series{"pgmajfault", "container", faults.major_own},
                               Series{"pgmajfault", "hierarchy", faults.major_all}}) {
    if (!series.count) {
      continue;
    }
    scratch_ = entry.label_block;
    append_label(scratch_, "failure_type", series.type);
    append_label(scratch_, "scope", series.scope);
    out.add(cgroup_family::kMemoryFailures,
            out.add_labels(scratch_),
            static_cast<double>(*series.count));
  }
}

void SampleWriter::write_device(const CgroupEntry& entry,
                                std::string_view name,
                                const DeviceIo& device,
                                SampleSet& out) {
  const SampleSet::LabelBlock labels = extended(entry, "device", name, out);
  const auto add = [&](std::size_t family, std::uint64_t value) {
    out.add(family, labels, static_cast<double>(value));
  };
  add(cgroup_family::kFsReadBytes, device.read_bytes);
  add(cgroup_family::kFsWriteBytes, device.write_bytes);
  add(cgroup_family::kFsReads, device.reads);
  add(cgroup_family::kFsWrites, device.writes);
  if (device.cost) {
    out.add(cgroup_family::kIoCostUsage, labels, seconds_of_us(device.cost->usage_us));
    out.add(cgroup_family::kIoCostWait, labels, seconds_of_us(device.cost->wait_us));
    out.add(cgroup_family::kIoCostIndebt, labels, seconds_of_us(device.cost->indebt_us));
    out.add(cgroup_family::kIoCostIndelay, labels, seconds_of_us(device.cost->indelay_us));
  }
}

void SampleWriter::write_device_usage(const CgroupEntry& entry,
                                      std::string_view name,
                                      const DeviceIo& device,
                                      SampleSet& out) {
  scratch_ = entry.label_block;
  append_label(scratch_, "device", name);
  append_label(scratch_, "major", std::to_string(device.major));
  append_label(scratch_, "minor", std::to_string(device.minor));
  const std::size_t common = scratch_.size();
  const auto add = [&](std::string_view operation, std::uint64_t bytes) {
    scratch_.resize(common);
    append_label(scratch_, "operation", operation);
    out.add(cgroup_family::kBlkioUsage, out.add_labels(scratch_), static_cast<double>(bytes));
  };
  add("Read", device.read_bytes);
  add("Write", device.write_bytes);
  if (device.other_bytes) {
    add("Sync", device.other_bytes->sync);
    add("Async", device.other_bytes->async);
    add("Discard", device.other_bytes->discard);
    add("Total", device.other_bytes->total);
  }
}

void SampleWriter::write_devices(const CgroupEntry& entry,
                                 const CgroupSample& sample,
                                 SampleSet& out) {
  DeviceIo unnamed;  // of devices that are gone: one series for all
  bool has_unnamed = false;
  for (const DeviceIo& device : sample.devices) {
    const std::string_view name = devices_.name(device.major, device.minor);
    write_device_usage(entry, name, device, out);
    if (!name.empty()) {
      write_device(entry, name, device, out);
      continue;
    }
    has_unnamed = true;
    unnamed.read_bytes += device.read_bytes;
    unnamed.write_bytes += device.write_bytes;
    unnamed.reads += device.reads;
    unnamed.writes += device.writes;
  }
  if (has_unnamed) {
    write_device(entry, "", unnamed, out);
  }
}

void SampleWriter::write_interface(const CgroupEntry& entry,
                                   const InterfaceCounters& counters,
                                   SampleSet& out) {
  using namespace cgroup_family;  // NOLINT(google-build-using-namespace): enumerators only
  const SampleSet::LabelBlock labels = extended(entry, "interface", counters.name, out);
  const auto add = [&](CgroupFamily family, std::uint64_t value) {
    out.add(family, labels, static_cast<double>(value));
  };
  add(kNetworkReceiveBytes, counters.receive_bytes);
  add(kNetworkReceivePackets, counters.receive_packets);
  add(kNetworkReceiveDropped, counters.receive_dropped);
  add(kNetworkReceiveErrors, counters.receive_errors);
  add(kNetworkTransmitBytes, counters.transmit_bytes);
  add(kNetworkTransmitPackets, counters.transmit_packets);
  add(kNetworkTransmitDropped, counters.transmit_dropped);
  add(kNetworkTransmitErrors, counters.transmit_errors);
}

}  // namespace supercargo
