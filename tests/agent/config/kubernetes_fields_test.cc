#include <gtest/gtest.h>

#include "agent/config/fields.h"
#include "tests/agent/config/config_test_support.h"

namespace supercargo {
namespace {

TEST(KubernetesFields, AreReadAsTheyStand) {
  const ConfigResult result = test::parse(
      "kubernetes:\n"
      "  api: on\n"
      "  url: https://192.0.2.1:6443\n"
      "  service_account_dir: /sa\n"
      "  pod_labels: [app.kubernetes.io/name, team]\n"
      "  pod_annotations: [example.com/owner]\n");
  ASSERT_TRUE(result) << result.errors[0];
  const KubernetesConfig& config = result.loaded->config.kubernetes;
  EXPECT_EQ(config.api, "on");
  EXPECT_EQ(config.url, "https://192.0.2.1:6443");
  EXPECT_EQ(config.service_account_dir, "/sa");
  EXPECT_EQ(config.pod_labels, (std::vector<std::string>{"app.kubernetes.io/name", "team"}));
  EXPECT_EQ(config.pod_annotations, (std::vector<std::string>{"example.com/owner"}));
}

TEST(KubernetesFields, RefuseKeysThatBecomeTheSameMetricLabel) {
  EXPECT_EQ(test::messages_of("kubernetes: {pod_labels: [app.x, app-x]}"),
            "a.yaml:1:26: kubernetes.pod_labels: app-x and app.x would become the same metric "
            "label\n");
  EXPECT_EQ(test::messages_of("kubernetes: {pod_labels: [a.x], pod_annotations: [a-x]}"), "");
}

TEST(KubernetesFields, RefuseWhatCannotWork) {
  for (const char* text : {"kubernetes: {api: maybe}",
                           "kubernetes: {url: 'tcp://192.0.2.1:6443'}",
                           "kubernetes: {service_account_dir: sa}",
                           "kubernetes: {pod_labels: ['app=web']}"}) {
    EXPECT_NE(test::messages_of(text), "") << text;
  }
}

}  // namespace
}  // namespace supercargo
