#include "exporters/prometheus/negotiate.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

constexpr std::string_view kText = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view kOpenMetrics =
    "application/openmetrics-text; version=1.0.0; charset=utf-8";
constexpr std::string_view kOldOpenMetrics =
    "application/openmetrics-text; version=0.0.1; charset=utf-8";

std::string_view answer(std::string_view accept) {
  const NegotiatedFormat result = negotiate_format(accept);
  EXPECT_EQ(result.format == ExpositionFormat::kOpenMetrics,
            result.content_type.find("openmetrics") != std::string_view::npos);
  return result.content_type;
}

TEST(NegotiateFormat, GivesPrometheusItsFirstChoice) {
  EXPECT_EQ(answer("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
                   "application/openmetrics-text;version=0.0.1;q=0.4,"
                   "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
                   "text/plain;version=0.0.4;q=0.2,*/*;q=0.1"),
            kOpenMetrics);
}

TEST(NegotiateFormat, SkipsProtobuf) {
  EXPECT_EQ(answer("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
                   "encoding=delimited;q=0.5,application/openmetrics-text;version=1.0.0;q=0.4,"
                   "text/plain;version=0.0.4;q=0.2"),
            kOpenMetrics);
}

TEST(NegotiateFormat, GivesTextWhenTheClientPrefersIt) {
  EXPECT_EQ(answer("text/plain;version=0.0.4;q=0.9, application/openmetrics-text;q=0.5"), kText);
  EXPECT_EQ(answer("text/plain"), kText);
  EXPECT_EQ(answer("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), kText);
}

TEST(NegotiateFormat, GivesTextWhenNothingIsSaidOrNothingFits) {
  EXPECT_EQ(answer(""), kText);
  EXPECT_EQ(answer("*/*"), kText);
  EXPECT_EQ(answer("image/png"), kText);
  EXPECT_EQ(answer("application/openmetrics-text;version=2.0.0"), kText);
  EXPECT_EQ(answer(";;;,,,q=,=;"), kText);
}

TEST(NegotiateFormat, AnswersTheVersionAskedFor) {
  EXPECT_EQ(answer("application/openmetrics-text; version=0.0.1"), kOldOpenMetrics);
  EXPECT_EQ(answer("application/openmetrics-text; version=\"1.0.0\""), kOpenMetrics);
  EXPECT_EQ(answer("application/openmetrics-text"), kOpenMetrics);
}

TEST(NegotiateFormat, LetsTheClosestRangeDecide) {
  EXPECT_EQ(answer("text/plain;q=0, */*"), kOpenMetrics);
  EXPECT_EQ(answer("application/*;q=0.9, */*;q=0.1"), kOpenMetrics);
  EXPECT_EQ(answer("application/openmetrics-text;q=0, */*;q=0.1"), kText);
}

TEST(NegotiateFormat, IgnoresCaseAndBlanks) {
  EXPECT_EQ(answer("  Application/OpenMetrics-Text ; VERSION=1.0.0 ; Q=0.8 "), kOpenMetrics);
}

TEST(NegotiateFormat, CountsABadWeightAsNone) {
  EXPECT_EQ(answer("application/openmetrics-text;q=high, text/plain;q=0.1"), kText);
  EXPECT_EQ(answer("application/openmetrics-text;q=nan, text/plain;q=0.1"), kText);
  EXPECT_EQ(answer("application/openmetrics-text;q=-1, text/plain;q=0.1"), kText);
}

TEST(NegotiateGzip, FollowsTheHeader) {
  EXPECT_TRUE(negotiate_gzip("gzip"));
  EXPECT_TRUE(negotiate_gzip("deflate, GZIP;q=0.5"));
  EXPECT_TRUE(negotiate_gzip("x-gzip"));
  EXPECT_TRUE(negotiate_gzip("*"));
  EXPECT_TRUE(negotiate_gzip("identity;q=0.5, gzip"));
  EXPECT_FALSE(negotiate_gzip(""));
  EXPECT_FALSE(negotiate_gzip("identity"));
  EXPECT_FALSE(negotiate_gzip("gzip;q=0"));
  EXPECT_FALSE(negotiate_gzip("gzip;q=0, *"));
  EXPECT_FALSE(negotiate_gzip("gzip;q=0.1, identity;q=0.9"));
}

}  // namespace
}  // namespace supercargo
