// What others' parsers say of our text: promtool for text 0.0.4, the Python client for OpenMetrics.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "exporters/prometheus/text_writer.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

// The output of a shell command and its exit code.
std::pair<int, std::string> run(const std::string& command) {
  FILE* const pipe = ::popen((command + " 2>&1").c_str(), "re");
  EXPECT_NE(pipe, nullptr);
  std::string output;
  std::array<char, 4096> buffer{};
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.append(buffer.data(), size);
  }
  const int status = ::pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, output};
}

bool succeeds(const std::string& command) {
  return run(command).first == 0;
}

constexpr std::array<MetricDesc, 3> kFamilies{{
    {"test_cpu_seconds_total", "CPU \"time\" \\ of\na container.", MetricKind::kCounter},
    {"test_memory_bytes", "Memory.", MetricKind::kGauge},
    {"test_untyped", "Of no known type.", MetricKind::kUntyped},
}};

std::string example(ExpositionFormat format) {
  SampleSet set(kFamilies);
  const auto hostile = set.add_labels({{"pod", "we\"b\\1\n"}, {"unit", "{\xc3\xa9} # 1"}});
  const auto plain = set.add_labels({{"pod", ""}, {"unit", "x"}});
  set.add(0, hostile, 1.0 / 3);
  set.add(0, plain, 1e300);
  set.add(1, hostile, std::numeric_limits<double>::infinity());
  set.add(1, plain, 9007199254740993.0);
  set.add(2, SampleSet::kNoLabels, std::numeric_limits<double>::quiet_NaN());
  std::string out;
  TextWriter writer(out, format);
  for (std::size_t i = 0; i < kFamilies.size(); ++i) {
    writer.begin_family(kFamilies[i]);
    writer.add(set, i);
  }
  writer.finish();
  return out;
}

TEST(Promtool, AcceptsOurText) {
  if (!succeeds("promtool --version")) {
    GTEST_SKIP() << "promtool is not installed (Debian: apt-get install prometheus)";
  }
  test::TempTree tree;
  tree.file("metrics", example(ExpositionFormat::kText));
  const auto [code, output] = run("promtool check metrics < " + tree.path("metrics"));
  EXPECT_EQ(code, 0) << output;
  EXPECT_EQ(output, "");
}

TEST(Promtool, RefusesATextThatIsCut) {
  if (!succeeds("promtool --version")) {
    GTEST_SKIP() << "promtool is not installed (Debian: apt-get install prometheus)";
  }
  test::TempTree tree;
  const std::string text = example(ExpositionFormat::kText);
  tree.file("metrics", text.substr(0, text.find("} ") + 1) + "\n");
  EXPECT_NE(run("promtool check metrics < " + tree.path("metrics")).first, 0);
}

TEST(PythonClient, ReadsOurOpenMetricsAsItWasMeant) {
  if (!succeeds("/usr/bin/python3 -c 'import prometheus_client.openmetrics.parser'")) {
    GTEST_SKIP() << "no prometheus_client (Debian: apt-get install python3-prometheus-client)";
  }
  test::TempTree tree;
  tree.file("metrics", example(ExpositionFormat::kOpenMetrics));
  tree.file("read.py", R"(
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
for family in text_string_to_metric_families(open(sys.argv[1], encoding="utf-8").read()):
    print(family.name, family.type, repr(family.documentation))
    for sample in family.samples:
        print(" ", sample.name, sorted(sample.labels.items()), float(sample.value))
)");
  const auto [code, output] = run("PYTHONIOENCODING=utf-8 /usr/bin/python3 " +
                                  tree.path("read.py") + " " + tree.path("metrics"));
  EXPECT_EQ(code, 0);
  EXPECT_EQ(output, R"(test_cpu_seconds counter 'CPU "time" \\ of\na container.'
  test_cpu_seconds_total [('pod', 'we"b\\1\n'), ('unit', '{é} # 1')] 0.3333333333333333
  test_cpu_seconds_total [('pod', ''), ('unit', 'x')] 1e+300
test_memory_bytes gauge 'Memory.'
  test_memory_bytes [('pod', 'we"b\\1\n'), ('unit', '{é} # 1')] inf
  test_memory_bytes [('pod', ''), ('unit', 'x')] 9007199254740992.0
test_untyped unknown 'Of no known type.'
  test_untyped [] nan
)");
}

}  // namespace
}  // namespace supercargo
