#include "exporters/loki/label_bounds.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "exporters/loki/selector.h"

namespace supercargo {
namespace {

constexpr std::string_view kServiceName = "service_name";

}  // namespace

LabelBounds LearnedLabels::at(SteadyTime now) const {
  LabelBounds bounds;
  const std::uint64_t told = names_.at(now);
  bounds.names = told > 0 && most_ > 0 ? std::min(told, most_) : std::max(told, most_);
  bounds.name_bytes = name_bytes_.at(now);
  bounds.value_bytes = value_bytes_.at(now);
  bounds.service_name = service_name_.at(now) > 0;
  return bounds;
}

// A Loki that adds service_name may count it, too: then its number is that of all labels it writes.
void LearnedLabels::learn_count(const LokiRefusal& refusal, SteadyTime now) {
  const std::optional<LabelPairs> told = parse_labels(refusal.stream);
  const bool counts_own =
      told && told->size() == refusal.size &&
      std::ranges::any_of(*told, [](const auto& pair) { return pair.first == kServiceName; });
  const std::uint64_t limit = refusal.limit_bytes;
  names_.learn(now, counts_own && limit > 1 ? limit - 1 : limit);
}

// What is not found in the selector was not read rightly.
void LearnedLabels::learn_length(const LokiRefusal& refusal, SteadyTime now) {
  const std::optional<LabelPairs> labels = parse_labels(refusal.stream);
  if (!labels || refusal.told.empty()) {
    return;
  }
  const bool is_name = refusal.cause == RefusalCause::kLabelName;
  bool others = false;
  bool service = false;
  for (const auto& [name, value] : *labels) {
    if ((is_name ? name : value) == refusal.told) {
      (name == kServiceName ? service : others) = true;
    }
  }
  if (!others && !service) {
    return;
  }
  (is_name ? name_bytes_ : value_bytes_).learn_least(now, refusal.told.size());
  if (!is_name && !others) {
    service_name_.learn(now, 1);
  }
}

void LearnedLabels::learn(const LokiRefusal& refusal, SteadyTime now) {
  switch (refusal.cause) {
    case RefusalCause::kLabelCount:
      learn_count(refusal, now);
      break;
    case RefusalCause::kLabelName:
    case RefusalCause::kLabelValue:
      learn_length(refusal, now);
      break;
    default:
      break;
  }
}

}  // namespace supercargo
