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
  account->post({.written_bytes = 33,
                 .delivered = {.bytes = 2, .lines = 3},
                 .pending_bytes = 6,
                 .dropped = {{"too_old", {.bytes = 11, .lines = 12}}},
                 .lost = {{"deleted", {.bytes = 13, .lines = 14}}}});
  std::uint64_t value = 20;
  for (auto* number : {&account->read_bytes,
                       &account->repeated_bytes,
                       &account->repeated_lines,
                       &account->malformed_lines,
                       &account->truncated_lines}) {
    number->store(++value);
  }
  account->gap("truncated");
  const std::string labels = R"(output="loki",namespace="shop",pod="web",container="app")";
  const std::map<std::string, double> expected = {
      {"supercargo_log_written_bytes_total{" + labels + "}", 33},
      {"supercargo_log_read_bytes_total{" + labels + "}", 21},
      {"supercargo_log_delivered_bytes_total{" + labels + "}", 2},
      {"supercargo_log_delivered_lines_total{" + labels + "}", 3},
      {"supercargo_log_repeated_bytes_total{" + labels + "}", 22},
      {"supercargo_log_repeated_lines_total{" + labels + "}", 23},
      {"supercargo_log_pending_bytes{" + labels + "}", 6},
      {"supercargo_log_oldest_pending_seconds{" + labels + "}", 0},
      {"supercargo_log_malformed_lines_total{" + labels + "}", 24},
      {"supercargo_log_truncated_lines_total{" + labels + "}", 25},
      {"supercargo_log_dropped_bytes_total{" + labels + R"(,reason="too_old"})", 11},
      {"supercargo_log_dropped_lines_total{" + labels + R"(,reason="too_old"})", 12},
      {"supercargo_log_lost_bytes_total{" + labels + R"(,reason="deleted"})", 13},
      {"supercargo_log_lost_lines_total{" + labels + R"(,reason="deleted"})", 14},
      {"supercargo_log_gaps_total{" + labels + R"(,reason="truncated"})", 1},
  };
  EXPECT_EQ(collect(ledger), expected);
}

TEST(LedgerCollector, TellsTheAgeOfTheOldestPendingByte) {
  Ledger ledger;
  const auto account = ledger.account("loki", ContainerInfo{});
  account->oldest_pending = (steady_now() - std::chrono::seconds(90)).time_since_epoch().count();
  const std::map<std::string, double> samples = collect(ledger);
  const double age = samples.at(
      "supercargo_log_oldest_pending_seconds"
      R"({output="loki",namespace="",pod="",container=""})");
  EXPECT_GE(age, 90);
  EXPECT_LT(age, 1'000);
}

}  // namespace
}  // namespace supercargo
