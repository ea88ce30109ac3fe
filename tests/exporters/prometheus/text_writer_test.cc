#include "exporters/prometheus/text_writer.h"

#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "agent/base/self_metrics.h"
#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::array<MetricDesc, 5> kFamilies{{
    {"container_cpu_usage_seconds_total", "CPU time.", MetricKind::kCounter},
    {"container_memory_usage_bytes", "Say \"memory\" \\ in\nbytes.", MetricKind::kGauge},
    {"node_vmstat_oom_kill", "From /proc/vmstat.", MetricKind::kUntyped},
    {"node_forks", "", MetricKind::kCounter},
    {"never_sampled", "Left out.", MetricKind::kGauge},
}};

std::string render(const SampleSet& set, ExpositionFormat format) {
  std::string out;
  TextWriter writer(out, format);
  for (std::size_t i = 0; i < set.families().size(); ++i) {
    writer.begin_family(set.families()[i]);
    writer.add(set, i);
  }
  writer.finish();
  return out;
}

SampleSet example() {
  SampleSet set(kFamilies);
  const auto web = set.add_labels({{"pod", "web-1"}, {"name", "a\"b\\c\nd"}});
  const auto root = set.add_labels({{"id", "/"}});
  set.add(0, web, 12.5);
  set.add(0, root, 100000000);
  set.add(1, web, 4096);
  set.add(2, SampleSet::kNoLabels, 3);
  set.add(3, SampleSet::kNoLabels, 7);
  return set;
}

TEST(TextWriter, WritesText004) {
  EXPECT_EQ(render(example(), ExpositionFormat::kText),
            R"(# HELP container_cpu_usage_seconds_total CPU time.
# TYPE container_cpu_usage_seconds_total counter
container_cpu_usage_seconds_total{pod="web-1",name="a\"b\\c\nd"} 12.5
container_cpu_usage_seconds_total{id="/"} 100000000
# HELP container_memory_usage_bytes Say "memory" \\ in\nbytes.
# TYPE container_memory_usage_bytes gauge
container_memory_usage_bytes{pod="web-1",name="a\"b\\c\nd"} 4096
# HELP node_vmstat_oom_kill From /proc/vmstat.
# TYPE node_vmstat_oom_kill untyped
node_vmstat_oom_kill 3
# TYPE node_forks counter
node_forks 7
)");
}

TEST(TextWriter, WritesOpenMetricsWithTheSameSamples) {
  EXPECT_EQ(render(example(), ExpositionFormat::kOpenMetrics),
            R"(# HELP container_cpu_usage_seconds CPU time.
# TYPE container_cpu_usage_seconds counter
container_cpu_usage_seconds_total{pod="web-1",name="a\"b\\c\nd"} 12.5
container_cpu_usage_seconds_total{id="/"} 100000000
# HELP container_memory_usage_bytes Say \"memory\" \\ in\nbytes.
# TYPE container_memory_usage_bytes gauge
container_memory_usage_bytes{pod="web-1",name="a\"b\\c\nd"} 4096
# HELP node_vmstat_oom_kill From /proc/vmstat.
# TYPE node_vmstat_oom_kill unknown
node_vmstat_oom_kill 3
# TYPE node_forks unknown
node_forks 7
# EOF
)");
}

TEST(TextWriter, WritesNothingForAnEmptySet) {
  const SampleSet set(kFamilies);
  EXPECT_EQ(render(set, ExpositionFormat::kText), "");
  EXPECT_EQ(render(set, ExpositionFormat::kOpenMetrics), "# EOF\n");
}

TEST(TextWriter, WritesOneHeaderForAFamilyOfSeveralSets) {
  SampleSet first(kFamilies);
  SampleSet second(kFamilies);
  first.add(3, SampleSet::kNoLabels, 1);
  second.add(3, second.add_labels({{"cpu", "1"}}), 2);
  std::string out;
  TextWriter writer(out, ExpositionFormat::kText);
  writer.begin_family(kFamilies[3]);
  writer.add(first, 3);
  writer.add(second, 3);
  EXPECT_EQ(out, "# TYPE node_forks counter\nnode_forks 1\nnode_forks{cpu=\"1\"} 2\n");
}

