// Families that are named after the fields of a kernel file (meminfo, vmstat, netstat, sockstat).
//
// Owned by one collector, whose constructor adds first the fields it documents and then those that
// this kernel has besides (they do not change while it runs); afterwards read by the collect
// thread.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "agent/base/metric_desc.h"
#include "agent/base/sample_set.h"

namespace supercargo {

class FieldFamilies {
 public:
  // `prefix` is what stands before the field in a family's name, and outlives this.
  explicit FieldFamilies(std::string_view prefix) : prefix_(prefix) {}

  FieldFamilies(const FieldFamilies&) = delete;
  FieldFamilies& operator=(const FieldFamilies&) = delete;
  ~FieldFamilies() = default;

  // Adds the family of a field unless it is there. A field that cannot be part of a metric's name
  // is left out. `labels` outlives this.
  void add(std::string_view field,
           std::string_view help,
           MetricKind kind,
           std::span<const std::string_view> labels = {});

  [[nodiscard]] std::optional<std::size_t> index(std::string_view field) const;

  // The family of a field that may have come after the constructor: a late one of `out` then, which
  // was made for families(). Nothing when the field cannot be part of a metric's name.
  [[nodiscard]] std::optional<std::size_t> index_or_late(std::string_view field,
                                                         std::string_view help,
                                                         MetricKind kind,
                                                         SampleSet& out) const;

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept { return families_; }

 private:
  std::string_view prefix_;
  std::vector<MetricDesc> families_;
  std::deque<std::string> texts_;  // names and help: a deque does not move them
  std::unordered_map<std::string_view, std::size_t> index_;
};

}  // namespace supercargo
