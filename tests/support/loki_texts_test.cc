#include "tests/support/loki_texts.h"

#include <gtest/gtest.h>

namespace supercargo::test {
namespace {

constexpr std::int64_t kTime = 1'700'000'000 * kNanosecondsPerSecond;

TEST(LokiTexts, WritesTimesAsGo) {
  EXPECT_EQ(go_time(kTime), "2023-11-14 22:13:20 +0000 UTC");
  EXPECT_EQ(go_time(kTime + 120'000'000), "2023-11-14 22:13:20.12 +0000 UTC");
  EXPECT_EQ(go_time(kTime + 1), "2023-11-14 22:13:20.000000001 +0000 UTC");
  EXPECT_EQ(go_time(-1), "1969-12-31 23:59:59.999999999 +0000 UTC");
  EXPECT_EQ(go_rfc3339(kTime + 999'999'999), "2023-11-14T22:13:20Z");
  EXPECT_EQ(go_rfc3339(-1), "1969-12-31T23:59:59Z");
}

TEST(LokiTexts, WritesSizesInTheLargestUnitThatDividesThem) {
  EXPECT_EQ(go_byte_size(0), "0B");
  EXPECT_EQ(go_byte_size(1'000), "1000B");
  EXPECT_EQ(go_byte_size(3 << 20), "3MB");
  EXPECT_EQ(go_byte_size((3 << 20) + 1024), "3073KB");
  EXPECT_EQ(go_byte_size((3 << 20) + 1), "3145729B");
  EXPECT_EQ(go_byte_size(std::uint64_t{5} << 30), "5GB");
}

TEST(LokiTexts, QuotesAsGo) {
  EXPECT_EQ(go_quote("a \"b\"\\\n\t\x01\x7F \xC3\xA9"), R"("a \"b\"\\\n\t\x01\x7f é")");
}

TEST(LokiTexts, WritesLabelsSorted) {
  EXPECT_EQ(labels_text({{"pod", "a,b}"}, {"app", "\"x\""}}), R"({app="\"x\"", pod="a,b}"})");
  EXPECT_EQ(labels_text({}), "{}");
}

TEST(LokiTexts, AddsAServiceNameFromTheFirstLabelThatHasOne) {
  using Labels = LabelPairs;
  EXPECT_EQ(discover_service_name({{"container", "c"}, {"app", "a"}}),
            (Labels{{"container", "c"}, {"app", "a"}, {"service_name", "a"}}));
  EXPECT_EQ(discover_service_name({{"pod", "p"}}),
            (Labels{{"pod", "p"}, {"service_name", "unknown_service"}}));
  EXPECT_EQ(discover_service_name({{"service_name", "own"}}), (Labels{{"service_name", "own"}}));
}

}  // namespace
}  // namespace supercargo::test
