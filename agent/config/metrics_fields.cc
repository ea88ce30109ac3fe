#include <array>

#include "agent/config/agent_config.h"
#include "agent/config/checks.h"
#include "agent/config/fields.h"

namespace supercargo::config {
namespace {

constexpr std::array<std::string_view, 4> kModes{"all", "replace", "complement", "none"};
constexpr std::array<std::string_view, 3> kProfiles{"minimal", "default", "full"};

constexpr std::array kMetricsFields{
    field<&MetricsConfig::mode>(
        "mode",
        {.description =
             "`all`: everything, below its own job label. `replace`: endpoints and job labels as "
             "cAdvisor and node_exporter have them, which are then switched off. `complement`: "
             "only what no original has (`supercargo_*`), so that nothing counts twice beside "
             "them. `none`: no container and node metrics.",
         .choices = kModes}),
    field<&MetricsConfig::profile>(
        "profile",
        {.description =
             "How many families are exposed; METRICS.md names each one's profile. "
             "`minimal`: what the rules and alerts of the public mixins ask for. "
             "`default`: what the originals expose by default. `full`: what they can "
             "expose and leave off, too: huge pages of containers, and of the node the "
             "collectors `buddyinfo`, `interrupts`, `ksmd`, `meminfo_numa`, "
             "`processes`, `slabinfo`, `systemd`, `tcpstat` and `zoneinfo`, and softirqs; each "
             "scrape reads every process, thread and TCP socket then. What the agent "
             "accounts for itself is in all.",
         .choices = kProfiles}),
    field<&MetricsConfig::include_families>(
        "include_families",
        {.description = "Only families whose whole name one of these RE2 patterns matches.",
         .unset = "all",
         .check = check_regular_expression}),
    field<&MetricsConfig::exclude_families>(
        "exclude_families",
        {.description = "No families whose whole name one of these RE2 patterns matches.",
         .unset = "none",
         .check = check_regular_expression}),
    field<&MetricsConfig::include_labels>(
        "include_labels",
        {.description = "Label names and RE2 patterns: only series whose whole value matches. A "
                        "series that lacks the label, or has it empty, stays: `namespace: "
                        "\"shop|web\"` keeps the node's.",
         .unset = "all",
         .check = check_regular_expression,
         .key_check = check_label_name}),
    field<&MetricsConfig::exclude_labels>(
        "exclude_labels",
        {.description = "Likewise, series that are left out: `id: \"/system.slice/.*\"`.",
         .unset = "none",
         .check = check_regular_expression,
         .key_check = check_label_name}),
    field<&MetricsConfig::max_series>(
        "max_series",
        {.description =
             "Hard limit on series; 0: none. Above it whole families are left out, so that sums "
             "over the others stay true: first those of profile `full`, then `default`, then "
             "`minimal`, last the agent's own; among equals the one with the most series. One "
             "returns when a tenth of the limit stays free with it. "
             "`supercargo_metrics_left_out_series` says what is missing, and why; families of a "
             "single series share one without a name. What tells of collectors always stays "
             "(two to four series each), and the limit holds with it.",
         .range = {.min = 0, .max = 10'000'000}}),
    field<&MetricsConfig::peaks>(
        "peaks",
        {.description = "CPU and memory of each container are read each second, for "
                        "`supercargo_container_*_peak_*` over the last 60 s and for the ratio of "
                        "throttling: at most 0.5 % of a core with 250 containers. Without it "
                        "starts, exits and OOM kills are still seen."}),
    field<&MetricsConfig::node>(
        "node", {.description = "The collectors of the node.", .table = &kNodeTable}),
};

}  // namespace

const Table kMetricsTable{
    .title = "metrics",
    .description = "What Prometheus finds at /metrics.",
    .fields = kMetricsFields,
    .make = make_object<MetricsConfig>,
};

}  // namespace supercargo::config
