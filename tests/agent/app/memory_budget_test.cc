#include "agent/app/memory_budget.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

AgentConfig config_of(std::uint64_t limit,
                      std::size_t outputs,
                      std::uint64_t batch_bytes,
                      std::uint32_t in_flight) {
  AgentConfig config;
  config.memory_limit_bytes = limit;
  for (std::size_t i = 0; i < outputs; ++i) {
    OutputConfig output;
    output.name = "output" + std::to_string(i);
    output.delivery.batch_bytes = batch_bytes;
    output.delivery.max_in_flight = in_flight;
    config.outputs.push_back(output);
  }
  return config;
}

TEST(MemoryBudget, LeavesTheDefaultsOfTwoOutputsAsTheyAre) {
  AgentConfig config = config_of(64 << 20, 2, 1 << 20, 4);
  EXPECT_TRUE(fit_into_memory_limit(config).empty());
  EXPECT_EQ(config.outputs[0].delivery.max_in_flight, 4U);
}

TEST(MemoryBudget, LowersRequestsInFlightFirst) {
  AgentConfig config = config_of(64 << 20, 1, 8 << 20, 8);
  EXPECT_EQ(fit_into_memory_limit(config), (std::vector<std::string>{"output0"}));
  EXPECT_EQ(config.outputs[0].delivery.max_in_flight, 2U);
  EXPECT_EQ(config.outputs[0].delivery.batch_bytes, 8U << 20);
}

TEST(MemoryBudget, ThenLowersTheSizeOfABatchButNotBelowALongLine) {
  AgentConfig config = config_of(48 << 20, 1, 16 << 20, 4);
  EXPECT_EQ(fit_into_memory_limit(config).size(), 1U);
  EXPECT_EQ(config.outputs[0].delivery.max_in_flight, 1U);
  EXPECT_LE(config.outputs[0].delivery.batch_bytes * 3, 16U << 20);

  AgentConfig tiny = config_of(1 << 20, 1, 1 << 20, 4);
  EXPECT_EQ(fit_into_memory_limit(tiny).size(), 1U);
  EXPECT_EQ(tiny.outputs[0].delivery.batch_bytes, kSmallestBatch);
}

TEST(MemoryBudget, SharesEquallyAmongOutputs) {
  AgentConfig config = config_of(64 << 20, 8, 1 << 20, 4);
  EXPECT_EQ(fit_into_memory_limit(config).size(), 8U);
  for (const OutputConfig& output : config.outputs) {
    EXPECT_LE((output.delivery.max_in_flight + 2) * output.delivery.batch_bytes, (32U << 20) / 8);
  }
}

TEST(MemoryBudget, FilesOfCgroupsThatStayOpenAreBoundedInBytes) {
  for (const std::uint64_t limit : {std::uint64_t{8} << 20, std::uint64_t{64} << 20}) {
    const KeptCgroupFiles files = kept_cgroup_files(limit);
    EXPECT_EQ((files.of_scrapes + files.of_watch) * 4096, limit);
    EXPECT_GT(files.of_scrapes, 3 * files.of_watch);
    EXPECT_GT(files.of_watch, 400U);
  }
}

}  // namespace
}  // namespace supercargo
