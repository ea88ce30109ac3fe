#include "exporters/prometheus/exposition.h"

#include <algorithm>
#include <utility>

namespace supercargo {

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
    if (selection_.shows(desc.name)) {
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
  constexpr std::string_view kOfAnOriginal = "node_";  // as late families are
  const std::vector<bool> shown = shown_families(collector);
  return std::find(shown.begin(), shown.end(), true) != shown.end() ||
         (collector.has_late_families() && selection_.mode_has(kOfAnOriginal));
}

std::vector<bool> Exposition::shown_families(const Collector& collector) const {
  std::vector<bool> shown;
  for (const MetricDesc& desc : collector.families()) {
    shown.push_back(selection_.shows(desc.name));
  }
  return shown;
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
      if (endpoint_has(endpoint, slot->group) && is_shown(desc.name)) {
        writer.begin_family(desc);
        writer.add(slot->samples, slot->samples.families().size() + i, kept(slot->samples));
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
    if (budget_.leaves_out(family.desc.name)) {
      continue;
    }
    writer.begin_family(family.desc);
    for (const Part& part : family.parts) {
      const bool valid = part.slot == nullptr || part.slot->has_samples();
      if (valid && endpoint_has(endpoint, part.group)) {
        writer.add(*part.samples, part.family, kept(*part.samples));
      }
    }
  }
  render_late(endpoint, writer);
  if (endpoint_has(endpoint, MetricGroup::kSelf)) {
    const TextWriter::Keeps keeps = [this](std::string_view labels) {
      return selection_.shows_series(labels);
    };
    for (const prometheus::MetricFamily& family : self_metrics) {
      if (is_shown(family.name)) {
        writer.write(family, selection_.has_label_rules() ? keeps : nullptr);
      }
    }
  }
  writer.finish();
}

}  // namespace supercargo
