#include "collectors/node/field_families.h"

#include <algorithm>

namespace supercargo {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

void FieldFamilies::add(std::string_view field,
                        std::string_view help,
                        MetricKind kind,
                        std::span<const std::string_view> labels) {
  if (field.empty() || index_.contains(field) || !std::ranges::all_of(field, is_name_character)) {
    return;
  }
  const std::string_view name = texts_.emplace_back(std::string(prefix_).append(field));
  index_.emplace(name.substr(prefix_.size()), families_.size());
  families_.push_back({name, texts_.emplace_back(help), kind, labels});
}

std::optional<std::size_t> FieldFamilies::index_or_late(std::string_view field,
                                                        std::string_view help,
                                                        MetricKind kind,
                                                        SampleSet& out) const {
  if (const std::optional<std::size_t> known = index(field)) {
    return known;
  }
  if (field.empty() || !std::ranges::all_of(field, is_name_character)) {
    return std::nullopt;
  }
  return out.add_family(std::string(prefix_).append(field), help, kind);
}

std::optional<std::size_t> FieldFamilies::index(std::string_view field) const {
  const auto found = index_.find(field);
  if (found == index_.end()) {
    return std::nullopt;
  }
  return found->second;
}

}  // namespace supercargo
