#include "agent/app/demo_containers.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace supercargo {
namespace {

const DemoContainer& container(std::string_view name) {
  const auto all = demo_containers();
  return *std::find_if(
      all.begin(), all.end(), [&](const DemoContainer& it) { return it.container == name; });
}

std::vector<DemoLine> events(std::string_view name, int count) {
  std::mt19937_64 random(1);
  std::vector<DemoLine> lines;
  for (int i = 0; i < count; ++i) {
    container(name).event(random, lines);
  }
  return lines;
}

TEST(DemoContainers, HaveNamesThatTheirPathsCanCarry) {
  std::set<std::string_view> ids;
  for (const DemoContainer& it : demo_containers()) {
    EXPECT_EQ(it.container_id.size(), 64U) << it.container;
    EXPECT_EQ(it.container_id.find_first_not_of("0123456789abcdef"), std::string_view::npos);
    EXPECT_EQ(it.pod_uid.size(), 36U) << it.container;
    for (const std::string_view name : {it.pod_namespace, it.pod, it.container}) {
      EXPECT_EQ(name.find_first_of("_/"), std::string_view::npos) << name;
    }
    ids.insert(it.container_id);
    ids.insert(it.pod_uid);
  }
  EXPECT_EQ(ids.size(), 2 * demo_containers().size());
}

TEST(DemoContainers, NeverPutALineEndIntoALine) {
  for (const DemoContainer& it : demo_containers()) {
    for (const DemoLine& line : events(it.container, 200)) {
      EXPECT_EQ(line.text.find('\n'), std::string::npos) << line.text;
    }
  }
}

TEST(DemoContainers, CartWritesOneJsonObjectALine) {
  for (const DemoLine& line : events("cart", 100)) {
    const auto object = nlohmann::json::parse(line.text);
    EXPECT_EQ(object["level"], "info");
    EXPECT_TRUE(object["duration_ms"].is_number()) << line.text;
  }
}

TEST(DemoContainers, PaymentWritesStackTracesOnStderr) {
  const std::vector<DemoLine> lines = events("payment", 50);
  const auto frames = std::count_if(lines.begin(), lines.end(), [](const DemoLine& line) {
    return line.stream == Stream::kStderr && line.text.starts_with("\tat ");
  });
  EXPECT_GT(frames, 0);
  EXPECT_EQ(frames % 3, 0);
}

TEST(DemoContainers, ReportWritesLinesLongerThanOnePiece) {
  EXPECT_EQ(events("report", 1).at(0).text.size(), 20'000U);
}

TEST(DemoContainers, WebUsesBothStreams) {
  std::set<Stream> streams;
  for (const DemoLine& line : events("nginx", 500)) {
    streams.insert(line.stream);
  }
  EXPECT_EQ(streams.size(), kStreamCount);
}

}  // namespace
}  // namespace supercargo
