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

constexpr std::array<std::string_view, 3> kSourceTypes{"kubernetes", "docker", "files"};
constexpr std::array<std::string_view, 2> kStarts{"beginning", "end"};

void finish_source(void* object, Site& site) {
  const auto& source = *static_cast<const LogSourceConfig*>(object);
  if (source.type == LogSourceConfig::Type::kFiles && source.path.empty()) {
    site.error("path", "required for a source of type files");
  }
}

void finish_environment(void* object, Site& site) {
  const auto& named = *static_cast<const NamespaceEnvironment*>(object);
  if (named.namespaces.empty() && site.has("namespaces")) {
    site.error("namespaces", "name at least one");
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
                        "what stood in them before the output ran on this host for the first time, "
                        "or before it was told to read their source or namespace, and counts it in "
                        "`supercargo_log_dropped_bytes_total` with the reason `start_at_end`. What "
                        "comes later is read from its start, also when no agent ran then.",
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

constexpr std::array kEnvironmentFields{
    field<&NamespaceEnvironment::namespaces>(
        "namespaces",
        {.description = "Names of namespaces and patterns, as in a Loki output's `tenants`.",
         .check = check_namespace_pattern,
         .required = true}),
    field<&NamespaceEnvironment::environment>(
        "environment",
        {.description = "The environment of containers in one of them.",
         .check = check_label_value,
         .required = true}),
};
constexpr Table kEnvironmentTable{
    .title = "logs.environments[]",
    .description = "An environment and the namespaces that it has in this cluster.",
    .fields = kEnvironmentFields,
    .make = make_object<NamespaceEnvironment>,
    .finish = finish_environment,
};

constexpr std::array kLogsFields{
    field<&LogsConfig::cluster>(
        "cluster",
        {.description = "Label `cluster` of all lines (GELF: field `_cluster`). An output's own "
                        "static label or field of that name goes before it. On metrics it is the "
                        "scrape's to add, which the Helm chart does by this value.",
         .unset = "none",
         .check = check_label_value}),
    field<&LogsConfig::environment>(
        "environment",
        {.description = "Likewise label `environment` (GELF: `_environment`), for namespaces that "
                        "`environments` does not name.",
         .unset = "none",
         .check = check_label_value}),
    field<&LogsConfig::environments>(
        "environments",
        {.description = "Environments that are kept apart by namespaces; the first entry that "
                        "matches counts. A change begins new streams in Loki.",
         .table = &kEnvironmentTable,
         .example = "- {namespaces: [staging, '*-staging'], environment: staging}\n"
                    "- {namespaces: ['/prod(-.+)?/'], environment: production}\n"}),
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
    field<&LogsConfig::parse>(
        "parse", {.description = "Fields that are taken from lines.", .table = &kParseTable}),
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
