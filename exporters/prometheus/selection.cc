#include "exporters/prometheus/selection.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <re2/re2.h>

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 4> kModes{"all", "replace", "complement", "none"};
constexpr std::array<std::string_view, 3> kProfiles{"minimal", "default", "full"};

template <class Enum, std::size_t Size>
std::optional<Enum> parse(const std::array<std::string_view, Size>& names, std::string_view name) {
  const auto* const found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? std::nullopt
                              : std::optional(static_cast<Enum>(found - names.begin()));
}

// Null for no patterns.
Result<std::shared_ptr<const RE2>> any_of_patterns(std::string_view key,
                                                   const std::vector<std::string>& patterns) {
  std::string text;
  for (const std::string& pattern : patterns) {
    text.append(text.empty() ? "(?:" : "|(?:").append(pattern).append(")");
  }
  if (text.empty()) {
    return std::shared_ptr<const RE2>();
  }
  auto compiled = std::make_shared<RE2>(text, RE2::Quiet);
  if (!compiled->ok()) {
    return Error{ErrorCode::kConfig, std::string(key) + ": " + compiled->error()};
  }
  return std::shared_ptr<const RE2>(std::move(compiled));
}

bool matches(const RE2& pattern, std::string_view text) {
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

// The next `name="value"` of a block, its value without escapes in `scratch` when it has some. The
// block may be that of a histogram, in braces behind a suffix.
struct LabelReader {
  std::string_view rest;
  std::string_view name{};
  std::string_view value{};
  std::string scratch{};

  explicit LabelReader(std::string_view block) : rest(block) {
    if (const std::size_t brace = block.find('{');
        brace != std::string_view::npos && brace < block.find('"')) {
      rest.remove_prefix(brace + 1);
    }
  }

  bool next() {
    const std::size_t equals = rest.find("=\"");
    if (equals == std::string_view::npos) {
      return false;
    }
    name = rest.substr(0, equals);
    rest.remove_prefix(equals + 2);
    std::size_t end = 0;
    bool escaped = false;
    while (end < rest.size() && rest[end] != '"') {
      escaped = escaped || rest[end] == '\\';
      end += rest[end] == '\\' ? 2U : 1U;
    }
    value = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (rest.starts_with(',')) {
      rest.remove_prefix(1);
    }
    if (escaped) {
      unescape();
    }
    return true;
  }

  void unescape() {
    scratch.clear();
    for (std::size_t i = 0; i < value.size(); ++i) {
      const bool pair = value[i] == '\\' && i + 1 < value.size();
      i += pair ? 1 : 0;
      scratch += pair && value[i] == 'n' ? '\n' : value[i];
    }
    value = scratch;
  }
};

}  // namespace

struct Selection::Patterns {
  using Pattern = std::shared_ptr<const RE2>;
  std::set<std::string, std::less<>> asked;
  Pattern include;
  Pattern exclude;
  std::map<std::string, Pattern, std::less<>> include_labels;
  std::map<std::string, Pattern, std::less<>> exclude_labels;
};

std::optional<MetricsMode> parse_metrics_mode(std::string_view name) {
  return parse<MetricsMode>(kModes, name);
}

std::optional<MetricsProfile> parse_metrics_profile(std::string_view name) {
  return parse<MetricsProfile>(kProfiles, name);
}

std::string_view profile_name(MetricsProfile profile) {
  return kProfiles[static_cast<std::size_t>(profile)];
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

Selection::Selection(MetricsMode mode)
    : mode_(mode), patterns_(std::make_shared<const Patterns>()) {}

Result<Selection> Selection::create(const SelectionOptions& options) {
  Selection selection(options.mode);
  selection.profile_ = options.profile;
  selection.max_series_ = options.max_series;
  auto patterns = std::make_shared<Patterns>();
  auto include = any_of_patterns("metrics.include_families", options.include_families);
  auto exclude = any_of_patterns("metrics.exclude_families", options.exclude_families);
  if (!include || !exclude) {
    return include ? exclude.error() : include.error();
  }
  patterns->asked.insert(options.asked_families.begin(), options.asked_families.end());
  patterns->include = std::move(*include);
  patterns->exclude = std::move(*exclude);
  for (const bool included : {true, false}) {
    for (const auto& [label, pattern] :
         included ? options.include_labels : options.exclude_labels) {
      auto compiled = any_of_patterns(
          included ? "metrics.include_labels" : "metrics.exclude_labels", {pattern});
      if (!compiled) {
        return std::move(compiled).error();
      }
      (included ? patterns->include_labels : patterns->exclude_labels)[label] =
          std::move(*compiled);
    }
  }
  selection.patterns_ = std::move(patterns);
  return selection;
}

std::optional<Selection::Cause> Selection::hides(std::string_view family) const {
  if (family.starts_with("supercargo_metrics_")) {
    return std::nullopt;  // what tells of the rest
  }
  if (profile_of(family) > profile_ && !patterns_->asked.contains(family)) {
    return Cause::kProfile;
  }
  const bool wanted = !patterns_->include || matches(*patterns_->include, family);
  const bool unwanted = patterns_->exclude && matches(*patterns_->exclude, family);
  return wanted && !unwanted ? std::nullopt : std::optional(Cause::kFamilies);
}

bool Selection::shows(std::string_view family) const {
  return mode_has(family) && !hides(family);
}

bool Selection::has_label_rules() const {
  return !patterns_->include_labels.empty() || !patterns_->exclude_labels.empty();
}

bool Selection::shows_series(std::string_view labels) const {
  LabelReader label(labels);
  while (label.next()) {
    if (label.value.empty()) {
      continue;  // as good as not there
    }
    const auto include = patterns_->include_labels.find(label.name);
    if (include != patterns_->include_labels.end() && include->second &&
        !matches(*include->second, label.value)) {
      return false;
    }
    const auto exclude = patterns_->exclude_labels.find(label.name);
    if (exclude != patterns_->exclude_labels.end() && exclude->second &&
        matches(*exclude->second, label.value)) {
      return false;
    }
  }
  return true;
}

std::string_view cause_name(Selection::Cause cause) {
  constexpr std::array<std::string_view, 4> kNames{"profile", "families", "labels", "max_series"};
  return kNames[static_cast<std::size_t>(cause)];
}

}  // namespace supercargo
