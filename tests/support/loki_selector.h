// Reads the labels of a stream as Loki does: `{name="value",...}`, values as Go quotes them.
//
// Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/base/result.h"

namespace supercargo::test {

using LabelPairs = std::vector<std::pair<std::string, std::string>>;

// In the order of the text, with names that stand twice. kParse: not a selector.
[[nodiscard]] Result<LabelPairs> parse_selector(std::string_view text);

}  // namespace supercargo::test
