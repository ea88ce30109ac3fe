#include "exporters/loki/loki_counters.h"

#include <array>

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 1> kLabels{"output"};
constexpr std::array<std::string_view, 2> kPostLabels{"output", "kind"};

constexpr MetricDesc kPosts{
    "supercargo_loki_posts_total",
    "Push requests sent to Loki: of one stream (alone), of several of which no ingester can refuse "
    "any (grouped), or of what a refused one held (again).",
    MetricKind::kCounter,
    kPostLabels};
constexpr MetricDesc kCut{"supercargo_loki_cut_lines_total",
                          "Lines cut to Loki's max_line_size, repeats included; their structured "
                          "metadata tells how long they were.",
                          MetricKind::kCounter,
                          kLabels};
constexpr MetricDesc kStripped{
    "supercargo_loki_stripped_lines_total",
    "Lines sent without structured metadata because Loki refused it, repeats included.",
    MetricKind::kCounter,
    kLabels};

constexpr std::array<MetricDesc, 3> kDescs{kPosts, kCut, kStripped};

}  // namespace

std::span<const MetricDesc> loki_metric_descs() {
  return kDescs;
}

LokiCounters::LokiCounters(SelfMetrics& metrics, std::string_view output)
    : posts_alone(metrics.counter(kPosts, {output, "alone"})),
      posts_grouped(metrics.counter(kPosts, {output, "grouped"})),
      posts_again(metrics.counter(kPosts, {output, "again"})),
      cut_lines(metrics.counter(kCut, {output})),
      stripped_lines(metrics.counter(kStripped, {output})) {}

}  // namespace supercargo
