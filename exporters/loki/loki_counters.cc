#include "exporters/loki/loki_counters.h"

#include <array>

#include "agent/pipeline/pipeline_metrics.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 1> kLabels{"output"};
constexpr std::array<std::string_view, 2> kPostLabels{"output", "kind"};

constexpr std::array<std::string_view, 2> kReasonLabels{"output", "reason"};

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

constexpr MetricDesc kDemoted{
    "supercargo_loki_demoted_lines_total",
    "Lines in streams that lack some of their labels because Loki's limits on labels are tighter "
    "(max_label_names_per_series, max_label_name_length, max_label_value_length), repeats "
    "included; those labels stand in the lines' structured metadata.",
    MetricKind::kCounter,
    kLabels};

constexpr MetricDesc kUnlabelled{
    "supercargo_loki_unlabelled_containers_total",
    "Containers whose streams go without labels that are made of what the API server tells "
    "(workload, image, pod labels), since it was not known by their first lines (labels_wait).",
    MetricKind::kCounter,
    kLabels};

constexpr MetricDesc kRefused{"supercargo_loki_refused_entries_total",
                              "Lines that Loki refused, by reason, each time; most are sent again, "
                              "later or changed. What was "
                              "given up is in supercargo_log_dropped_lines_total.",
                              MetricKind::kCounter,
                              kReasonLabels};

constexpr std::array<MetricDesc, 6> kDescs{
    kPosts, kCut, kStripped, kDemoted, kUnlabelled, kRefused};

}  // namespace

std::span<const MetricDesc> loki_metric_descs() {
  return kDescs;
}

LokiCounters::LokiCounters(SelfMetrics& metrics, std::string_view output)
    : posts_alone(metrics.counter(kPosts, {output, "alone"})),
      posts_grouped(metrics.counter(kPosts, {output, "grouped"})),
      posts_again(metrics.counter(kPosts, {output, "again"})),
      cut_lines(metrics.counter(kCut, {output})),
      stripped_lines(metrics.counter(kStripped, {output})),
      demoted_lines(metrics.counter(kDemoted, {output})),
      unparsed_lines(metrics.counter(pipeline_metrics::kUnparsedLines, {output})),
      unlabelled_containers(metrics.counter(kUnlabelled, {output})),
      metrics_(metrics),
      output_(output) {}

void LokiCounters::tell(LokiTally& so_far) {
  const auto add = [](prometheus::Counter& counter, std::uint64_t now, std::uint64_t before) {
    counter.Increment(static_cast<double>(now - before));
  };
  add(posts_alone, so_far.posts_alone, told_.posts_alone);
  add(posts_grouped, so_far.posts_grouped, told_.posts_grouped);
  add(posts_again, so_far.posts_again, told_.posts_again);
  add(cut_lines, so_far.cut_lines, told_.cut_lines);
  add(stripped_lines, so_far.stripped_lines, told_.stripped_lines);
  add(demoted_lines, so_far.demoted_lines, told_.demoted_lines);
  add(unlabelled_containers, so_far.unlabelled_containers, told_.unlabelled_containers);
  add(unparsed_lines, so_far.unparsed_lines, told_.unparsed_lines);
  for (const auto& [reason, entries] : so_far.refused) {
    metrics_.counter(kRefused, {output_, reason}).Increment(static_cast<double>(entries));
  }
  so_far.refused.clear();
  told_ = so_far;
}

}  // namespace supercargo
