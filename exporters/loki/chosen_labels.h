// Which labels of a stream stand in its selector where its Loki takes fewer or shorter ones than
// there are, and which with each of its lines instead.
//
// Pure, any thread. The same labels and the same limits of a Loki always come to the same choice,
// in whatever order its refusals told the limits: what a Loki takes of it is not chosen otherwise
// when more is learned. So a line that is sent again lands in the same stream.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "exporters/loki/label_bounds.h"

namespace supercargo {

// The least telling first: in this order they are left out.
enum class LabelRank : std::uint8_t {
  kNumber,  // pod_uid, container_id, restart
  kNode,
  kStream,
  kEnvironment,
  kCluster,
  kStatic,
  kOfPod,  // what the API server tells of it
  kWorkload,
  kSource,
  kContainer,
  kPod,
  kNamespace,
};

struct StreamLabel {
  std::string name;
  std::string value;
  LabelRank rank = LabelRank::kStatic;
};

struct ChosenLabels {
  std::vector<StreamLabel> kept;     // never empty
  std::vector<StreamLabel> demoted;  // likewise by name
};

// `labels`: by name, at least one. What is too long is left out first; of the others then those of
// the least rank. `last_resort` is kept where nothing else may be.
[[nodiscard]] ChosenLabels choose_labels(std::vector<StreamLabel> labels,
                                         const LabelBounds& bounds,
                                         StreamLabel last_resort);

[[nodiscard]] LabelShape shape_of(const ChosenLabels& labels, const LabelBounds& bounds);

}  // namespace supercargo
