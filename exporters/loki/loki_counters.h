// What the Loki sender counts, beside what the delivery loop and the ledger count for every output.
//
// agent/app owns the SelfMetrics behind it; a sender keeps a LokiCounters for its life. Incremented
// by the output's thread, read by any.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "agent/base/metric_desc.h"
#include "agent/base/self_metrics.h"

namespace supercargo {

// Every family of this folder, for METRICS.md.
[[nodiscard]] std::span<const MetricDesc> loki_metric_descs();

// What was done so far, for metrics.
struct LokiTally {
  std::uint64_t posts_alone = 0;
  std::uint64_t posts_grouped = 0;
  std::uint64_t posts_again = 0;
  std::uint64_t cut_lines = 0;
  std::uint64_t stripped_lines = 0;
  std::uint64_t demoted_lines = 0;
  std::uint64_t unparsed_lines = 0;
  std::uint64_t unlabelled_containers = 0;
  std::map<std::string, std::uint64_t, std::less<>> refused;  // entries by reason

  void refuse(std::string_view reason, std::uint64_t entries) {
    const auto known = refused.find(reason);
    (known != refused.end() ? known : refused.emplace(reason, 0).first)->second += entries;
  }
};

struct LokiCounters {
  LokiCounters(SelfMetrics& metrics, std::string_view output);

  // What has come since the last call; refusals are taken out of it.
  void tell(LokiTally& so_far);

  prometheus::Counter& posts_alone;
  prometheus::Counter& posts_grouped;
  prometheus::Counter& posts_again;  // of either kind, of what stood in a post that was refused
  prometheus::Counter& cut_lines;
  prometheus::Counter& stripped_lines;
  prometheus::Counter& demoted_lines;
  prometheus::Counter& unparsed_lines;
  prometheus::Counter& unlabelled_containers;

 private:
  SelfMetrics& metrics_;
  std::string output_;
  LokiTally told_;
};

}  // namespace supercargo
