#include "tests/support/loki_limits.h"

#include <set>

#include <gtest/gtest.h>

namespace supercargo::test {
namespace {

TEST(LokiLimits, AreSetByName) {
  LokiLimits limits;
  EXPECT_TRUE(set_limit(limits, "max_line_bytes", "100"));
  EXPECT_EQ(limits.max_line_bytes, 100U);
  EXPECT_FALSE(set_limit(limits, "max_line_bytes", "many"));
  EXPECT_FALSE(set_limit(limits, "max_lines", "100"));
  EXPECT_EQ(limits.max_line_bytes, 100U);
}

TEST(LokiLimits, HaveOneNameEach) {
  std::set<std::string_view> names;
  LokiLimits limits;
  for (const LokiLimitField& field : loki_limit_fields()) {
    names.insert(field.name);
    limits.*field.value = 77;
  }
  EXPECT_EQ(names.size(), loki_limit_fields().size());
  EXPECT_EQ(sizeof(LokiLimits), loki_limit_fields().size() * sizeof(std::uint64_t));
  EXPECT_EQ(limits.answer_status, 77U);
}

TEST(LokiLimits, OfALokiAsItComesLimitRatesToo) {
  EXPECT_EQ(default_loki_limits().stream_rate, 3'145'728U);
  EXPECT_EQ(default_loki_limits().stream_burst, 15'728'640U);
  EXPECT_EQ(default_loki_limits().max_streams, 5'000U);
}

}  // namespace
}  // namespace supercargo::test
