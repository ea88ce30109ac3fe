// Kinds of causes for which Loki refuses lines: by what helps.
//
// Pure, any thread.
#pragma once

#include "exporters/loki/loki_refusal.h"

namespace supercargo {

// Without their structured metadata, or less of it, the lines may be taken.
[[nodiscard]] constexpr bool is_of_metadata(RefusalCause cause) {
  return cause == RefusalCause::kMetadataDisallowed || cause == RefusalCause::kMetadataTooLarge ||
         cause == RefusalCause::kMetadataTooMany;
}

// With fewer labels, or shorter ones.
[[nodiscard]] constexpr bool is_of_labels(RefusalCause cause) {
  return cause == RefusalCause::kLabelCount || cause == RefusalCause::kLabelName ||
         cause == RefusalCause::kLabelValue;
}

// Later.
[[nodiscard]] constexpr bool is_of_waiting(RefusalCause cause) {
  return cause == RefusalCause::kStreamRate || cause == RefusalCause::kStreamLimit;
}

}  // namespace supercargo
