// The samples of one pass of one collector, without strings: values beside the number of a label
// block.
//
// Owned and filled by the collect thread, then rendered by exporters/prometheus. Label blocks are
// text that is already rendered and escaped (`id="/",name=""`), made once per container or device
// and shared by all families. add() is the hot path of a scrape (20,000 samples): it only appends
// to a vector that keeps its capacity between passes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "agent/base/metric_desc.h"

namespace supercargo {

// Appends `name="value"`, a comma before it unless `out` is empty; escapes \ " and line ends as
// both text formats do. Bytes that are no UTF-8 become U+FFFD: one would cost the whole scrape.
void append_label(std::string& out, std::string_view name, std::string_view value);

// `text` with '_' for each character that the names of labels cannot have.
[[nodiscard]] std::string label_name_of(std::string_view text);

class SampleSet {
 public:
  using LabelBlock = std::uint32_t;
  static constexpr LabelBlock kNoLabels = 0;

  struct Sample {
    LabelBlock labels;
    double value;
  };

  explicit SampleSet(std::span<const MetricDesc> families);

  // Empties it for the next pass; capacity stays.
  void clear();

  // Keeps a rendered block; the number is valid until clear().
  LabelBlock add_labels(std::string_view rendered);

  // Renders and keeps a block: {"cpu", "0"}, {"mode", "idle"}.
  LabelBlock add_labels(
      std::initializer_list<std::pair<std::string_view, std::string_view>> labels);

  // A family that families() does not name, because its name is known only when it is read (text
  // files, what a kernel module counts): its number for add(), valid until clear(). A second time
  // the number is the same and the rest is ignored. A label block of a histogram or summary begins
  // with the suffix of the sample's name and has its braces: `_bucket{le="1"}`.
  std::size_t add_family(std::string_view name, std::string_view help, MetricKind kind);

  // Requires: family < families().size() or from add_family since the last clear(), likewise labels
  // from add_labels, or kNoLabels.
  void add(std::size_t family, LabelBlock labels, double value) {
    samples_[family].push_back({labels, value});
  }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept { return families_; }

  // Those of add_family, whose samples come after the others': samples(families().size() + i).
  [[nodiscard]] std::span<const MetricDesc> late_families() const noexcept { return late_; }

  [[nodiscard]] std::span<const Sample> samples(std::size_t family) const noexcept {
    return samples_[family];
  }

  // Blocks so far, kNoLabels among them.
  [[nodiscard]] std::size_t label_count() const noexcept { return label_ends_.size(); }

  [[nodiscard]] std::string_view label_text(LabelBlock labels) const noexcept;

 private:
  std::span<const MetricDesc> families_;
  std::vector<std::vector<Sample>> samples_;
  std::vector<MetricDesc> late_;
  std::deque<std::string> late_texts_;  // names and help: a deque does not move them
  std::unordered_map<std::string_view, std::size_t> late_numbers_;
  std::string label_text_;
  std::vector<std::size_t> label_ends_;  // block n ends at [n] and begins where n-1 ends
  std::string scratch_;
};

}  // namespace supercargo
