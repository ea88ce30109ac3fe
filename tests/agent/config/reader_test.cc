#include "agent/config/reader.h"

#include <gtest/gtest.h>

#include "tests/agent/config/config_test_support.h"

namespace supercargo {
namespace {

using test::messages_of;

constexpr std::string_view kStdout = "outputs:\n  - name: s\n    type: stdout\n";

TEST(Reader, ReportsAllErrorsAtOnceInTheOrderOfTheFile) {
  EXPECT_EQ(
      messages_of("memory_limit: lots\n"
                  "outputs:\n"
                  "  - name: loki\n"
                  "    type: loki\n"
                  "    ulr: http://loki\n"
                  "http: {listen: here}\n"
                  "colour: red\n"),
      "a.yaml:1:15: memory_limit: \"lots\": expected a size such as 64KiB, 1MiB or 10MB, or a "
      "number of bytes\n"
      "a.yaml:3:5: outputs[0].url: required, but missing\n"
      "a.yaml:5:5: outputs[0].ulr: unknown key; did you mean \"url\"?\n"
      "a.yaml:6:16: http.listen: expected an IP address and a port, such as \"[::]:9655\" or "
      "127.0.0.1:9655\n"
      "a.yaml:7:1: colour: unknown key\n");
}

TEST(Reader, RefusesDuplicateKeys) {
  EXPECT_EQ(messages_of("data_dir: /a\nhttp: {}\ndata_dir: /b\n"),
            "a.yaml:3:1: data_dir: duplicate key, already on line 1\n");
  EXPECT_EQ(
      messages_of("outputs:\n  - {name: l, type: loki, url: 'http://l', headers: {A: 1, A: 2}}"),
      "a.yaml:2:60: outputs[0].headers.A: duplicate key, already on line 2\n");
}

TEST(Reader, TellsWhichTypeAForeignKeyBelongsTo) {
  EXPECT_EQ(messages_of(std::string(kStdout) + "    tenant: x\n    tls: {}\n    format: json\n"),
            "a.yaml:4:5: outputs[0].tenant: only for type loki, and this is of type stdout\n"
            "a.yaml:5:5: outputs[0].tls: only for type loki or gelf, and this is of type stdout\n");
}

TEST(Reader, FindsTheTypeWhereverItStands) {
  const ConfigResult result =
      test::parse("outputs:\n  - {tenant: t, url: 'http://l', type: loki, name: l}\n");
  ASSERT_TRUE(result);
  const auto* loki = std::get_if<LokiConfig>(&result.loaded->config.outputs[0].kind);
  ASSERT_NE(loki, nullptr);
  EXPECT_EQ(loki->tenant, "t");
  EXPECT_EQ(loki->structured_metadata, LokiConfig{}.structured_metadata);
}

TEST(Reader, ReadsListsOfMappingsWithLists) {
  const ConfigResult result = test::parse(
      "outputs:\n  - {name: l, type: loki, url: 'http://l', tenants: [{namespaces: "
      "[shop, 'till-*'], tenant: a}, {tenant: b, namespaces: [/x|y/]}]}\n");
  ASSERT_TRUE(result);
  const auto& tenants = std::get<LokiConfig>(result.loaded->config.outputs[0].kind).tenants;
  ASSERT_EQ(tenants.size(), 2U);
  EXPECT_EQ(tenants[0].namespaces, (std::vector<std::string>{"shop", "till-*"}));
  EXPECT_EQ(tenants[0].tenant, "a");
  EXPECT_EQ(tenants[1].namespaces, (std::vector<std::string>{"/x|y/"}));
}

TEST(Reader, ReportsOnlyTheTypeWhenItIsWrongOrMissing) {
  EXPECT_EQ(messages_of("outputs:\n  - {name: l, type: lokki, url: 'http://l', tenant: t}\n"),
            "a.yaml:2:21: outputs[0].type: \"lokki\": unknown value; did you mean \"loki\"?\n");
  EXPECT_EQ(messages_of("outputs:\n  - {name: l, url: 'http://l', wrong: t}\n"),
            "a.yaml:2:5: outputs[0].type: required, but missing\n"
            "a.yaml:2:32: outputs[0].wrong: unknown key\n");
}

TEST(Reader, RefusesTheWrongKindOfNode) {
  EXPECT_EQ(messages_of("[]"), "a.yaml:1:1: expected a mapping (key: value)\n");
  EXPECT_EQ(messages_of("http: 9655"), "a.yaml:1:7: http: expected a mapping (key: value)\n");
  EXPECT_EQ(messages_of("data_dir: [/a]"),
            "a.yaml:1:11: data_dir: expected text, not a list or mapping\n");
  EXPECT_EQ(messages_of("outputs: {}"), "a.yaml:1:10: outputs: expected a list (- key: value)\n");
  EXPECT_EQ(messages_of("outputs: [x]"),
            "a.yaml:1:11: outputs[0]: expected a mapping (key: value)\n");
}

TEST(Reader, NamesTheRangeOfANumber) {
  EXPECT_EQ(
      messages_of(std::string(kStdout) + "    max_in_flight: 65\n    batch_wait: 2m\n"
                                         "    batch_bytes: 1KiB\n    request_timeout: 5\n"),
      "a.yaml:4:20: outputs[0].max_in_flight: \"65\": out of range: 1 to 64\n"
      "a.yaml:5:17: outputs[0].batch_wait: \"2m\": out of range: 0s to 1m\n"
      "a.yaml:6:18: outputs[0].batch_bytes: \"1KiB\": out of range: 4KiB to 16MiB\n"
      "a.yaml:7:22: outputs[0].request_timeout: \"5\": expected a duration with its unit, such "
      "as 500ms, 1s or 2m\n");
  EXPECT_EQ(messages_of("shutdown_timeout: 1500ms"),
            "a.yaml:1:19: shutdown_timeout: \"1500ms\": expected whole seconds\n");
}

TEST(Reader, NamesTheChoices) {
  EXPECT_EQ(messages_of("metrics: {mode: some, profile: ful}"),
            "a.yaml:1:17: metrics.mode: \"some\": expected one of all, replace, complement, none\n"
            "a.yaml:1:32: metrics.profile: \"ful\": unknown value; did you mean \"full\"?\n");
}

TEST(Reader, FillsInTheEnvironmentEverywhere) {
  const ConfigResult result = test::parse(
      "node_name: ${NODE}\n"
      "outputs:\n"
      "  - {name: l, type: '${KIND}', url: 'http://${HOST}:3100', max_in_flight: '${COUNT:-7}',\n"
      "     static_labels: {cluster: '${NODE}'}, labels: ['${LABEL}'], tls: {skip_verify: "
      "'${FLAG}'}}\n",
      {{"NODE", "n1"}, {"KIND", "loki"}, {"HOST", "h"}, {"LABEL", "pod"}, {"FLAG", "true"}});
  ASSERT_TRUE(result) << result.errors[0];
  const AgentConfig& config = result.loaded->config;
  EXPECT_EQ(config.node_name, "n1");
  EXPECT_EQ(config.outputs[0].delivery.max_in_flight, 7U);
  const auto& loki = std::get<LokiConfig>(config.outputs[0].kind);
  EXPECT_EQ(loki.url, "http://h:3100");
  EXPECT_EQ(loki.static_labels.at("cluster"), "n1");
  EXPECT_EQ(loki.labels, std::vector<std::string>{"pod"});
  EXPECT_TRUE(loki.tls.skip_verify);
}

TEST(Reader, NamesAnUnsetVariableWithItsPlace) {
  EXPECT_EQ(messages_of("node_name: ${NODE_NAME}\n"),
            "a.yaml:1:12: node_name: environment variable NODE_NAME is not set "
            "(${NODE_NAME:-text} gives a default)\n");
}

TEST(Reader, NeverRepeatsWhatCameFromTheEnvironment) {
  const std::string messages = messages_of(
      "memory_limit: ${SECRET}\nhttp: {listen: '${SECRET}'}\nlog_level: '${SECRET}'\n"
      "outputs: [{name: l, type: loki, url: 'http://u:${SECRET}@l'}]",
      {{"SECRET", "hunter2"}});
  EXPECT_NE(messages, "");
  EXPECT_EQ(messages.find("hunter2"), std::string::npos) << messages;
}

TEST(Reader, TakesAKeyWithoutValueAsNotSet) {
  const ConfigResult result = test::parse("data_dir:\nhttp:\nlogs: {sources: }\noutputs: ~\n");
  ASSERT_TRUE(result) << result.errors[0];
  EXPECT_EQ(result.loaded->config.data_dir, AgentConfig{}.data_dir);
  EXPECT_EQ(messages_of("outputs: [{name: , type: stdout}]"),
            "a.yaml:1:11: outputs[0].name: required, but missing\n");
}

TEST(Reader, SharesSettingsByMergeKeys) {
  const ConfigResult result = test::parse(
      "outputs:\n"
      "  - &base {name: a, type: stdout, batch_wait: 5s}\n"
      "  - {<<: *base, name: b}\n");
  ASSERT_TRUE(result) << result.errors[0];
  EXPECT_EQ(result.loaded->config.outputs[1].name, "b");
  EXPECT_EQ(result.loaded->config.outputs[1].delivery.batch_wait.count(), 5'000);
}

TEST(Reader, RefusesControlCharactersInValues) {
  EXPECT_EQ(messages_of("node_name: \"a\\nb\"\n"),
            "a.yaml:1:12: node_name: control characters and line ends are not allowed\n");
}

TEST(Reader, BoundsTheNumberOfMessages) {
  std::string text;
  for (int i = 0; i < 150; ++i) {
    text += "k" + std::to_string(1000 + i) + ": 1\n";
  }
  const ConfigResult result = test::parse(text);
  ASSERT_EQ(result.errors.size(), 101U);
  EXPECT_EQ(result.errors.back(), "a.yaml:101:1: and 50 more after these");
}

}  // namespace
}  // namespace supercargo
