// Which families an endpoint shows, and in which order: the samples of all collectors put together.
//
// Owned by the Scraper, used on the collect thread. Families of the same name from several
// collectors become one, so that HELP and TYPE stand once. `metrics.mode` is a filter on families.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <prometheus/metric_family.h>

#include "exporters/prometheus/collector_runner.h"
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

// kReplace shows the same families as kAll; the difference is in the scrape's job labels.
// kComplement: only supercargo_*. kNone: nothing.
enum class MetricsMode : std::uint8_t { kAll, kReplace, kComplement, kNone };

[[nodiscard]] std::optional<MetricsMode> parse_metrics_mode(std::string_view name);

[[nodiscard]] bool mode_shows(MetricsMode mode, std::string_view family_name);

class Exposition {
 public:
  explicit Exposition(MetricsMode mode) : mode_(mode) {}

  void add(const std::shared_ptr<const CollectorSlot>& slot);

  // A set that is always valid when render is called. Requires: `samples` outlives this object.
  void add(MetricGroup group, const SampleSet& samples);

  // True when the mode shows at least one family of this collector.
  [[nodiscard]] bool shows(const Collector& collector) const;

  // How many late families of `slot` are left out, because another collector has the name. Families
  // in the tables go first, then the slots in their order.
  [[nodiscard]] std::size_t left_out(const CollectorSlot& slot) const;

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

  using Names = std::unordered_set<std::string_view>;

  // Those of `slot` that are shown; their names go into `taken`.
  [[nodiscard]] std::vector<std::size_t> late_families(const CollectorSlot& slot,
                                                       Names& taken) const;
  void render_late(Endpoint endpoint, TextWriter& writer) const;
  void add_parts(MetricGroup group,
                 const SampleSet& samples,
                 const std::shared_ptr<const CollectorSlot>& slot);

  const MetricsMode mode_;
  std::vector<Family> families_;
  Names names_;  // of families_, and of those that the mode hides
  std::vector<std::shared_ptr<const CollectorSlot>> slots_;
};

}  // namespace supercargo
