#include "agent/pipeline/ledger_collector.h"

#include <map>

#include <gtest/gtest.h>

#include "agent/pipeline/pipeline_metrics.h"

namespace supercargo {
namespace {

// "name{labels}" to value.
std::map<std::string, double> collect(const Ledger& ledger) {
  LedgerCollector collector(ledger);
  SampleSet samples(collector.families());
  EXPECT_TRUE(collector.collect(samples));
  std::map<std::string, double> out;
  for (std::size_t family = 0; family < collector.families().size(); ++family) {
    for (const SampleSet::Sample& sample : samples.samples(family)) {
      out[std::string(collector.families()[family].name) + "{" +
          std::string(samples.label_text(sample.labels)) + "}"] = sample.value;
    }
  }
  return out;
}

TEST(LedgerCollector, AnEmptyLedgerHasNoSamples) {
  EXPECT_TRUE(collect(Ledger{}).empty());
}

TEST(LedgerCollector, TellsEveryTermOfTheAccount) {
  Ledger ledger;
  ContainerInfo info;
  info.pod_namespace = "shop";
  info.pod = "web";
  info.container = "app";
  const auto account = ledger.account("loki", info);
  std::uint64_t value = 0;
  for (auto* number : {&account->read_bytes,
                       &account->delivered_bytes,
                       &account->delivered_lines,
                       &account->repeated_bytes,
                       &account->repeated_lines,
                       &account->pending_bytes,
                       &account->malformed_lines,
                       &account->truncated_lines}) {
    number->store(++value);
  }
  account->drop("too_old", {11, 12});
  account->lose("deleted", {13, 14});
  account->gap("truncated");
  const std::string labels = R"(output="loki",namespace="shop",pod="web",container="app")";
  const std::map<std::string, double> expected = {
      {"supercargo_log_read_bytes_total{" + labels + "}", 1},
      {"supercargo_log_delivered_bytes_total{" + labels + "}", 2},
      {"supercargo_log_delivered_lines_total{" + labels + "}", 3},
      {"supercargo_log_repeated_bytes_total{" + labels + "}", 4},
      {"supercargo_log_repeated_lines_total{" + labels + "}", 5},
      {"supercargo_log_pending_bytes{" + labels + "}", 6},
      {"supercargo_log_malformed_lines_total{" + labels + "}", 7},
      {"supercargo_log_truncated_lines_total{" + labels + "}", 8},
      {"supercargo_log_dropped_bytes_total{" + labels + R"(,reason="too_old"})", 11},
      {"supercargo_log_dropped_lines_total{" + labels + R"(,reason="too_old"})", 12},
      {"supercargo_log_lost_bytes_total{" + labels + R"(,reason="deleted"})", 13},
      {"supercargo_log_lost_lines_total{" + labels + R"(,reason="deleted"})", 14},
      {"supercargo_log_gaps_total{" + labels + R"(,reason="truncated"})", 1},
  };
  EXPECT_EQ(collect(ledger), expected);
}

}  // namespace
}  // namespace supercargo
