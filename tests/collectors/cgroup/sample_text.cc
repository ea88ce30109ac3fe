#include "tests/collectors/cgroup/sample_text.h"

#include <cstdint>
#include <cstdio>

#include <gtest/gtest.h>

namespace supercargo::test {
namespace {

std::string number(double value) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.15g", value);
  return text;
}

}  // namespace

std::vector<std::string> sample_lines(const SampleSet& set) {
  std::vector<std::string> lines;
  for (std::size_t family = 0; family < set.families().size(); ++family) {
    for (const SampleSet::Sample& sample : set.samples(family)) {
      std::string line(set.families()[family].name);
      line.append("{").append(set.label_text(sample.labels)).append("} ");
      lines.push_back(line + number(sample.value));
    }
  }
  return lines;
}

std::map<std::string, double> values_of(const SampleSet& set, std::string_view name) {
  std::map<std::string, double> values;
  bool found = false;
  for (std::size_t family = 0; family < set.families().size(); ++family) {
    if (set.families()[family].name != name) {
      continue;
    }
    found = true;
    for (const SampleSet::Sample& sample : set.samples(family)) {
      const std::string labels(set.label_text(sample.labels));
      EXPECT_TRUE(values.emplace(labels, sample.value).second) << name << labels << " twice";
    }
  }
  EXPECT_TRUE(found) << name << " is no family";
  return values;
}

}  // namespace supercargo::test
