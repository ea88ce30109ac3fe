#include "agent/config/fields.h"

#include <array>
#include <map>
#include <string>

#include "agent/config/agent_config.h"
#include "agent/config/checks.h"
#include "agent/config/output_rules.h"
#include "agent/config/site.h"

namespace supercargo::config {
namespace {

constexpr std::uint64_t kSecond = 1'000;
constexpr std::uint64_t kHour = 3'600 * kSecond;
constexpr std::uint64_t kMiB = 1 << 20;

constexpr std::array<std::string_view, 5> kLogLevels{"error", "warn", "info", "debug", "trace"};

constexpr std::array kHostFields{
    field<&HostConfig::proc>("proc",
                             {.description = "The host's /proc.",
                              .unset = "`proc` below `host_root`",
                              .check = check_absolute_path}),
    field<&HostConfig::sys>("sys",
                            {.description = "The host's /sys, cgroups included.",
                             .unset = "`sys` below `host_root`",
                             .check = check_absolute_path}),
    field<&HostConfig::log>("log",
                            {.description = "The host's /var/log.",
                             .unset = "`var/log` below `host_root`",
                             .check = check_absolute_path}),
    field<&HostConfig::run>(
        "run",
        {.description =
             "The host's /run, where collectors find the system bus and udev's database.",
         .unset = "`run` below `host_root`",
         .check = check_absolute_path}),
};
constexpr Table kHostTable{
    .title = "host",
    .description =
        "Where single parts of the host's tree are mounted, when they do not all stand "
        "below `host_root`. Paths as this process sees them.",
    .fields = kHostFields,
    .make = make_object<HostConfig>,
};

constexpr std::array kHttpFields{
    field<&HttpConfig::listen>(
        "listen",
        {.description =
             "IP address and port of the server for metrics and health. `[::]` takes IPv6 and "
             "IPv4, and IPv4 alone where there is no IPv6. Without authentication only /metrics*, "
             "/healthz and /readyz answer to others than loopback.",
         .check = check_listen_address}),
    field<&HttpConfig::web_config_file>(
        "web_config_file",
        {.description = "TLS and passwords of this server: a file in the form of Prometheus' web "
                        "configuration, as below, read again when it or a certificate changes. "
                        "With passwords or verified client certificates all pages answer to other "
                        "machines, too.",
         .unset = "plain HTTP without passwords",
         .check = check_absolute_path}),
};
constexpr Table kHttpTable{
    .title = "http",
    .description = "The agent's own HTTP server.",
    .fields = kHttpFields,
    .make = make_object<HttpConfig>,
};

// Cursors are kept by the output's name: two outputs of one name would share them and lose lines.
void finish_root(void* object, Site& site) {
  const auto& config = *static_cast<const AgentConfig*>(object);
  std::map<std::string, std::size_t> first;
  for (std::size_t i = 0; i < config.outputs.size(); ++i) {
    check_place_labels(config, i, site);
    const std::string& name = config.outputs[i].name;
    const auto [at, is_new] = first.emplace(name, i);
    if (!is_new && !name.empty()) {
      site.error(join_path(item_path("outputs", i), "name"),
                 "\"" + name + "\" is already the name of " + item_path("outputs", at->second));
    }
  }
}

constexpr std::string_view kOutputsExample = R"(- name: loki
  type: loki
  url: http://loki:3100
- name: graylog
  type: gelf
  url: tcp://graylog:12201
- name: screen
  type: stdout
  format: json
)";

constexpr std::array kRootFields{
    field<&AgentConfig::data_dir>(
        "data_dir",
        {.description =
             "Directory of the cursors, the only durable state; created when missing. It "
             "must survive a restart of the agent, and belongs to one agent alone.",
         .check = check_absolute_path}),
    field<&AgentConfig::host_root>(
        "host_root",
        {.description =
             "Where the host's `/` stands for this process: `/host` in a pod that mounts "
             "it there.",
         .check = check_absolute_path}),
    field<&AgentConfig::host>(
        "host",
        {.description = "Mounts that do not stand below `host_root`.", .table = &kHostTable}),
    field<&AgentConfig::node_name>(
        "node_name",
        {.description = "The `node` label of logs and GELF's `host`. In a pod the host's name is "
                        "the pod's, so set it to `${NODE_NAME}` from `spec.nodeName`.",
         .unset = "the host's name"}),
    field<&AgentConfig::log_level>(
        "log_level",
        {.description = "The agent's own log: `error` is loss or a need to act, `warn` odd but "
                        "without loss, `info` the life cycle.",
         .choices = kLogLevels}),
    field<&AgentConfig::shutdown_timeout>(
        "shutdown_timeout",
        {.description = "How long SIGTERM waits for what is already written to be delivered: after "
                        "a scale-down nobody returns to read it. Keep it below the pod's "
                        "terminationGracePeriodSeconds.",
         .range = {0, kHour}}),
    field<&AgentConfig::memory_limit_bytes>(
        "memory_limit",
        {.description = "Hard cap of all buffers for logs; it decides how much is in flight. For "
                        "files of cgroups that stay open the kernel bills 4 KiB each to the "
                        "agent's container, at most as much again: a container's limit of twice "
                        "this and 32 MiB holds on any node.",
         .range = {8 * kMiB, std::uint64_t{64} << 30}},
        Unit::kBytes),
    field<&AgentConfig::http>(
        "http", {.description = "The server for metrics and health.", .table = &kHttpTable}),
    field<&AgentConfig::metrics>(
        "metrics", {.description = "Container and node metrics.", .table = &kMetricsTable}),
    field<&AgentConfig::kubernetes>(
        "kubernetes",
        {.description = "What the Kubernetes API adds, where it is allowed.",
         .table = &kKubernetesTable}),
    field<&AgentConfig::logs>("logs",
                              {.description = "Where logs come from.", .table = &kLogsTable}),
    field<&AgentConfig::outputs>(
        "outputs",
        {.description =
             "Where logs go. Outputs are independent: each has its own cursors and reads "
             "at its own pace.",
         .unset = "no log is read",
         .table = &kOutputTable,
         .example = kOutputsExample}),
};

}  // namespace

constexpr Table kRootTable{
    .title = "Top level",
    .description = "No file at all is a working configuration: metrics on port 9655, no output.",
    .fields = kRootFields,
    .make = make_object<AgentConfig>,
    .finish = finish_root,
};

}  // namespace supercargo::config
