#include "collectors/node/text_metrics.h"

#include <cmath>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

std::string error_of(std::string_view text) {
  const auto families = parse_text_metrics(text);
  return families ? "none" : families.error().message;
}

TEST(ParseTextMetrics, ReadsFamiliesWithHelpAndType) {
  const auto families = parse_text_metrics(
      "# a comment\n"
      "# HELP backup_bytes Size of the\\nlast \\\\backup\\t.\n"
      "# TYPE backup_bytes gauge\n"
      "backup_bytes{target=\"s3\"} 1.5e9\n"
      "\n"
      "  backup_bytes 2\n"
      "plain +3\n");
  ASSERT_TRUE(families);
  ASSERT_EQ(families->size(), 2U);
  EXPECT_EQ((*families)[0].name, "backup_bytes");
  EXPECT_EQ((*families)[0].help, "Size of the\nlast \\backup\\t.");
  EXPECT_EQ((*families)[0].kind, MetricKind::kGauge);
  ASSERT_EQ((*families)[0].samples.size(), 2U);
  EXPECT_EQ((*families)[0].samples[0].labels, "target=\"s3\"");
  EXPECT_EQ((*families)[0].samples[0].value, 1.5e9);
  EXPECT_EQ((*families)[0].samples[1].labels, "");
  EXPECT_EQ((*families)[1].help, std::nullopt);
  EXPECT_EQ((*families)[1].kind, MetricKind::kUntyped);
  EXPECT_EQ((*families)[1].samples[0].value, 3);
}

TEST(ParseTextMetrics, KeepsTheSuffixesOfHistogramsAndSummaries) {
  const auto families = parse_text_metrics(
      "# TYPE h histogram\n"
      "h_bucket{le=\"1\",a=\"x\"} 1\n"
      "h_sum 2\n"
      "# TYPE s summary\n"
      "s{quantile=\"0.5\"} 3\n"
      "s_count 4\n"
      "s_bucket 5\n"
      "other_count 6\n");
  ASSERT_TRUE(families);
  ASSERT_EQ(families->size(), 4U);
  EXPECT_EQ((*families)[0].samples[0].labels, "_bucket{a=\"x\",le=\"1\"}");
  EXPECT_EQ((*families)[0].samples[1].labels, "_sum");
  EXPECT_EQ((*families)[1].samples[0].labels, "{quantile=\"0.5\"}");
  EXPECT_EQ((*families)[1].samples[1].labels, "_count");
  EXPECT_EQ((*families)[2].name, "s_bucket");
  EXPECT_EQ((*families)[3].name, "other_count");
}

TEST(ParseTextMetrics, LeavesOutFamiliesWithoutSamples) {
  const auto families = parse_text_metrics("# HELP a A.\n# TYPE b gauge\n");
  ASSERT_TRUE(families);
  EXPECT_TRUE(families->empty());
  EXPECT_TRUE(parse_text_metrics("")->empty());
}

TEST(ParseTextMetrics, RefusesWhatItsFormatDoesNotHave) {
  EXPECT_EQ(error_of("a 1\nb 2"), "line 2: no end of line: is the file still being written?");
  EXPECT_EQ(error_of("a 1 1700000000000\n"), "line 1: time stamps are not supported");
  EXPECT_EQ(error_of("# TYPE a enum\n"), "line 1: unknown type");
  EXPECT_EQ(error_of("a 1\n# TYPE a gauge\n"), "line 2: TYPE after samples");
  EXPECT_EQ(error_of("# TYPE a gauge\n# TYPE a gauge\n"), "line 2: second TYPE of a metric");
  EXPECT_EQ(error_of("# HELP a x\n# HELP a x\n"), "line 2: second HELP of a metric");
  EXPECT_EQ(error_of("# HELP 1 x\n"), "line 1: HELP or TYPE without a metric's name");
  EXPECT_EQ(error_of("# HELP a \xff\n"), "line 1: HELP that is no UTF-8");
}

}  // namespace
}  // namespace supercargo
