#include "exporters/prometheus/exposition.h"

#include <algorithm>
#include <utility>

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
  slots_.push_back(slot);
}

void Exposition::add(MetricGroup group, const SampleSet& samples) {
  add_parts(group, samples, nullptr);
}

void Exposition::add_parts(MetricGroup group,
                           const SampleSet& samples,
                           const std::shared_ptr<const CollectorSlot>& slot) {
  std::size_t index = 0;
  for (const MetricDesc& desc : samples.families()) {
    names_.insert(desc.name);
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

// supercargo_*: the agent's own metrics are not all in the tables of collectors.
std::vector<std::size_t> Exposition::late_families(const CollectorSlot& slot, Names& taken) const {
  std::vector<std::size_t> out;
  const std::span<const MetricDesc> late = slot.samples.late_families();
  for (std::size_t i = 0; i < late.size(); ++i) {
    const std::string_view name = late[i].name;
    if (!names_.contains(name) && !name.starts_with("supercargo_") && taken.insert(name).second) {
      out.push_back(i);
    }
  }
  return out;
}

std::size_t Exposition::left_out(const CollectorSlot& slot) const {
  Names taken;
  for (const auto& other : slots_) {
    if (!other->has_samples()) {
      continue;
    }
    const std::size_t shown = late_families(*other, taken).size();
    if (other.get() == &slot) {
      return slot.samples.late_families().size() - shown;
    }
  }
  return 0;
}

void Exposition::render_late(Endpoint endpoint, TextWriter& writer) const {
  Names taken;
  for (const auto& slot : slots_) {
    if (!slot->has_samples()) {
      continue;
    }
    for (const std::size_t i : late_families(*slot, taken)) {
      const MetricDesc& desc = slot->samples.late_families()[i];
      if (endpoint_has(endpoint, slot->group) && mode_shows(mode_, desc.name)) {
        writer.begin_family(desc);
        writer.add(slot->samples, slot->samples.families().size() + i);
      }
    }
  }
}

void Exposition::render(Endpoint endpoint,
                        ExpositionFormat format,
                        std::span<const prometheus::MetricFamily> self_metrics,
                        std::string& out,
                        TextWriter::Drain drain) const {
  TextWriter writer(out, format, std::move(drain));
  for (const Family& family : families_) {
    writer.begin_family(family.desc);
    for (const Part& part : family.parts) {
      const bool valid = part.slot == nullptr || part.slot->has_samples();
      if (valid && endpoint_has(endpoint, part.group)) {
        writer.add(*part.samples, part.family);
      }
    }
  }
  render_late(endpoint, writer);
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
