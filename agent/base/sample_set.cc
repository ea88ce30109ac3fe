#include "agent/base/sample_set.h"

#include <algorithm>

#include "agent/base/utf8.h"

namespace supercargo {
namespace {

void append_escaped(std::string& out, std::string_view value) {
  for (const char c : value) {
    if (c == '\\' || c == '"') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
}

}  // namespace

void append_label(std::string& out, std::string_view name, std::string_view value) {
  if (!out.empty()) {
    out += ',';
  }
  out += name;
  out += "=\"";
  if (valid_utf8_prefix(value) == value.size()) {
    append_escaped(out, value);
  } else {
    std::string valid;
    append_valid_utf8(valid, value);
    append_escaped(out, valid);
  }
  out += '"';
}

std::string label_name_of(std::string_view text) {
  std::string name(text);
  std::replace_if(
      name.begin(),
      name.end(),
      [](char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return !letter && (c < '0' || c > '9') && c != '_';
      },
      '_');
  return name;
}

SampleSet::SampleSet(std::span<const MetricDesc> families)
    : families_(families), samples_(families.size()) {
  clear();
}

void SampleSet::clear() {
  samples_.resize(families_.size());
  for (std::vector<Sample>& family : samples_) {
    family.clear();
  }
  late_.clear();
  late_numbers_.clear();
  late_texts_.clear();
  label_text_.clear();
  label_ends_.assign(1, 0);  // block 0: no labels
}

std::size_t SampleSet::add_family(std::string_view name, std::string_view help, MetricKind kind) {
  if (const auto known = late_numbers_.find(name); known != late_numbers_.end()) {
    return known->second;
  }
  const std::size_t number = samples_.size();
  samples_.emplace_back();
  const std::string_view kept = late_texts_.emplace_back(name);
  late_.push_back({kept, late_texts_.emplace_back(help), kind});
  late_numbers_.emplace(kept, number);
  return number;
}

SampleSet::LabelBlock SampleSet::add_labels(std::string_view rendered) {
  label_text_ += rendered;
  label_ends_.push_back(label_text_.size());
  return static_cast<LabelBlock>(label_ends_.size() - 1);
}

SampleSet::LabelBlock SampleSet::add_labels(
    std::initializer_list<std::pair<std::string_view, std::string_view>> labels) {
  scratch_.clear();
  for (const auto& [name, value] : labels) {
    append_label(scratch_, name, value);
  }
  return add_labels(scratch_);
}

std::string_view SampleSet::label_text(LabelBlock labels) const noexcept {
  if (labels == kNoLabels) {
    return {};
  }
  const std::size_t begin = label_ends_[labels - 1];
  return std::string_view(label_text_).substr(begin, label_ends_[labels] - begin);
}

}  // namespace supercargo
