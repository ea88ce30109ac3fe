// Limits of reading: rates, and how a new output begins.
#include <array>

#include "agent/config/agent_config.h"
#include "agent/config/fields.h"
#include "agent/config/site.h"

namespace supercargo::config {
namespace {

constexpr std::uint64_t kHour = 3'600'000;  // milliseconds
constexpr std::uint64_t kMost = std::uint64_t{64} << 30;

constexpr std::array<std::string_view, 2> kLimitActions{"delay", "drop"};

constexpr std::array kRateLimitFields{
    field<&RateLimitConfig::bytes_per_second>(
        "bytes_per_second",
        {.description = "Raw bytes of log files a second, line ends and time stamps included, for "
                        "each output by itself. 0: no limit.",
         .range = {0, kMost}},
        Unit::kBytes),
    field<&RateLimitConfig::burst_bytes>(
        "burst_bytes",
        {.description = "How much may come at once after a time of less. 0: one second's worth.",
         .range = {0, kMost}},
        Unit::kBytes),
    field<&RateLimitConfig::action>(
        "action",
        {.description =
             "`delay`: what is beyond the limit waits in its file, which the node's log rotation "
             "may delete before it is read. `drop`: it is read over, and counted in "
             "`supercargo_log_dropped_*` with the reason `rate_limit`. What is sent again after a "
             "failure counts once.",
         .choices = kLimitActions}),
};

void finish_rate_limit(void* object, Site& site) {
  const auto& limit = *static_cast<const RateLimitConfig*>(object);
  if (limit.burst_bytes > 0 && limit.bytes_per_second == 0) {
    site.error("burst_bytes", "needs bytes_per_second: without it there is no limit");
  }
}

constexpr Table kContainerLimitTable{
    .title = "logs.rate_limits.container",
    .description = "The limit of each container, all its restarts together.",
    .fields = kRateLimitFields,
    .make = make_object<RateLimitConfig>,
    .finish = finish_rate_limit,
};
constexpr Table kNamespaceLimitTable{
    .title = "logs.rate_limits.namespace",
    .description =
        "The limit of all containers of a namespace on this node together. Containers "
        "without a namespace have none.",
    .fields = kRateLimitFields,
    .make = make_object<RateLimitConfig>,
    .finish = finish_rate_limit,
};

constexpr std::array kRateLimitsFields{
    field<&RateLimitsConfig::container>(
        "container", {.description = "Of each container.", .table = &kContainerLimitTable}),
    field<&RateLimitsConfig::pod_namespace>(
        "namespace", {.description = "Of each namespace.", .table = &kNamespaceLimitTable}),
};
constexpr std::array kFirstReadFields{
    field<&FirstReadConfig::bytes_per_second>(
        "bytes_per_second",
        {.description = "Raw bytes of log files a second, for each output by itself. 0: no limit.",
         .range = {0, kMost}},
        Unit::kBytes),
    field<&FirstReadConfig::jitter>(
        "jitter",
        {.description = "Reading begins after a random time of at most that.",
         .range = {0, kHour}}),
};

}  // namespace

constexpr Table kRateLimitsTable{
    .title = "logs.rate_limits",
    .description =
        "How much of a noisy neighbour's log is taken. Also without limits a container "
        "cannot delay the lines of another.",
    .fields = kRateLimitsFields,
    .make = make_object<RateLimitsConfig>,
};

constexpr Table kFirstReadTable{
    .title = "logs.first_read",
    .description =
        "How an output without cursors reads what it finds at its first look: a fleet "
        "that reads all that its nodes hold at once is an outage of one's own making. "
        "Over once the output has caught up, or with a restart of the agent.",
    .fields = kFirstReadFields,
    .make = make_object<FirstReadConfig>,
};

}  // namespace supercargo::config
