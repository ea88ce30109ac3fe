#include "agent/base/self_metrics.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <string>

namespace supercargo {
namespace {

std::map<std::string, std::string> label_map(const MetricDesc& desc,
                                             std::initializer_list<std::string_view> label_values) {
  assert(desc.labels.size() == label_values.size());
  std::map<std::string, std::string> labels;
  const std::string_view* value = label_values.begin();
  for (const std::string_view name :
       desc.labels.first(std::min(desc.labels.size(), label_values.size()))) {
    labels.emplace(name, *value++);
  }
  return labels;
}

}  // namespace

prometheus::Counter& SelfMetrics::counter(const MetricDesc& desc,
                                          std::initializer_list<std::string_view> label_values) {
  assert(desc.kind == MetricKind::kCounter);
  auto& family = prometheus::BuildCounter()
                     .Name(std::string(desc.name))
                     .Help(std::string(desc.help))
                     .Register(registry_);
  return family.Add(label_map(desc, label_values));
}

prometheus::Gauge& SelfMetrics::gauge(const MetricDesc& desc,
                                      std::initializer_list<std::string_view> label_values) {
  assert(desc.kind == MetricKind::kGauge);
  auto& family = prometheus::BuildGauge()
                     .Name(std::string(desc.name))
                     .Help(std::string(desc.help))
                     .Register(registry_);
  return family.Add(label_map(desc, label_values));
}

}  // namespace supercargo
