#include "agent/config/load.h"

#include <array>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "agent/base/fd.h"
#include "agent/config/reference.h"
#include "tests/agent/config/config_test_support.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The outline that users were promised.
constexpr std::string_view kOutline = R"(
data_dir: /var/lib/supercargo        # cursors; created when missing
host_root: /                         # e.g. /host in a pod
node_name: ${NODE_NAME}              # default: the host's name
http: {listen: "[::]:9655"}
metrics: {mode: all, profile: default}
logs:
  sources:
    - type: kubernetes
      path: /var/log/pods
      start_at: beginning
outputs:
  - {name: loki, type: loki, url: "http://loki:3100"}
  - {name: graylog, type: gelf, url: "tcp://graylog:12201"}
  - {name: screen, type: stdout, format: json}
)";

TEST(ParseConfig, ReadsTheOutline) {
  const ConfigResult result = test::parse(kOutline, {{"NODE_NAME", "n1"}});
  ASSERT_TRUE(result) << result.errors[0];
  const AgentConfig& config = result.loaded->config;
  EXPECT_EQ(config.node_name, "n1");
  EXPECT_EQ(config.http.listen, "[::]:9655");
  ASSERT_EQ(config.logs.sources.size(), 1U);
  EXPECT_EQ(config.logs.sources[0].path, "/var/log/pods");
  ASSERT_EQ(config.outputs.size(), 3U);
  EXPECT_EQ(std::get<LokiConfig>(config.outputs[0].kind).url, "http://loki:3100");
  EXPECT_EQ(std::get<GelfConfig>(config.outputs[1].kind).url, "tcp://graylog:12201");
  EXPECT_EQ(std::get<StdoutConfig>(config.outputs[2].kind).format, "json");
  EXPECT_TRUE(result.loaded->warnings.empty());
}

TEST(ParseConfig, GivesDefaultsForAnEmptyDocument) {
  for (const auto* text : {"", "# nothing\n", "{}"}) {
    const ConfigResult result = test::parse(text);
    ASSERT_TRUE(result) << text;
    EXPECT_EQ(effective_config_yaml(result.loaded->config), effective_config_yaml(AgentConfig{}));
  }
}

