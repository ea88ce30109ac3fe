#include "agent/http/container_usage.h"

namespace supercargo {
namespace {

constexpr std::string_view kCpu = "container_cpu_usage_seconds_total";
constexpr std::string_view kMemory = "container_memory_working_set_bytes";

// Cuts the quoted text (its first quote is gone already) off `rest`, unescaped into `value`.
bool take_quoted(std::string_view& rest, std::string& value) {
  value.clear();
  while (!rest.empty()) {
    char c = rest.front();
    rest.remove_prefix(1);
    if (c == '"') {
      return true;
    }
    if (c == '\\') {
      if (rest.empty()) {
        return false;
      }
      c = rest.front() == 'n' ? '\n' : rest.front();
      rest.remove_prefix(1);
    }
    value += c;
  }
  return false;
}

// The container that a sample belongs to; nothing for pods, slices, sandboxes and single CPUs.
std::optional<ContainerKey> key_of(std::string_view labels) {
  std::string pod_namespace;
  std::string pod;
  std::string container;
  std::string runtime_name;
  bool one_cpu = false;
  for_each_label(labels, [&](std::string_view name, std::string_view value) {
    if (name == "namespace") {
      pod_namespace = value;
    } else if (name == "pod") {
      pod = value;
    } else if (name == "container") {
      container = value;
    } else if (name == "name") {
      runtime_name = value;
    } else if (name == "cpu") {
      one_cpu = value != "total";
    }
  });
  if (container.empty() && pod.empty()) {
    container = runtime_name;
  }
  if (one_cpu || container.empty() || container == "POD") {
    return std::nullopt;
  }
  return ContainerKey{std::move(pod_namespace), std::move(pod), std::move(container)};
}

using Usages = std::map<ContainerKey, ContainerUsage>;

void add_family(const SampleSet& set,
                std::size_t family,
                std::optional<double> ContainerUsage::*figure,
                Usages& usages) {
  for (const SampleSet::Sample& sample : set.samples(family)) {
    if (const auto key = key_of(set.label_text(sample.labels))) {
      std::optional<double>& sum = usages[*key].*figure;
      sum = sum.value_or(0) + sample.value;
    }
  }
}

}  // namespace

bool for_each_label(std::string_view block,
                    const std::function<void(std::string_view, std::string_view)>& take) {
  std::string value;
  while (!block.empty()) {
    const std::size_t equals = block.find("=\"");
    if (equals == std::string_view::npos || equals == 0) {
      return false;
    }
    const std::string_view name = block.substr(0, equals);
    block.remove_prefix(equals + 2);
    if (!take_quoted(block, value)) {
      return false;
    }
    take(name, value);
    if (!block.empty()) {
      if (block.front() != ',') {
        return false;
      }
      block.remove_prefix(1);
    }
  }
  return true;
}

std::map<ContainerKey, ContainerUsage> container_usage(std::span<const SampleSet* const> sets) {
  Usages result;
  for (const SampleSet* set : sets) {
    for (std::size_t family = 0; family < set->families().size(); ++family) {
      const std::string_view name = set->families()[family].name;
      if (name == kCpu) {
        add_family(*set, family, &ContainerUsage::cpu_seconds, result);
      } else if (name == kMemory) {
        add_family(*set, family, &ContainerUsage::memory_bytes, result);
      }
    }
  }
  return result;
}

}  // namespace supercargo
