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

void add_to(std::optional<double>& sum, double value) {
  sum = sum.value_or(0) + value;
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
  std::map<ContainerKey, ContainerUsage> result;
  for (const SampleSet* set : sets) {
    for (std::size_t family = 0; family < set->families().size(); ++family) {
      const std::string_view name = set->families()[family].name;
      if (name != kCpu && name != kMemory) {
        continue;
      }
      for (const SampleSet::Sample& sample : set->samples(family)) {
        if (const auto key = key_of(set->label_text(sample.labels))) {
          ContainerUsage& usage = result[*key];
          add_to(name == kCpu ? usage.cpu_seconds : usage.memory_bytes, sample.value);
        }
      }
    }
  }
  return result;
}

}  // namespace supercargo
