#include "exporters/loki/entry_times.h"

#include <initializer_list>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

EntryTimes times_of(std::initializer_list<std::int64_t> all) {
  EntryTimes times;
  for (const std::int64_t time_ns : all) {
    times.add(time_ns);
  }
  return times;
}

TEST(EntryTimes, LinesThatAscendAreNotBehind) {
  const EntryTimes times = times_of({5, 8, 8, 900});
  EXPECT_EQ(times.oldest_ns, 5);
  EXPECT_EQ(times.newest_ns, 900);
  EXPECT_EQ(times.behind_ns, 0U);
  EXPECT_EQ(times.behind(4), 0U);
  EXPECT_EQ(times.behind(7), 2U);
}

TEST(EntryTimes, ALineIsBehindTheNewestOfThoseBeforeIt) {
  const EntryTimes times = times_of({10, 4, 30, 25});
  EXPECT_EQ(times.behind_ns, 6U);
  EXPECT_EQ(times.behind(0), 6U);
  EXPECT_EQ(times.behind(40), 36U);
}

TEST(EntryTimes, WhatIsAppendedIsBehindWhatStandsBeforeIt) {
  EntryTimes times = times_of({10, 20});
  times.append(times_of({12, 50}));
  EXPECT_EQ(times.behind_ns, 8U);
  times.append(EntryTimes{});
  EXPECT_EQ(times.behind_ns, 8U);
  EXPECT_EQ(times.newest_ns, 50);
  EXPECT_EQ(EntryTimes{}.behind(50), 0U);
}

TEST(EntryTimes, TheFarEndsOfTimeHaveADistance) {
  constexpr std::int64_t kFirst = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(times_of({kLast, kFirst}).behind_ns, std::numeric_limits<std::uint64_t>::max());
}

}  // namespace
}  // namespace supercargo
