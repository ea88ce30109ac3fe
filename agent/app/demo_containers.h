// The made-up containers of the demo: who they are, how often something happens in them, and what
// they say then.
//
// A constant table and pure functions of a random generator. Any thread.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/pipeline/record.h"

namespace supercargo {

struct DemoLine {
  Stream stream = Stream::kStdout;
  std::string text;
};

struct DemoContainer {
  std::string_view pod_namespace;
  std::string_view pod;
  std::string_view pod_uid;
  std::string_view container;
  std::string_view container_id;  // 64 hex digits
  std::int64_t period_ns;         // one event each
  void (*event)(std::mt19937_64& random, std::vector<DemoLine>& lines);
};

[[nodiscard]] std::span<const DemoContainer> demo_containers();

}  // namespace supercargo
