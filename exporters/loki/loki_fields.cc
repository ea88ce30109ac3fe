#include "exporters/loki/loki_fields.h"

#include <algorithm>
#include <array>
#include <utility>

namespace supercargo {
namespace {

using FieldName = std::pair<std::string_view, LokiField>;

constexpr std::array<FieldName, 12> kFields{{{"namespace", LokiField::kNamespace},
                                             {"pod", LokiField::kPod},
                                             {"container", LokiField::kContainer},
                                             {"node", LokiField::kNode},
                                             {"stream", LokiField::kStream},
                                             {"pod_uid", LokiField::kPodUid},
                                             {"container_id", LokiField::kContainerId},
                                             {"restart", LokiField::kRestart},
                                             {"image", LokiField::kImage},
                                             {"workload_kind", LokiField::kWorkloadKind},
                                             {"workload", LokiField::kWorkload},
                                             {"pod_labels", LokiField::kPodLabels}}};

}  // namespace

std::string_view loki_field_name(LokiField field) {
  return kFields.at(static_cast<std::size_t>(field)).first;
}

std::optional<LokiField> find_loki_field(std::string_view name) {
  const auto* found = std::find_if(kFields.begin(), kFields.end(), [name](const FieldName& field) {
    return field.first == name;
  });
  return found == kFields.end() ? std::nullopt : std::optional(found->second);
}

std::string known_loki_fields(bool with_pod_labels) {
  std::string text = "expected one of";
  for (const FieldName& known : kFields) {
    if (with_pod_labels || known.second != LokiField::kPodLabels) {
      text.append(" ").append(known.first);
    }
  }
  return text;
}

LabelRank rank_of(LokiField field) {
  switch (field) {
    case LokiField::kNamespace:
      return LabelRank::kNamespace;
    case LokiField::kPod:
      return LabelRank::kPod;
    case LokiField::kContainer:
      return LabelRank::kContainer;
    case LokiField::kNode:
      return LabelRank::kNode;
    case LokiField::kStream:
      return LabelRank::kStream;
    case LokiField::kEnvironment:
      return LabelRank::kEnvironment;
    case LokiField::kWorkload:
      return LabelRank::kWorkload;
    case LokiField::kImage:
    case LokiField::kWorkloadKind:
    case LokiField::kPodLabels:
      return LabelRank::kOfPod;
    default:
      return LabelRank::kNumber;
  }
}

std::string loki_field_value(LokiField field, const ContainerInfo& info, Stream stream) {
  switch (field) {
    case LokiField::kNamespace:
      return info.pod_namespace;
    case LokiField::kPod:
      return info.pod;
    case LokiField::kContainer:
      return info.container;
    case LokiField::kNode:
      return info.node;
    case LokiField::kStream:
      return std::string(stream_name(stream));
    case LokiField::kPodUid:
      return info.pod_uid;
    case LokiField::kContainerId:
      return info.container_id;
    case LokiField::kRestart:
      break;
    default:
      return {};
  }
  // Only Kubernetes counts restarts, and only there a pod has a uid; events are of all of them.
  return info.pod_uid.empty() || !info.source.empty() ? std::string()
                                                      : std::to_string(info.restart);
}

std::string loki_field_value(LokiField field,
                             const ContainerInfo& info,
                             const ContainerFacts& facts) {
  switch (field) {
    case LokiField::kContainerId:
      return info.container_id.empty() ? facts.container_id : info.container_id;
    case LokiField::kImage:
      return facts.image;
    case LokiField::kWorkloadKind:
      return facts.workload_kind;
    case LokiField::kWorkload:
      return facts.workload;
    default:
      return loki_field_value(field, info, Stream::kStdout);
  }
}

}  // namespace supercargo
