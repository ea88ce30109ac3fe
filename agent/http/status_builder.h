// Puts a StatusSnapshot together: the samples of a pass, the ledger's accounts and the outputs'
// states; rates are what happened between two looks.
//
// Owned by agent/app; build() is called by one thread, the collect thread. It keeps the counters of
// two looks, at least a second apart.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/http/container_usage.h"
#include "agent/http/ledger_json.h"
#include "agent/http/status_page.h"
#include "agent/pipeline/output_status.h"

namespace supercargo {

class StatusBuilder {
 public:
  struct Input {
    std::span<const SampleSet* const> samples;
    SteadyTime sampled_at;
    std::span<const AccountPointer> accounts;
    std::vector<OutputStatus> outputs;
    SteadyTime now;
  };

  StatusBuilder(std::string version, std::string node, SteadyTime started)
      : version_(std::move(version)), node_(std::move(node)), started_(started) {}

  [[nodiscard]] StatusSnapshot build(Input input);

 private:
  struct Counters {
    std::optional<double> cpu_seconds;
    std::optional<double> log_bytes;
  };

  struct Look {
    SteadyTime sampled_at;
    SteadyTime time;
    std::map<ContainerKey, Counters> counters;
  };

  using Rows = std::map<ContainerKey, ContainerStatus>;
  static void add_usage(const Input& input, Rows& rows, Look& look);
  static void add_accounts(const Input& input, Rows& rows, Look& look);
  void add_rates(const Look& look, Rows& rows) const;
  void keep(Look look);

  const std::string version_;
  const std::string node_;
  const SteadyTime started_;
  std::optional<Look> base_;  // what rates are counted from
  std::optional<Look> last_;  // the next base
};

}  // namespace supercargo
