#include <array>

#include "agent/config/agent_config.h"
#include "agent/config/checks.h"
#include "agent/config/fields.h"
#include "agent/config/site.h"

namespace supercargo::config {
namespace {

constexpr std::uint64_t kHour = 3'600'000;  // milliseconds
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

constexpr std::array kSourceFields{
    field<&LogSourceConfig::type>(
        "type",
        {.description = "`kubernetes`: the kubelet's directories of container logs (CRI format). "
                        "`docker`: Docker's json-file logs. `files`: any text files, one record a "
                        "line.",
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
};
constexpr Table kSourceTable{
    .title = "logs.sources[]",
    .description = "One place where logs are found.",
    .fields = kSourceFields,
    .make = make_object<LogSourceConfig>,
    .finish = finish_source,
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
