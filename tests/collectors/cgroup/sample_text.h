// What a SampleSet holds, as text and by name, for expectations. One thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/sample_set.h"

namespace supercargo::test {

// `name{labels} value`, in the order of the families and as they were added.
[[nodiscard]] std::vector<std::string> sample_lines(const SampleSet& set);

// The values of one family by their label text. A series that is there twice fails the test.
[[nodiscard]] std::map<std::string, double> values_of(const SampleSet& set, std::string_view name);

}  // namespace supercargo::test
