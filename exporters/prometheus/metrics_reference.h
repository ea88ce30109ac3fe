// METRICS.md, printed from the tables that drive the code.
//
// A pure function; agent/app prints it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "agent/base/metric_desc.h"

namespace supercargo {

struct ReferenceSection {
  std::string_view collector;  // or the part of the agent that counts
  std::span<const MetricDesc> families;
  std::string_view source;  // of those that name none themselves
};

// A heading a section and one table row a family, in the given order.
[[nodiscard]] std::string metrics_reference_markdown(std::span<const ReferenceSection> sections);

}  // namespace supercargo