TEST(ParseConfig, ReadsEveryOtherKind) {
  const ConfigResult result = test::parse(R"(
log_level: debug
shutdown_timeout: 1m
memory_limit: 128MiB
host: {proc: /p, sys: /s, log: /l, run: /r}
metrics: {node: {vmstat_fields: "^oom"}}
logs:
  max_line: 64KiB
  partial_idle: 5s
  sources: [{type: files, path: /var/log/*.log, start_at: end}, {type: docker}]
outputs:
  - name: g
    type: gelf
    url: https://g:443
    host: other
    static_fields: {cluster: c}
    udp_chunk: 8KiB
    udp_compression: none
    max_message: 1MB
    confirm_after: 0
    confirm_bytes: 1MiB
    batch_bytes: 64KiB
    batch_wait: 200ms
    request_timeout: 30s
    max_in_flight: 2
    backoff: {initial: 100ms, max: 1m}
    auth: {bearer_token_file: /token}
    tls: {ca_file: /ca, server_name: n}
)");
  ASSERT_TRUE(result) << result.errors[0];
  const AgentConfig& config = result.loaded->config;
  EXPECT_EQ(config.log_level, "debug");
  EXPECT_EQ(config.shutdown_timeout.count(), 60);
  EXPECT_EQ(config.memory_limit_bytes, 128U << 20U);
  EXPECT_EQ(config.host.run, "/r");
  EXPECT_EQ(config.metrics.node.vmstat_fields, "^oom");
  EXPECT_EQ(config.logs.max_line_bytes, 64U << 10U);
  EXPECT_EQ(config.logs.partial_idle.count(), 5'000);
  EXPECT_EQ(config.logs.sources[0].type, LogSourceConfig::Type::kFiles);
  EXPECT_EQ(config.logs.sources[0].start_at, LogSourceConfig::StartAt::kEnd);
  EXPECT_EQ(config.logs.sources[1].type, LogSourceConfig::Type::kDocker);
  const DeliveryConfig& delivery = config.outputs[0].delivery;
  EXPECT_EQ(delivery.batch_bytes, 64U << 10U);
  EXPECT_EQ(delivery.request_timeout.count(), 30'000);
  EXPECT_EQ(delivery.backoff.max.count(), 60'000);
  const auto& gelf = std::get<GelfConfig>(config.outputs[0].kind);
  EXPECT_EQ(gelf.udp_chunk_bytes, 8'192U);
  EXPECT_EQ(gelf.udp_compression, "none");
  EXPECT_EQ(gelf.max_message_bytes, 1'000'000U);
  EXPECT_EQ(gelf.confirm_after.count(), 0);
  EXPECT_EQ(gelf.auth.bearer_token.file, "/token");
  EXPECT_EQ(gelf.tls.server_name, "n");
}

TEST(ParseConfig, PlacesSyntaxErrors) {
  EXPECT_EQ(test::messages_of("http: {listen: \n"),
            "a.yaml:2:1: not valid YAML: end of map flow not found\n");
}

TEST(LoadConfig, ReadsAFile) {
  test::TempTree tree;
  tree.file("c.yaml", "node_name: here\n");
  const ConfigResult result = load_config(tree.path("c.yaml"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result.loaded->config.node_name, "here");
}

TEST(LoadConfig, SaysWhyAFileCannotBeRead) {
  test::TempTree tree;
  const ConfigResult missing = load_config(tree.path("none.yaml"));
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.errors, ElementsAre(HasSubstr("No such file or directory")));
  EXPECT_THAT(missing.errors[0], HasSubstr("none.yaml"));
  EXPECT_THAT(load_config(tree.root().string()).errors, ElementsAre(HasSubstr("Is a directory")));
}

TEST(LoadConfig, ReadsAPipe) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  ASSERT_TRUE(write_all(writing.get(), "node_name: piped\n"));
  writing.reset();
  const ConfigResult result = load_config("/dev/fd/" + std::to_string(reading.get()));
  ASSERT_TRUE(result) << result.errors[0];
  EXPECT_EQ(result.loaded->config.node_name, "piped");
}

TEST(LoadConfig, RefusesALargeFile) {
  test::TempTree tree;
  tree.file("c.yaml", std::string((1 << 20) + 1, '\n'));
  EXPECT_THAT(load_config(tree.path("c.yaml")).errors, ElementsAre(HasSubstr("larger than 1")));
}

TEST(ApplyDefaults, DerivesFromTheHostAndItsRoot) {
  AgentConfig config;
  config.host_root = "/host/";
  config.host.run = "/elsewhere";
  apply_defaults(config, "node-7");
  EXPECT_EQ(config.node_name, "node-7");
  EXPECT_EQ(config.host.proc, "/host/proc");
  EXPECT_EQ(config.host.sys, "/host/sys");
  EXPECT_EQ(config.host.log, "/host/var/log");
  EXPECT_EQ(config.host.run, "/elsewhere");
  ASSERT_EQ(config.logs.sources.size(), 2U);
  EXPECT_EQ(config.logs.sources[0].path, "/var/log/pods");
  EXPECT_EQ(config.logs.sources[1].path, "/var/lib/docker/containers");
}

TEST(ApplyDefaults, KeepsWhatIsSet) {
  AgentConfig config;
  config.node_name = "mine";
  LogSourceConfig source;
  source.type = LogSourceConfig::Type::kDocker;
  config.logs.sources = {source};
  apply_defaults(config, "node-7");
  EXPECT_EQ(config.node_name, "mine");
  EXPECT_EQ(config.host.proc, "/proc");
  ASSERT_EQ(config.logs.sources.size(), 1U);
  EXPECT_EQ(config.logs.sources[0].path, "/var/lib/docker/containers");
}

TEST(LoadConfig, ReadsWhatIsToBeExposed) {
  const ConfigResult result = parse_config(
      "metrics: {profile: minimal, max_series: 5000, peaks: false, exclude_families: "
      "[node_netstat_.*],\n"
      "  include_labels: {namespace: shop|web}}",
      "a.yaml",
      {});
  ASSERT_TRUE(result);
  EXPECT_TRUE(result.loaded->warnings.empty());
  const MetricsConfig& metrics = result.loaded->config.metrics;
  EXPECT_EQ(metrics.max_series, 5000U);
  EXPECT_FALSE(metrics.peaks);
  EXPECT_EQ(metrics.exclude_families, std::vector<std::string>{"node_netstat_.*"});
  EXPECT_EQ(metrics.include_labels.at("namespace"), "shop|web");
  EXPECT_FALSE(parse_config("metrics: {exclude_labels: {id: \"(\"}}", "a.yaml", {}));
}

}  // namespace
}  // namespace supercargo
