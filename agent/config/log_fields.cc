#include <array>

#include "agent/config/agent_config.h"
#include "agent/config/checks.h"
#include "agent/config/fields.h"
#include "agent/config/site.h"

namespace supercargo::config {
namespace {

constexpr std::uint64_t kHour = 3'600'000;  // milliseconds
constexpr std::uint64_t kYear = std::uint64_t{365} * 24 * kHour;
constexpr std::uint64_t kKiB = 1 << 10;
constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kMost = std::uint64_t{64} << 30;

constexpr std::array<std::string_view, 3> kSourceTypes{"kubernetes", "docker", "files"};
constexpr std::array<std::string_view, 2> kStarts{"beginning", "end"};

void finish_source(void* object, Site& site) {
  const auto& source = *static_cast<const LogSourceConfig*>(object);
  if (source.type == LogSourceConfig::Type::kFiles && source.path.empty()) {
    site.error("path", "required for a source of type files");
  }
}

constexpr std::array kSourceFields{
    field<&LogSourceConfig::type>(
        "type",
        {.description = "`kubernetes`: the kubelet's directories of container logs (CRI format). "
                        "`docker`: Docker's json-file logs. `files`: any text files, one record a "
                        "line. What logrotate makes of a file (`app.log.1`, `app.log.2.gz`, "
                        "`app.log-20261122`) belongs to it, and is read where it goes on with what "
                        "was read; by itself only when `path` matches it.",
         .choices = kSourceTypes,
         .required = true}),
    field<&LogSourceConfig::path>(
        "path",
        {.description = "Directory below `host_root`; for `files` a glob such as "
                        "`/var/log/nginx/*.log`.",
         .unset = "`/var/log/pods` for kubernetes, `/var/lib/docker/containers` for docker; "
                  "required for files",
         .check = check_absolute_path}),
    field<&LogSourceConfig::start_at>(
        "start_at",
        {.description = "Where reading begins in files that no cursor is known for: `end` skips "
                        "what was written before the agent came.",
         .choices = kStarts}),
    field<&LogSourceConfig::max_age>(
        "max_age",
        {.description = "With `start_at: beginning`, what stands in a file that was not written to "
                        "for longer than that is skipped, and counted in "
                        "`supercargo_log_dropped_bytes_total` with the reason `max_age`; what is "
                        "written to it later is read. Loki refuses lines older than a week by "
                        "default. 0: no limit.",
         .range = {0, 10 * kYear}}),
};
constexpr Table kSourceTable{
    .title = "logs.sources[]",
    .description = "One place where logs are found.",
    .fields = kSourceFields,
    .make = make_object<LogSourceConfig>,
    .finish = finish_source,
};

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
constexpr Table kRateLimitsTable{
    .title = "logs.rate_limits",
    .description =
        "How much of a noisy neighbour's log is taken. Also without limits a container "
        "cannot delay the lines of another.",
    .fields = kRateLimitsFields,
    .make = make_object<RateLimitsConfig>,
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
constexpr Table kFirstReadTable{
    .title = "logs.first_read",
    .description =
        "How an output without cursors reads what it finds at its first look: a fleet "
        "that reads all that its nodes hold at once is an outage of one's own making. "
        "Over once the output has caught up, or with a restart of the agent.",
    .fields = kFirstReadFields,
    .make = make_object<FirstReadConfig>,
};

constexpr std::array kLogsFields{
    field<&LogsConfig::sources>(
        "sources",
        {.description = "Where logs are found. They are read only when an output wants them.",
         .unset = "the directories of Kubernetes and of Docker, as far as they exist",
         .table = &kSourceTable,
         .example = "- type: kubernetes\n  path: /var/log/pods\n  start_at: beginning\n"}),
    field<&LogsConfig::max_line_bytes>(
        "max_line",
        {.description = "A longer line, after partial lines are joined, is split into records of "
                        "this size, so that a line without an end cannot take all memory. Loki "
                        "refuses lines above 256 KiB by default.",
         .range = {kKiB, 16 * kMiB}},
        Unit::kBytes),
    field<&LogsConfig::rate_limits>(
        "rate_limits", {.description = "Optional limits.", .table = &kRateLimitsTable}),
    field<&LogsConfig::first_read>(
        "first_read", {.description = "How a new output begins.", .table = &kFirstReadTable}),
    field<&LogsConfig::max_open_files>(
        "max_open_files",
        {.description = "Log files that are held open, so that nothing is lost when they are "
                        "deleted; at most three quarters of the process's limit on open files. "
                        "Above it, files that all outputs have read are closed, then those that "
                        "are least likely to be deleted; they are opened for each read. Deleted "
                        "ones cannot be: above it they are let go of as above "
                        "deleted_budget_bytes.",
         .range = {1, 1'000'000}}),
    field<&LogsConfig::deleted_budget_bytes>(
        "deleted_budget_bytes",
        {.description = "Disk that deleted log files may take until all outputs have read them. "
                        "Above it, files are let go of, first those of which a .gz has the rest, "
                        "then the oldest; what was not read is counted as lost.",
         .range = {0, std::uint64_t{1} << 50}},
        Unit::kBytes),
    field<&LogsConfig::events>(
        "events",
        {.description = "Starts, exits and OOM kills of containers of pods go to the outputs, "
                        "too, as lines of a stream of their own: with the container's labels, and "
                        "`source=\"supercargo_events\"` (GELF: `_supercargo_source`). They wait in "
                        "`supercargo_events` below `data_dir`."}),
    field<&LogsConfig::partial_idle>(
        "partial_idle",
        {.description = "A line whose end has not been written is delivered as it is after that "
                        "much silence, and counted.",
         .range = {100, kHour}}),
};
}  // namespace

constexpr Table kLogsTable{
    .title = "logs",
    .description = "Which logs are read, and how lines are made from them.",
    .fields = kLogsFields,
    .make = make_object<LogsConfig>,
};

}  // namespace supercargo::config
