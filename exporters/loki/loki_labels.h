// Which labels and structured metadata a container's lines carry, and how Loki reads them.
//
// Made once from the configuration, which it checks; then a value that never changes. Any thread.
// Rendering happens once per container (loki_encoder.h keeps the result).
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/base/result.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/container_facts.h"
#include "agent/pipeline/log_place.h"
#include "agent/pipeline/record.h"
#include "exporters/loki/chosen_labels.h"
#include "exporters/loki/loki_fields.h"

namespace supercargo {

// What Loki's distributor accepts by default.
inline constexpr std::size_t kLokiMaxLabels = 15;
inline constexpr std::size_t kLokiMaxLabelNameBytes = 1024;
inline constexpr std::size_t kLokiMaxLabelValueBytes = 2048;

// `{container="web",namespace="shop"}`.
[[nodiscard]] std::string selector_of(const std::vector<StreamLabel>& labels);

class LokiLabels {
 public:
  // kConfig: a name that Loki refuses or that nothing here knows, a label that stands twice, or
  // more labels than Loki takes.
  // `place` adds its labels, where `config` has none of that name.
  [[nodiscard]] static Result<LokiLabels> create(const LokiConfig& config,
                                                 const LogPlace& place = {});

  // Without empty values, never empty. Lines that are not the container's own have their source as
  // a label, whatever is configured.
  [[nodiscard]] ChosenLabels labels(const ContainerInfo& info,
                                    Stream stream,
                                    const LabelBounds& bounds,
                                    const ContainerFacts& facts = {}) const;

  // Whether some are among a container's facts: those that were known at its first batch count.
  [[nodiscard]] bool want_facts() const;

  // Whether all of them that are to be waited for are known.
  [[nodiscard]] bool are_known(const FactSource::Answer& answer) const;

  // Whether a label or structured metadata has that name.
  [[nodiscard]] bool has_name(std::string_view name) const;

  // What is known, wanted and no label: names and values, in order.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> metadata(
      const ContainerInfo& info, const ContainerFacts& facts) const;

 private:
  struct Label {
    std::string name;
    bool is_static = false;
    std::string value;  // of a static label; of kPodLabels: by which name the facts have it
    LokiField field = LokiField::kNamespace;

    [[nodiscard]] LabelRank rank() const;
  };

  explicit LokiLabels(LogPlace place) : place_(std::move(place)) {}

  [[nodiscard]] std::string value_of(const Label& label,
                                     const ContainerInfo& info,
                                     Stream stream,
                                     const ContainerFacts& facts) const;
  void add_place();
  Status add_static(const std::string& name, const std::string& value);
  Status add_field(const std::string& name);
  Status check_labels(std::size_t most);
  Status add_metadata(const std::string& name);
  [[nodiscard]] bool has_label(std::string_view name) const;

  LogPlace place_;
  std::vector<Label> labels_;  // sorted by name
  std::vector<LokiField> metadata_;
};

}  // namespace supercargo
