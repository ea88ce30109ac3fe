#include "agent/config/output_rules.h"

#include <gmock/gmock.h>

#include "tests/agent/config/config_test_support.h"

namespace supercargo {
namespace {

// The messages about one output, its keys written as they stand inside braces.
std::string loki(std::string_view keys) {
  return test::messages_of("outputs:\n  - {name: l, type: loki, " + std::string(keys) + "}\n");
}

std::string gelf(std::string_view keys) {
  return test::messages_of("outputs:\n  - {name: g, type: gelf, " + std::string(keys) + "}\n");
}

std::string gelf_url(std::string_view url) {
  const ConfigResult result =
      test::parse("outputs: [{name: g, type: gelf, url: '" + std::string(url) + "'}]");
  return result ? std::get<GelfConfig>(result.loaded->config.outputs[0].kind).url
                : result.errors[0];
}

TEST(OutputRules, AcceptAPlainLoki) {
  EXPECT_EQ(loki("url: 'http://loki:3100'"), "");
}

TEST(OutputRules, TellWhereCredentialsBelong) {
  EXPECT_EQ(
      loki("url: 'http://u:p@loki:3100'"),
      "a.yaml:2:32: outputs[0].url: credentials do not belong in a URL: use auth.username and "
      "auth.password_file\n");
}

TEST(OutputRules, RefuseTwoFormsOfOneSecret) {
  EXPECT_EQ(loki("url: 'https://l', auth: {username: u, password: p, password_file: /p}"),
            "a.yaml:2:93: outputs[0].auth.password_file: not both password and password_file\n");
  EXPECT_EQ(loki("url: 'https://l', auth: {bearer_token: p, bearer_token_file: /p}"),
            "a.yaml:2:88: outputs[0].auth.bearer_token_file: not both bearer_token and "
            "bearer_token_file\n");
}

TEST(OutputRules, RefuseMixedOrIncompleteAuthentication) {
  EXPECT_EQ(loki("url: 'https://l', auth: {username: u, password: p, bearer_token: t}"),
            "a.yaml:2:51: outputs[0].auth: either username and password or a bearer token, not "
            "both\n");
  EXPECT_EQ(loki("url: 'https://l', auth: {password: p}"),
            "a.yaml:2:51: outputs[0].auth.username: required with a password\n");
}

TEST(OutputRules, WarnOfCredentialsInClear) {
  EXPECT_EQ(loki("url: 'http://l', auth: {username: u, password: p}"),
            "a.yaml:2:50: outputs[0].auth: the credentials go over the network in clear: use "
            "https://\n");
  EXPECT_EQ(loki("url: 'https://l', auth: {username: u, password: p}"), "");
}

TEST(OutputRules, WarnOfTlsSettingsWithoutEffect) {
  EXPECT_EQ(loki("url: 'http://l', tls: {ca_file: /ca}"),
            "a.yaml:2:49: outputs[0].tls: has no effect without https://\n");
  EXPECT_EQ(gelf("url: 'tcp://g', tls: {ca_file: /ca}"),
            "a.yaml:2:48: outputs[0].tls: has no effect without tls:// or https://\n");
  EXPECT_EQ(gelf("url: 'tls://g', tls: {ca_file: /ca}"), "");
}

TEST(OutputRules, WantCertificateAndKeyTogether) {
  EXPECT_EQ(loki("url: 'https://l', tls: {certificate_file: /c}"),
            "a.yaml:2:50: outputs[0].tls.key_file: certificate_file and key_file go together\n");
  EXPECT_EQ(loki("url: 'https://l', tls: {certificate_file: /c, key_file: /k}"), "");
}

TEST(OutputRules, WarnWhenNoCertificateIsVerified) {
  EXPECT_EQ(
      loki("url: 'https://l', tls: {skip_verify: true}"),
      "a.yaml:2:64: outputs[0].tls.skip_verify: any receiver is trusted: the logs can be read "
      "on the way\n");
}

TEST(OutputRules, BoundTheNumberOfLokiLabels) {
  std::string labels;
  for (int i = 0; i < 10; ++i) {
    labels += "l" + std::to_string(i) + ": v, ";
  }
  EXPECT_EQ(loki("url: 'http://l', static_labels: {" + labels + "}"), "");
  EXPECT_EQ(
      loki("url: 'http://l', static_labels: {" + labels + "z: v}"),
      "a.yaml:2:59: outputs[0].static_labels: 16 labels with the static ones: Loki accepts at "
      "most 15, see max_labels\n");
  EXPECT_EQ(loki("url: 'http://l', max_labels: 16, static_labels: {" + labels + "z: v}"), "");
  EXPECT_EQ(loki("url: 'http://l', labels: []"),
            "a.yaml:2:52: outputs[0].labels: Loki refuses streams without a label: name at least "
            "one\n");
}

TEST(OutputRules, TakePodLabelsThatAreKeptUnderNamesOfTheirOwn) {
  const std::string kept = "kubernetes: {pod_labels: [app.kubernetes.io/name]}\n";
  const auto messages = [&kept](const std::string& keys) {
    return test::messages_of(kept + "outputs: [{name: a, type: loki, url: 'http://l', " + keys +
                             "}]");
  };
  EXPECT_EQ(messages("pod_labels: {app.kubernetes.io/name: app}, labels: [workload]"), "");
  EXPECT_THAT(messages("pod_labels: {app.kubernetes.io/name: pod}"),
              testing::HasSubstr("pod is a label already"));
  EXPECT_THAT(messages("pod_labels: {team: team}"),
              testing::HasSubstr("name it in kubernetes.pod_labels, too"));
  EXPECT_THAT(messages("pod_labels: {app.kubernetes.io/name: 1a}"),
              testing::HasSubstr("does not begin with a digit"));
}

TEST(OutputRules, RefuseUnknownDoubledAndClashingLabels) {
  EXPECT_EQ(
      loki("url: 'http://l', labels: [pod, pod, pods], static_labels: {pod: x, 1a: y}"),
      "a.yaml:2:58: outputs[0].labels[1]: named twice\n"
      "a.yaml:2:63: outputs[0].labels[2]: unknown value; did you mean \"pod\"?\n"
      "a.yaml:2:91: outputs[0].static_labels.pod: is already one of labels\n"
      "a.yaml:2:94: outputs[0].static_labels.1a: a label's name has letters, digits and "
      "\"_\", does not begin with a digit, and not with \"__\", which Loki keeps for itself\n");
}

TEST(OutputRules, WantTenantsThatLokiTakesAndNamespacesForEach) {
  EXPECT_EQ(loki("url: 'http://l', tenants: [{namespaces: ['a*', /b/], tenant: t}]"), "");
  EXPECT_EQ(loki("url: 'http://l', tenants: [{namespaces: [], tenant: t}]"),
            "a.yaml:2:67: outputs[0].tenants[0].namespaces: name at least one\n");
  EXPECT_EQ(loki("url: 'http://l', tenants: [{namespaces: [A, a, /(/], tenant: a b}]"),
            "a.yaml:2:68: outputs[0].tenants[0].namespaces[0]: a namespace's name has lower-case "
            "letters, digits and \"-\"; a regular expression stands between slashes\n"
            "a.yaml:2:74: outputs[0].tenants[0].namespaces[2]: not a regular expression (RE2): "
            "missing ): (\n"
            "a.yaml:2:88: outputs[0].tenants[0].tenant: a tenant's name has 1 to 150 letters, "
            "digits and !-_.*'(), and is not . or ..\n");
  EXPECT_EQ(loki("url: 'http://l', tenants: [{}]"),
            "a.yaml:2:54: outputs[0].tenants[0].namespaces: required, but missing\n"
            "a.yaml:2:54: outputs[0].tenants[0].tenant: required, but missing\n");
}

TEST(OutputRules, FillInThePortOfGelf) {
  EXPECT_EQ(gelf_url("tcp://graylog"), "tcp://graylog:12201");
  EXPECT_EQ(gelf_url("udp://[::1]"), "udp://[::1]:12201");
  EXPECT_EQ(gelf_url("https://g/gelf"), "https://g:12201/gelf");
  EXPECT_EQ(gelf_url("tls://graylog:1"), "tls://graylog:1");
}

TEST(OutputRules, RefuseCredentialsWithoutHttp) {
  EXPECT_EQ(gelf("url: 'tcp://g', auth: {username: u}"),
            "a.yaml:2:49: outputs[0].auth: only http:// and https:// can carry credentials\n");
}

TEST(OutputRules, RefuseAPathWithoutHttp) {
  EXPECT_EQ(gelf("url: 'tcp://g/gelf'"),
            "a.yaml:2:32: outputs[0].url: only http:// and https:// have a path\n");
  EXPECT_EQ(gelf("url: 'tcp://g/'"), "");
}

TEST(OutputRules, WantOneSchemeForAllAddressesOfAnOutput) {
  EXPECT_EQ(gelf("url: 'tls://g', failover_urls: ['tls://h', 'tcp://i']"),
            "a.yaml:2:70: outputs[0].failover_urls[1]: must begin as url does: tls://\n");
  EXPECT_EQ(gelf("url: 'tcp://g', failover_urls: ['tcp://h/x']"),
            "a.yaml:2:59: outputs[0].failover_urls[0]: only http:// and https:// have a path\n");
}

TEST(OutputRules, SayWhatHasNoEffectWithoutHttp) {
  EXPECT_EQ(gelf("url: 'tcp://g', bulk: true"),
            "a.yaml:2:49: outputs[0].bulk: has no effect without http:// or https://\n");
  EXPECT_EQ(gelf("url: 'http://g', bulk: true, headers: {X-Token: t}, max_body: 1MiB"), "");
}

TEST(OutputRules, TakeAllValuesOfGelfFieldsAsText) {
  const ConfigResult result = test::parse(
      "outputs:\n  - {name: g, type: gelf, url: 'tcp://g', static_fields: {a: true, b: 8080, c: "
      "null}}\n");
  ASSERT_TRUE(result);
  const auto& fields = std::get<GelfConfig>(result.loaded->config.outputs[0].kind).static_fields;
  EXPECT_EQ(fields, (std::map<std::string, std::string>{{"a", "true"}, {"b", "8080"}, {"c", ""}}));
}

TEST(OutputRules, KeepOwnGelfFields) {
  EXPECT_EQ(gelf("url: 'tcp://g', static_fields: {pod: x, cluster: y}"),
            "a.yaml:2:64: outputs[0].static_fields.pod: this name is taken: choose another\n");
}

TEST(OutputRules, WantTheFirstWaitBelowTheLongest) {
  EXPECT_EQ(loki("url: 'http://l', backoff: {initial: 1m, max: 1s}"),
            "a.yaml:2:63: outputs[0].backoff.initial: initial must not be longer than max\n");
}

TEST(RootRules, WantNamesOnce) {
  EXPECT_EQ(test::messages_of("outputs:\n  - {name: a, type: stdout}\n  - {name: b, type: stdout}\n"
                              "  - {name: a, type: stdout}\n"),
            "a.yaml:4:12: outputs[2].name: \"a\" is already the name of outputs[0]\n");
}

TEST(SourceRules, WantAPathForFiles) {
  EXPECT_EQ(test::messages_of("logs: {sources: [{type: files}]}"),
            "a.yaml:1:18: logs.sources[0].path: required for a source of type files\n");
}

}  // namespace
}  // namespace supercargo