TEST(TextWriter, WritesFamiliesOfPrometheusCppAlike) {
  static constexpr std::array<std::string_view, 1> kLabels{"output"};
  constexpr MetricDesc kSent{
      "supercargo_sent_total", "Sent.", MetricKind::kCounter, std::span(kLabels)};
  SelfMetrics metrics;
  metrics.counter(kSent, {"lo\"ki"}).Increment(5);
  metrics.gauge({"supercargo_open_files", "Open.", MetricKind::kGauge}).Set(0.25);
  std::string out;
  TextWriter writer(out, ExpositionFormat::kOpenMetrics);
  for (const auto& family : metrics.collect()) {
    writer.write(family);
  }
  writer.write(prometheus::MetricFamily{"empty", "No samples.", prometheus::MetricType::Gauge, {}});
  EXPECT_NE(out.find("# HELP supercargo_sent Sent.\n# TYPE supercargo_sent counter\n"
                     "supercargo_sent_total{output=\"lo\\\"ki\"} 5\n"),
            std::string::npos)
      << out;
  EXPECT_NE(out.find("# TYPE supercargo_open_files gauge\nsupercargo_open_files 0.25\n"),
            std::string::npos)
      << out;
  EXPECT_EQ(out.find("empty"), std::string::npos);
}

std::string number(double value) {
  std::array<char, kMaxNumberLength> buffer{};
  return {buffer.data(), write_number(buffer.data(), value)};
}

TEST(WriteNumber, WritesWholeNumbersWithoutExponent) {
  EXPECT_EQ(number(0), "0");
  EXPECT_EQ(number(-5), "-5");
  EXPECT_EQ(number(1e15), "1000000000000000");
  EXPECT_EQ(number(9007199254740991.0), "9007199254740991");
}

TEST(WriteNumber, WritesTheShortestTextThatReadsBackEqual) {
  EXPECT_EQ(number(0.1), "0.1");
  EXPECT_EQ(number(1.5e-7), "1.5e-07");
  EXPECT_EQ(number(1732296578.123), "1732296578.123");
  for (const double value : {1.0 / 3, 1e300, 9223372036854775807.0, 5e-324, 2.5e17, -123456.789}) {
    const std::string text = number(value);
    EXPECT_EQ(parse_number<double>(text), value) << text;
    EXPECT_LE(text.size(), kMaxNumberLength);
  }
}

TEST(WriteNumber, NamesWhatIsNoNumber) {
  EXPECT_EQ(number(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(number(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(number(-std::numeric_limits<double>::infinity()), "-Inf");
}

TEST(TextWriter, WritesHistogramsAndSummariesWithTheSuffixesOfTheirSamples) {
  SampleSet set({});
  const std::size_t histogram = set.add_family("d_seconds", "Long?", MetricKind::kHistogram);
  const std::size_t summary = set.add_family("e_seconds", "", MetricKind::kSummary);
  set.add(histogram, set.add_labels(R"(_bucket{le="+Inf"})"), 3);
  set.add(histogram, set.add_labels("_count"), 3);
  set.add(summary, set.add_labels(R"({quantile="0.5"})"), 1.5);
  std::string out;
  TextWriter writer(out, ExpositionFormat::kText);
  for (std::size_t i = 0; i < set.late_families().size(); ++i) {
    writer.begin_family(set.late_families()[i]);
    writer.add(set, i);
  }
  EXPECT_EQ(out, R"(# HELP d_seconds Long?
# TYPE d_seconds histogram
d_seconds_bucket{le="+Inf"} 3
d_seconds_count 3
# TYPE e_seconds summary
e_seconds{quantile="0.5"} 1.5
)");
}

// More than a piece in all, and single samples of just under a piece, one, and more than one.
TEST(TextWriter, GivesTheSameTextInPiecesAsAtOnce) {
  SampleSet set(kFamilies);
  for (int i = 0; i < 4000; ++i) {
    set.add(1, set.add_labels({{"pod", "web-" + std::to_string(i)}}), i);
  }
  for (std::size_t size = 16'250; size < 16'450; size += 10) {
    set.add(1, set.add_labels({{"pod", std::string(size, 'x')}}), 1);
  }
  set.add(1, set.add_labels({{"pod", std::string(100'000, 'y')}}), 1);
  const std::string whole = render(set, ExpositionFormat::kText);

  std::string pieces;
  std::string out;
  std::size_t drained = 0;
  TextWriter writer(out, ExpositionFormat::kText, [&](std::string& piece) {
    ++drained;
    pieces += piece;
    piece.clear();
  });
  for (std::size_t i = 0; i < set.families().size(); ++i) {
    writer.begin_family(set.families()[i]);
    writer.add(set, i);
  }
  writer.finish();
  EXPECT_TRUE(pieces + out == whole);
  EXPECT_GT(drained, 3U);
  std::size_t lines = 0;
  for (const char c : whole) {
    lines += c == '\n' ? 1 : 0;
  }
  EXPECT_EQ(lines, 2U + 4000 + 20 + 1);
}

}  // namespace
}  // namespace supercargo
