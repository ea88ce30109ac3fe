// The facts about a container that can be a label or structured metadata, by name.
//
// Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/pipeline/container_facts.h"
#include "agent/pipeline/record.h"
#include "exporters/loki/chosen_labels.h"

namespace supercargo {

enum class LokiField : std::uint8_t {
  kNamespace,
  kPod,
  kContainer,
  kNode,
  kStream,
  kPodUid,
  kContainerId,
  kRestart,
  kImage,
  kWorkloadKind,
  kWorkload,
  kPodLabels,  // of any number, with names of their own
  // Has no name here: the configuration tells it, by the namespace.
  kEnvironment,
};

[[nodiscard]] std::string_view loki_field_name(LokiField field);
[[nodiscard]] std::optional<LokiField> find_loki_field(std::string_view name);

// "expected one of namespace pod ...": those that can be a label, or all.
[[nodiscard]] std::string known_loki_fields(bool with_pod_labels);

// Known of some containers only after their first line.
[[nodiscard]] constexpr bool may_come_late(LokiField field) {
  return field >= LokiField::kImage && field <= LokiField::kPodLabels;
}

// By which a label of it is left out, where Loki takes fewer.
[[nodiscard]] LabelRank rank_of(LokiField field);

// What was known at the container's first line.
[[nodiscard]] std::string loki_field_value(LokiField field,
                                           const ContainerInfo& info,
                                           Stream stream);

// With what came later; not of kStream and kPodLabels.
[[nodiscard]] std::string loki_field_value(LokiField field,
                                           const ContainerInfo& info,
                                           const ContainerFacts& facts);

}  // namespace supercargo
