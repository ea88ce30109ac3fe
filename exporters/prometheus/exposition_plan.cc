// What the rules over labels and the limit on series leave out, and how much that is.
#include <algorithm>

#include "exporters/prometheus/exposition.h"

namespace supercargo {
namespace {

std::uint64_t count_kept(std::span<const SampleSet::Sample> samples,
                         const std::vector<bool>* kept) {
  if (kept == nullptr) {
    return samples.size();
  }
  return static_cast<std::uint64_t>(
      std::count_if(samples.begin(), samples.end(), [kept](const SampleSet::Sample& sample) {
        return (*kept)[sample.labels];
      }));
}

std::string rendered(const prometheus::ClientMetric& metric) {
  std::string labels;
  for (const auto& label : metric.label) {
    append_label(labels, label.name, label.value);
  }
  return labels;
}

}  // namespace

bool Exposition::is_shown(std::string_view family) const {
  return selection_.shows(family) && !budget_.leaves_out(family);
}

const std::vector<bool>* Exposition::kept(const SampleSet& samples) const {
  const auto found = kept_.find(&samples);
  return found == kept_.end() ? nullptr : &found->second;
}

// Once a block: a container's is shared by all its families.
void Exposition::apply_label_rules() {
  kept_.clear();
  if (!selection_.has_label_rules()) {
    return;
  }
  for (const auto& slot : slots_) {
    if (!slot->has_samples()) {
      continue;
    }
    const SampleSet& samples = slot->samples;
    std::vector<bool>& kept = kept_[&samples];
    kept.reserve(samples.label_count());
    for (std::size_t block = 0; block < samples.label_count(); ++block) {
      kept.push_back(
          selection_.shows_series(samples.label_text(static_cast<SampleSet::LabelBlock>(block))));
    }
  }
}

void Exposition::note(std::string_view family, Selection::Cause cause, std::uint64_t series) {
  if (series > 0) {
    noted_[{std::string(cause == Selection::Cause::kProfile ? "" : family), cause}] += series;
  }
}

void Exposition::count(const MetricDesc& desc,
                       const SampleSet& samples,
                       std::size_t family,
                       Counts& shown) {
  const auto all = samples.samples(family);
  if (all.empty() || !selection_.mode_has(desc.name)) {
    return;
  }
  if (const auto cause = selection_.hides(desc.name)) {
    note(desc.name, *cause, all.size());
    return;
  }
  const std::uint64_t kept_series = count_kept(all, kept(samples));
  note(desc.name, Selection::Cause::kLabels, all.size() - kept_series);
  shown[desc.name] += kept_series;
}

void Exposition::count_slots(Counts& shown) {
  Names taken;
  for (const auto& slot : slots_) {
    if (!slot->has_samples()) {
      continue;
    }
    const SampleSet& samples = slot->samples;
    for (std::size_t i = 0; i < samples.families().size(); ++i) {
      count(samples.families()[i], samples, i, shown);
    }
    for (const std::size_t i : late_families(*slot, taken)) {
      count(samples.late_families()[i], samples, samples.families().size() + i, shown);
    }
  }
}

// What is left of the limit beside the reports: 0 stands for none.
std::uint64_t Exposition::limit(std::uint64_t reported) const {
  const std::uint64_t all = selection_.max_series();
  const std::uint64_t told = reported + noted_.size();
  return all == 0 ? 0 : all > told ? all - told : 1;
}

void Exposition::plan(std::span<const prometheus::MetricFamily> self_metrics,
                      std::uint64_t reported) {
  noted_.clear();
  apply_label_rules();
  Counts shown;
  count_slots(shown);
  for (const prometheus::MetricFamily& family : self_metrics) {
    if (!selection_.mode_has(family.name)) {
      continue;
    }
    if (const auto cause = selection_.hides(family.name)) {
      note(family.name, *cause, family.metric.size());
      continue;
    }
    std::uint64_t kept_series = family.metric.size();
    if (selection_.has_label_rules()) {
      kept_series = static_cast<std::uint64_t>(std::count_if(
          family.metric.begin(), family.metric.end(), [this](const prometheus::ClientMetric& one) {
            return selection_.shows_series(rendered(one));
          }));
      note(family.name, Selection::Cause::kLabels, family.metric.size() - kept_series);
    }
    shown[family.name] += kept_series;
  }
  std::vector<SeriesBudget::Family> families;
  families.reserve(shown.size());
  for (const auto& [name, series] : shown) {
    families.push_back({name, series});
  }
  budget_.decide(std::move(families), limit(reported));
  series_ = 0;
  for (const auto& [name, series] : shown) {
    if (budget_.leaves_out(name)) {
      note(series > 1 ? name : std::string_view(), Selection::Cause::kMaxSeries, series);
    } else {
      series_ += series;
    }
  }
  left_out_.clear();
  for (const auto& [what, series] : noted_) {
    left_out_.push_back({what.first, what.second, series});
  }
}

}  // namespace supercargo
