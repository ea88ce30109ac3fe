#include "exporters/loki/chosen_labels.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace supercargo {
namespace {

constexpr std::string_view kServiceName = "service_name";

// From which Loki makes a service_name by default (discover_service_name).
constexpr std::array<std::string_view, 14> kServiceSources{"service_name",
                                                           "service",
                                                           "app",
                                                           "application",
                                                           "app_name",
                                                           "name",
                                                           "app_kubernetes_io_name",
                                                           "container",
                                                           "container_name",
                                                           "k8s_container_name",
                                                           "component",
                                                           "workload",
                                                           "job",
                                                           "k8s_job_name"};

bool stands_before(const StreamLabel& a, const StreamLabel& b) {
  return a.name < b.name;
}

bool tells_less(const StreamLabel& a, const StreamLabel& b) {
  return a.rank < b.rank || (a.rank == b.rank && a.name > b.name);
}

void demote(std::vector<StreamLabel>::iterator label, ChosenLabels& chosen) {
  chosen.demoted.push_back(std::move(*label));
  chosen.kept.erase(label);
}

bool tells_service(const StreamLabel& label) {
  return std::find(kServiceSources.begin(), kServiceSources.end(), label.name) !=
         kServiceSources.end();
}

void add_service_name(std::vector<StreamLabel>& kept) {
  if (std::none_of(kept.begin(), kept.end(), tells_service)) {
    const auto most = std::max_element(kept.begin(), kept.end(), tells_less);
    kept.push_back({std::string(kServiceName), most->value, LabelRank::kStatic});
  }
}

}  // namespace

ChosenLabels choose_labels(std::vector<StreamLabel> labels,
                           const LabelBounds& bounds,
                           StreamLabel last_resort) {
  ChosenLabels chosen;
  for (StreamLabel& label : labels) {
    const bool fits = bounds.fits(label.name.size(), label.value.size());
    (fits ? chosen.kept : chosen.demoted).push_back(std::move(label));
  }
  while (bounds.names > 0 && chosen.kept.size() > bounds.names) {
    demote(std::min_element(chosen.kept.begin(), chosen.kept.end(), tells_less), chosen);
  }
  if (chosen.kept.empty()) {
    std::erase_if(chosen.demoted,
                  [&](const StreamLabel& label) { return label.name == last_resort.name; });
    chosen.kept.push_back(std::move(last_resort));
  }
  if (bounds.service_name) {
    add_service_name(chosen.kept);
  }
  std::sort(chosen.kept.begin(), chosen.kept.end(), stands_before);
  std::sort(chosen.demoted.begin(), chosen.demoted.end(), stands_before);
  return chosen;
}

LabelShape shape_of(const ChosenLabels& labels, const LabelBounds& bounds) {
  LabelShape shape;
  shape.bounds = bounds;
  shape.demoted = !labels.demoted.empty();
  for (const StreamLabel& label : labels.kept) {
    // Loki does not count what it would else add itself.
    shape.tells_service = shape.tells_service || tells_service(label);
    shape.names += label.name == kServiceName ? 0U : 1U;
    shape.name_bytes = std::max(shape.name_bytes, static_cast<std::uint32_t>(label.name.size()));
    shape.value_bytes = std::max(shape.value_bytes, static_cast<std::uint32_t>(label.value.size()));
  }
  return shape;
}

}  // namespace supercargo
