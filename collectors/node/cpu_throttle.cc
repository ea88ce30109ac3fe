#include "collectors/node/cpu_throttle.h"

#include <algorithm>
#include <set>
#include <utility>

#include "agent/base/text.h"
#include "collectors/node/attributes.h"

namespace supercargo {
namespace {

enum Family : std::size_t { kCore, kPackage, kIsolated };

constexpr std::uint32_t kMostCpus = 1 << 16;  // far above what any kernel can have

}  // namespace

std::vector<std::uint32_t> parse_isolated_cpus(std::string_view text) {
  std::vector<std::uint32_t> out;
  text = trim(text);
  while (!text.empty()) {
    std::string_view part = take_until(text, ',');
    const auto first = parse_number<std::uint32_t>(take_until(part, '-'));
    const auto last = part.empty() ? first : parse_number<std::uint32_t>(part);
    if (!first || !last || *last >= kMostCpus) {
      continue;
    }
    for (std::uint32_t cpu = *first; cpu <= *last && out.size() < kMostCpus; ++cpu) {
      out.push_back(cpu);
    }
  }
  return out;
}

CpuThrottle::CpuThrottle(const HostPaths& host, std::size_t first_family)
    : first_family_(first_family) {
  const std::string root = host.sys + "/devices/system/cpu";
  AttributeReader reader;
  isolated_ = parse_isolated_cpus(reader.text_or_empty(root, "isolated"));
  std::set<std::pair<std::string, std::string>> cores;
  std::set<std::string> packages;
  for (const std::string& cpu : list_numbered(root, "cpu")) {
    const std::string directory = path_in(root, cpu);
    const std::string package(reader.text_or_empty(directory, "topology/physical_package_id"));
    const std::string core(reader.text_or_empty(directory, "topology/core_id"));
    if (package.empty() || core.empty()) {
      continue;
    }
    const std::string counts = directory + "/thermal_throttle/";
    if (cores.emplace(package, core).second) {
      std::string labels;
      append_label(labels, "core", core);
      append_label(labels, "package", package);
      add_counter(first_family_ + kCore, std::move(labels), counts + "core_throttle_count");
    }
    if (packages.insert(package).second) {
      std::string labels;
      append_label(labels, "package", package);
      add_counter(first_family_ + kPackage, std::move(labels), counts + "package_throttle_count");
    }
  }
}

void CpuThrottle::add_counter(std::size_t family, std::string labels, std::string path) {
  KernelFile file(std::move(path));
  if (read_number(file)) {
    counters_.push_back({family, std::move(labels), std::move(file)});
  }
}

void CpuThrottle::add_samples(SampleSet& out) {
  for (Counter& counter : counters_) {
    if (const Result<std::uint64_t> value = read_number(counter.file)) {
      out.add(counter.family, out.add_labels(counter.labels), static_cast<double>(*value));
    }
  }
  for (const std::uint32_t cpu : isolated_) {
    out.add(first_family_ + kIsolated, out.add_labels({{"cpu", std::to_string(cpu)}}), 1);
  }
}

}  // namespace supercargo
