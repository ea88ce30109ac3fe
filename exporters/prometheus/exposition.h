// Which families an endpoint shows, and in which order: the samples of all collectors put together.
//
// Owned by the Scraper, used on the collect thread. Families of the same name from several
// collectors become one, so that HELP and TYPE stand once. What is shown of them is
// the Selection's to say, and the limit on series.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>

#include "exporters/prometheus/collector_runner.h"
#include "exporters/prometheus/selection.h"
#include "exporters/prometheus/series_budget.h"
#include "exporters/prometheus/text_writer.h"

namespace supercargo {

enum class Endpoint : std::uint8_t { kAll, kCadvisor, kNode, kSelf };
inline constexpr std::size_t kEndpointCount = 4;

[[nodiscard]] constexpr bool endpoint_has(Endpoint endpoint, MetricGroup group) {
  switch (endpoint) {
    case Endpoint::kCadvisor:
      return group == MetricGroup::kContainer;
    case Endpoint::kNode:
      return group == MetricGroup::kNode;
    case Endpoint::kSelf:
      return group == MetricGroup::kSelf;
    case Endpoint::kAll:
      break;
  }
  return true;
}

// What was left out of all that was collected. `family` is empty for all that the profile lacks.
struct LeftOutSeries {
  std::string family;
  Selection::Cause cause;
  std::uint64_t series;
};

class Exposition {
 public:
  explicit Exposition(Selection selection) : selection_(std::move(selection)) {}

  void add(const std::shared_ptr<const CollectorSlot>& slot);

  // A set that is always valid when render is called. Requires: `samples` outlives this object.
  void add(MetricGroup group, const SampleSet& samples);

  // True when the selection shows at least one family of this collector, or may show one that
  // comes late. One that it does not need not run.
  [[nodiscard]] bool shows(const Collector& collector) const;

  // Which of the collector's families the selection shows.
  [[nodiscard]] std::vector<bool> shown_families(const Collector& collector) const;

  // How many late families of `slot` are left out, because another collector has the name. Families
  // in the tables go first, then the slots in their order.
  [[nodiscard]] std::size_t left_out(const CollectorSlot& slot) const;

  // After each pass, with all that the slots have now: applies the rules over labels and the limit
  // on series, and counts. Without it everything is shown that the selection names. `reported`
  // series tell of collectors, besides those that tell what is left out: the limit holds with both.
  void plan(std::span<const prometheus::MetricFamily> self_metrics, std::uint64_t reported = 0);

  // As the last plan found them, in no special order.
  [[nodiscard]] const std::vector<LeftOutSeries>& left_out_series() const { return left_out_; }

  [[nodiscard]] std::uint64_t series() const { return series_; }

  // Appends all that `endpoint` shows; `drain` as in TextWriter. Collectors that are stuck are left
  // out.
  void render(Endpoint endpoint,
              ExpositionFormat format,
              std::span<const prometheus::MetricFamily> self_metrics,
              std::string& out,
              TextWriter::Drain drain = nullptr) const;

 private:
  struct Part {
    MetricGroup group;
    const SampleSet* samples;
    std::size_t family;
    std::shared_ptr<const CollectorSlot> slot;  // null: always valid
  };

  struct Family {
    MetricDesc desc;
    std::vector<Part> parts;
  };

  // Series by family, while they are counted.
  using Counts = std::map<std::string_view, std::uint64_t>;

  using Names = std::unordered_set<std::string_view>;

  // Those of `slot` that are shown; their names go into `taken`.
  [[nodiscard]] std::vector<std::size_t> late_families(const CollectorSlot& slot,
                                                       Names& taken) const;
  void render_late(Endpoint endpoint, TextWriter& writer) const;
  [[nodiscard]] bool is_shown(std::string_view family) const;
  [[nodiscard]] const std::vector<bool>* kept(const SampleSet& samples) const;
  void apply_label_rules();
  [[nodiscard]] std::uint64_t limit(std::uint64_t reported) const;
  void count_slots(Counts& shown);
  void count(const MetricDesc& desc, const SampleSet& samples, std::size_t family, Counts& shown);
  void note(std::string_view family, Selection::Cause cause, std::uint64_t series);
  void add_parts(MetricGroup group,
                 const SampleSet& samples,
                 const std::shared_ptr<const CollectorSlot>& slot);

  const Selection selection_;
  std::vector<Family> families_;
  Names names_;  // of families_, and of those that the mode hides
  std::vector<std::shared_ptr<const CollectorSlot>> slots_;

  // The last plan.
  SeriesBudget budget_;
  std::map<const SampleSet*, std::vector<bool>> kept_;  // by label block
  std::map<std::pair<std::string, Selection::Cause>, std::uint64_t> noted_;
  std::vector<LeftOutSeries> left_out_;
  std::uint64_t series_ = 0;
};

}  // namespace supercargo
