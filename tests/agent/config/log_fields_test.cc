#include <gtest/gtest.h>

#include "tests/agent/config/config_test_support.h"

namespace supercargo {
namespace {

TEST(LogFields, ReadTheClusterAndTheEnvironmentsOfNamespaces) {
  const ConfigResult result = test::parse(
      "logs:\n"
      "  cluster: ${CLUSTER}\n"
      "  environment: production\n"
      "  environments:\n"
      "    - {namespaces: [staging, '*-staging', '/dev(-.+)?/'], environment: staging}\n",
      {{"CLUSTER", "eu-1"}});
  ASSERT_TRUE(result) << result.errors[0];
  const LogsConfig& logs = result.loaded->config.logs;
  EXPECT_EQ(logs.cluster, "eu-1");
  EXPECT_EQ(logs.environment, "production");
  ASSERT_EQ(logs.environments.size(), 1U);
  EXPECT_EQ(logs.environments[0].environment, "staging");
  EXPECT_EQ(logs.environments[0].namespaces,
            (std::vector<std::string>{"staging", "*-staging", "/dev(-.+)?/"}));
}

TEST(LogFields, ReadWhichFieldsAreTakenFromLines) {
  const ConfigResult result = test::parse(
      "logs: {parse: {format: auto, fields: [trace_id, http.status], max_value: 1KiB}}");
  ASSERT_TRUE(result) << result.errors[0];
  const ParseConfig& parse = result.loaded->config.logs.parse;
  EXPECT_EQ(parse.format, ParseConfig::Format::kAuto);
  EXPECT_EQ(parse.fields, (std::vector<std::string>{"trace_id", "http.status"}));
  EXPECT_EQ(parse.max_value_bytes, 1'024U);
  EXPECT_EQ(LogsConfig{}.parse.format, ParseConfig::Format::kNone);
}

TEST(LogFields, RefuseFieldsOfLinesThatCannotBe) {
  EXPECT_EQ(test::messages_of("logs: {parse: {format: json, fields: [a.b, a_b]}}"),
            "a.yaml:1:44: logs.parse.fields[1]: becomes the same name as a.b\n");
  EXPECT_NE(test::messages_of("logs: {parse: {format: json}}"), "");
  EXPECT_NE(test::messages_of("logs: {parse: {fields: [a]}}"), "") << "a warning";
  for (const char* name : {"''", "gl2_x", "_gl2_x", "caf\u00e9", "\"a\\n\""}) {
    const std::string text = "logs: {parse: {format: json, fields: [" + std::string(name) + "]}}";
    EXPECT_NE(test::messages_of(text), "") << text;
  }
  std::string many = "a0";
  for (int i = 1; i <= 32; ++i) {
    many += ", a" + std::to_string(i);
  }
  EXPECT_NE(test::messages_of("logs: {parse: {format: json, fields: [" + many + "]}}"), "");
}

TEST(LogFields, RefuseEnvironmentsThatCannotBe) {
  EXPECT_EQ(test::messages_of("logs: {environments: [{environment: x, namespaces: []}]}"),
            "a.yaml:1:52: logs.environments[0].namespaces: name at least one\n");
  for (const char* text : {"logs: {environments: [{environment: x}]}",
                           "logs: {environments: [{namespaces: [x]}]}",
                           "logs: {environments: [{namespaces: ['/(/'], environment: x}]}",
                           "logs: {environments: [{namespaces: [A_b], environment: x}]}"}) {
    EXPECT_NE(test::messages_of(text), "") << text;
  }
}

TEST(LogFields, CountThePlaceAmongTheLabelsOfAnOutput) {
  const std::string output =
      "outputs: [{name: l, type: loki, url: 'http://l', labels: [namespace], static_labels: {a: x, "
      "b: x, c: x, d: x, e: x, f: x, g: x, h: x, i: x, j: x, k: x, l: x, m: x}}]\n";
  EXPECT_EQ(test::messages_of("logs: {cluster: x}\n" + output), "");
  EXPECT_EQ(test::messages_of("logs: {cluster: x, environment: y}\n" + output),
            "a.yaml:2:58: outputs[0].labels: 16 labels with the static ones and those of logs: "
            "Loki accepts at most 15, see max_labels\n");
}

TEST(LogFields, ReadTheNamespacesOfAnOutput) {
  const ConfigResult result = test::parse(
      "outputs:\n"
      "  - {name: o, type: stdout, namespaces: [shop-*], exclude_namespaces: [shop-old]}\n");
  ASSERT_TRUE(result) << result.errors[0];
  const OutputConfig& output = result.loaded->config.outputs.at(0);
  EXPECT_EQ(output.namespaces, std::vector<std::string>{"shop-*"});
  EXPECT_EQ(output.exclude_namespaces, std::vector<std::string>{"shop-old"});
  EXPECT_NE(test::messages_of("outputs: [{name: o, type: stdout, namespaces: ['/(/']}]"), "");
}

}  // namespace
}  // namespace supercargo
