#include "agent/app/demo_workload.h"

#include <filesystem>
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

const DemoOptions kOptions{/*seed=*/7,
                           /*start_unix_ns=*/1'795'358'202'000'000'000,
                           /*rotate_bytes=*/std::uint64_t{1} << 30};

constexpr std::string_view kNginx =
    "pods/shop_web-7d4b9c6f5-x2x9k_5f0c7a52-6c0e-4d3b-9a51-0d7a3c1f2b01/nginx/0.log";
constexpr std::string_view kProxy =
    "pods/kube-system_proxy-kq7hs_e5a6b7c8-4daa-4fb0-9060-9d8e7f6a5b05/proxy/0.log";

SteadyTime at(int milliseconds) {
  return SteadyTime{} + std::chrono::hours(1) + Milliseconds(milliseconds);
}

void run(DemoWorkload& demo, int until_ms, int step_ms) {
  for (int ms = 0; ms <= until_ms; ms += step_ms) {
    const Status status = demo.tick(at(ms));
    ASSERT_TRUE(status) << status.error().message;
  }
}

// Everything below `directory`, links not followed.
std::map<std::string, std::string> contents(const test::TempTree& tree) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(tree.root() / "pods")) {
    if (entry.is_regular_file()) {
      const std::string name = std::filesystem::relative(entry.path(), tree.root());
      files[name] = tree.read(name);
    }
  }
  return files;
}

// Records without the P flag: one for each line.
std::uint64_t full_records(const std::map<std::string, std::string>& files) {
  std::uint64_t count = 0;
  for (const auto& [name, text] : files) {
    std::istringstream in(text);
    for (std::string time, stream, flag, rest; in >> time >> stream >> flag;) {
      std::getline(in, rest);
      count += flag == "F" ? 1U : 0U;
    }
  }
  return count;
}

TEST(DemoWorkload, TouchesNothingBeforeTheFirstTick) {
  test::TempTree tree;
  const DemoWorkload demo(tree.root() / "pods", kOptions);
  EXPECT_TRUE(std::filesystem::is_empty(tree.root()));
  EXPECT_EQ(demo.lines_written(), 0U);
}

TEST(DemoWorkload, NamesItsContainers) {
  const DemoWorkload demo("/nowhere/pods", kOptions);
  EXPECT_THAT(demo.container_names(),
              ElementsAre("shop/web-7d4b9c6f5-x2x9k/nginx",
                          "shop/cart-0/cart",
                          "shop/payment-6c9d8f7b54-lm4qp/payment",
                          "batch/report-28541160-7xk2v/report",
                          "kube-system/proxy-kq7hs/proxy"));
}

TEST(DemoWorkload, CountsEveryLineThatStandsInItsFiles) {
  test::TempTree tree;
  DemoWorkload demo(tree.root() / "pods", kOptions);
  run(demo, /*until_ms=*/6'000, /*step_ms=*/100);
  EXPECT_GT(demo.lines_written(), 350U);
  EXPECT_EQ(full_records(contents(tree)), demo.lines_written());
}

TEST(DemoWorkload, WritesTheSameBytesForTheSameSeedAndTimes) {
  test::TempTree first;
  test::TempTree second;
  DemoWorkload one(first.root() / "pods", kOptions);
  DemoWorkload two(second.root() / "pods", kOptions);
  run(one, 3'000, 100);
  run(two, 3'000, 100);
  EXPECT_EQ(contents(first), contents(second));
}

TEST(DemoWorkload, WritesOtherBytesForAnotherSeed) {
  test::TempTree first;
  test::TempTree second;
  DemoOptions other = kOptions;
  other.seed = 8;
  DemoWorkload one(first.root() / "pods", kOptions);
  DemoWorkload two(second.root() / "pods", other);
  run(one, 100, 100);
  run(two, 100, 100);
  EXPECT_NE(first.read(kProxy), second.read(kProxy));
}

TEST(DemoWorkload, LinksItsFilesAsKubeletDoes) {
  test::TempTree tree;
  DemoWorkload demo(tree.root() / "pods", kOptions);
  run(demo, 0, 100);
  const auto link = tree.root() /
                    "containers/web-7d4b9c6f5-x2x9k_shop_nginx-"
                    "1f6e0b8c2d4a49f7a3b15c8d7e9f0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b.log";
  EXPECT_EQ(std::filesystem::read_symlink(link), tree.path(kNginx));
  EXPECT_TRUE(std::filesystem::exists(link));
}

TEST(DemoWorkload, StampsTheFirstLineWithTheStartTime) {
  test::TempTree tree;
  DemoWorkload demo(tree.root() / "pods", kOptions);
  run(demo, 0, 100);
  EXPECT_THAT(tree.read(kNginx), testing::StartsWith("2026-11-22T14:36:42Z stdout F "));
}

TEST(DemoWorkload, WritesOnlyTheLastSecondAfterALongPause) {
  test::TempTree tree;
  DemoWorkload demo(tree.root() / "pods", kOptions);
  ASSERT_TRUE(demo.tick(at(0)));
  const std::uint64_t before = demo.lines_written();
  ASSERT_TRUE(demo.tick(at(3'600'000)));
  EXPECT_GT(demo.lines_written(), before);
  EXPECT_LT(demo.lines_written() - before, 100U);
  EXPECT_THAT(tree.read(kProxy), HasSubstr("\n2026-11-22T15:36:42Z stdout F "));
}

TEST(DemoWorkload, RotatesTheNoisyContainer) {
  test::TempTree tree;
  DemoOptions options = kOptions;
  options.rotate_bytes = 8 << 10;
  DemoWorkload demo(tree.root() / "pods", options);
  run(demo, 4'000, 100);
  std::vector<std::string> names;
  for (const auto& [name, text] : contents(tree)) {
    names.push_back(name);
  }
  EXPECT_THAT(names, Contains(testing::StartsWith(std::string(kProxy) + ".20261122-1436")));
}

TEST(DemoWorkload, ReportsAnErrorAndWritesTheOtherContainers) {
  test::TempTree tree;
  tree.file("pods/shop_web-7d4b9c6f5-x2x9k_5f0c7a52-6c0e-4d3b-9a51-0d7a3c1f2b01", "in the way");
  DemoWorkload demo(tree.root() / "pods", kOptions);
  const Status status = demo.tick(at(0));
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("shop_web-7d4b9c6f5-x2x9k"));
  EXPECT_THAT(tree.read(kProxy), HasSubstr(" stdout F "));
}

}  // namespace
}  // namespace supercargo
