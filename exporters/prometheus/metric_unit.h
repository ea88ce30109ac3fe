// The unit of a metric family, as METRICS.md names it.
//
// A pure function.
#pragma once

#include <string_view>

namespace supercargo {

// The unit that the name ends in (prometheus.io/docs/practices/naming) or, where an original
// exporter chose a name without one, what its values are. Empty: things are counted.
[[nodiscard]] std::string_view unit_of(std::string_view family);

}  // namespace supercargo
