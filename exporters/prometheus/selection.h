// Which families and series are exposed, by the configuration alone: mode, profile, and the user's
// patterns over names and labels.
//
// A value without state of its own, copied cheaply; any thread. RE2 runs in linear time, so that no
// pattern can stall a scrape.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"

namespace supercargo {

// kReplace shows the same families as kAll; the difference is in the scrape's job labels.
// kComplement: only supercargo_*. kNone: nothing.
enum class MetricsMode : std::uint8_t { kAll, kReplace, kComplement, kNone };

// Each shows what the ones before it show, too. kDefault: what the originals expose by default.
enum class MetricsProfile : std::uint8_t { kMinimal, kDefault, kFull };

[[nodiscard]] std::optional<MetricsMode> parse_metrics_mode(std::string_view name);
[[nodiscard]] std::optional<MetricsProfile> parse_metrics_profile(std::string_view name);

[[nodiscard]] bool mode_shows(MetricsMode mode, std::string_view family_name);

// The smallest profile that has the family. What is neither a container's, the machine's nor the
// node's is in all: it is the agent's own account, or was asked for.
[[nodiscard]] MetricsProfile profile_of(std::string_view family_name);
[[nodiscard]] std::string_view profile_name(MetricsProfile profile);

struct SelectionOptions {
  MetricsMode mode = MetricsMode::kAll;
  MetricsProfile profile = MetricsProfile::kDefault;
  // Families that were asked for by themselves: no profile hides them.
  std::vector<std::string> asked_families{};
  // RE2 over whole names; an empty list of those that are included includes all.
  std::vector<std::string> include_families{};
  std::vector<std::string> exclude_families{};
  // Patterns over whole values by label. A series that lacks the label is not concerned.
  std::map<std::string, std::string> include_labels{};
  std::map<std::string, std::string> exclude_labels{};
  std::uint64_t max_series = 0;  // 0: no limit
};

class Selection {
 public:
  enum class Cause : std::uint8_t { kProfile, kFamilies, kLabels, kMaxSeries };

  // Everything that the mode shows.
  // NOLINTNEXTLINE(google-explicit-constructor): a mode alone is a selection
  Selection(MetricsMode mode);

  // kConfig when RE2 refuses a pattern.
  [[nodiscard]] static Result<Selection> create(const SelectionOptions& options);

  // Whether the family is exposed: nothing hides it, neither the mode nor the rest.
  [[nodiscard]] bool shows(std::string_view family) const;

  // Why it is not, in a mode that has it.
  [[nodiscard]] std::optional<Cause> hides(std::string_view family) const;

  [[nodiscard]] bool mode_has(std::string_view family) const { return mode_shows(mode_, family); }

  [[nodiscard]] bool has_label_rules() const;

  // `labels` as SampleSet renders them.
  [[nodiscard]] bool shows_series(std::string_view labels) const;

  [[nodiscard]] std::uint64_t max_series() const { return max_series_; }

 private:
  struct Patterns;

  MetricsMode mode_;
  MetricsProfile profile_ = MetricsProfile::kFull;
  std::uint64_t max_series_ = 0;
  std::shared_ptr<const Patterns> patterns_;  // never null
};

[[nodiscard]] std::string_view cause_name(Selection::Cause cause);

}  // namespace supercargo
