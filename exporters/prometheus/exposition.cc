#include "exporters/prometheus/exposition.h"

#include <algorithm>

namespace supercargo {

std::optional<MetricsMode> parse_metrics_mode(std::string_view name) {
  if (name == "all") {
    return MetricsMode::kAll;
  }
  if (name == "replace") {
    return MetricsMode::kReplace;
  }
  if (name == "complement") {
    return MetricsMode::kComplement;
  }
  if (name == "none") {
    return MetricsMode::kNone;
  }
  return std::nullopt;
}

bool mode_shows(MetricsMode mode, std::string_view family_name) {
  switch (mode) {
    case MetricsMode::kAll:
    case MetricsMode::kReplace:
      return true;
    case MetricsMode::kComplement:
      return family_name.starts_with("supercargo_");
    case MetricsMode::kNone:
      break;
  }
  return false;
}

void Exposition::add(const std::shared_ptr<const CollectorSlot>& slot) {
  add_parts(slot->group, slot->samples, slot);
}

void Exposition::add(MetricGroup group, const SampleSet& samples) {
  add_parts(group, samples, nullptr);
}

void Exposition::add_parts(MetricGroup group,
                           const SampleSet& samples,
                           const std::shared_ptr<const CollectorSlot>& slot) {
  std::size_t index = 0;
  for (const MetricDesc& desc : samples.families()) {
    if (mode_shows(mode_, desc.name)) {
      auto family = std::find_if(families_.begin(), families_.end(), [&](const Family& known) {
        return known.desc.name == desc.name;
      });
      if (family == families_.end()) {
        family = families_.insert(family, Family{desc, {}});
      }
      family->parts.push_back({group, &samples, index, slot});
    }
    ++index;
  }
}

bool Exposition::shows(const Collector& collector) const {
  const auto families = collector.families();
  return std::any_of(families.begin(), families.end(), [this](const MetricDesc& desc) {
    return mode_shows(mode_, desc.name);
  });
}

void Exposition::render(Endpoint endpoint,
                        ExpositionFormat format,
                        std::span<const prometheus::MetricFamily> self_metrics,
                        std::string& out) const {
  TextWriter writer(out, format);
  for (const Family& family : families_) {
    writer.begin_family(family.desc);
    for (const Part& part : family.parts) {
      const bool valid = part.slot == nullptr || part.slot->has_samples();
      if (valid && endpoint_has(endpoint, part.group)) {
        writer.add(*part.samples, part.family);
      }
    }
  }
  if (endpoint_has(endpoint, MetricGroup::kSelf)) {
    for (const prometheus::MetricFamily& family : self_metrics) {
      if (mode_shows(mode_, family.name)) {
        writer.write(family);
      }
    }
  }
  writer.finish();
}

}  // namespace supercargo
