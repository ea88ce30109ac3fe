#include "agent/config/checks.h"

#include <gtest/gtest.h>

namespace supercargo::config {
namespace {

TEST(CheckListenAddress, TakesAddressesWithPorts) {
  for (const auto* text : {"[::]:9655", "0.0.0.0:80", "127.0.0.1:0", "[fd00::1]:65535"}) {
    EXPECT_EQ(check_listen_address(text), "") << text;
  }
}

TEST(CheckListenAddress, RefusesNamesAndMissingParts) {
  for (const auto* text :
       {"", ":9655", "9655", "localhost:80", "::1:80", "[::1]", "1.2.3:80", "1.2.3.4:65536"}) {
    EXPECT_NE(check_listen_address(text), "") << text;
  }
}

TEST(CheckRegularExpression, NamesWhatIsWrong) {
  EXPECT_EQ(check_regular_expression("^(a|b)$"), "");
  EXPECT_EQ(check_regular_expression("^(a|b$"),
            "not a regular expression (RE2): missing ): ^(a|b$");
}

TEST(CheckOutputName, BoundsLengthAndCharacters) {
  EXPECT_EQ(check_output_name("loki-1_a"), "");
  EXPECT_EQ(check_output_name(std::string(63, 'a')), "");
  EXPECT_NE(check_output_name(std::string(64, 'a')), "");
  EXPECT_NE(check_output_name(""), "");
  EXPECT_NE(check_output_name("Loki"), "");
  EXPECT_NE(check_output_name("a/b"), "");
}

TEST(CheckLokiUrl, TakesHttpOnly) {
  EXPECT_EQ(check_loki_url("http://loki:3100"), "");
  EXPECT_EQ(check_loki_url("https://gateway/prefix"), "");
  EXPECT_EQ(check_loki_url("tcp://loki:3100"), "expected http:// or https://");
  EXPECT_EQ(check_loki_url("http://loki:3100/loki/api/v1/push"),
            "the push path is appended: leave /loki/api/v1/push away");
}

TEST(CheckTenant, TakesWhatLokiTakes) {
  EXPECT_EQ(check_tenant("team-a_1.b!*'()"), "");
  EXPECT_EQ(check_tenant(std::string(150, 'a')), "");
  for (const std::string& text : {std::string(),
                                  std::string(151, 'a'),
                                  std::string("."),
                                  std::string(".."),
                                  std::string("a b"),
                                  std::string("a|b"),
                                  std::string("a/b"),
                                  std::string("caf\u00e9")}) {
    EXPECT_NE(check_tenant(text), "") << text;
  }
}

TEST(CheckNamespacePattern, TakesGlobsAndExpressions) {
  for (const auto* text : {"shop", "shop-*", "?", "", "/shop-(a|b)/", "//"}) {
    EXPECT_EQ(check_namespace_pattern(text), "") << text;
  }
  for (const auto* text : {"Shop", "a.b", "a|b", "/", "/a", "a/", "[ab]"}) {
    EXPECT_NE(check_namespace_pattern(text), "") << text;
  }
  EXPECT_EQ(check_namespace_pattern("/(/"), "not a regular expression (RE2): missing ): (");
}

TEST(CheckGelfUrl, TakesFiveSchemes) {
  for (const auto* scheme : {"tcp", "tls", "udp", "http", "https"}) {
    EXPECT_EQ(check_gelf_url(std::string(scheme) + "://graylog:12201"), "") << scheme;
  }
  EXPECT_NE(check_gelf_url("ftp://graylog"), "");
}

TEST(CheckLabelName, FollowsLokisRules) {
  EXPECT_EQ(check_label_name("cluster_1"), "");
  for (const auto* text : {"", "1a", "__x", "a-b", "a.b"}) {
    EXPECT_NE(check_label_name(text), "") << text;
  }
}

TEST(CheckHttpUrl, TakesHttpOnly) {
  EXPECT_EQ(check_http_url("https://192.0.2.1:6443"), "");
  EXPECT_EQ(check_http_url("http://localhost:8001"), "");
  EXPECT_NE(check_http_url("tcp://192.0.2.1:6443"), "");
}

TEST(CheckKubernetesKey, TakesNamesWithAndWithoutAPrefix) {
  for (const auto* text : {"app", "app.kubernetes.io/name", "a_b-c.D", "example.com/9"}) {
    EXPECT_EQ(check_kubernetes_key(text), "") << text;
  }
  for (const auto* text : {"", "a b", "example.com/", "a/b/c", "app=web", "*"}) {
    EXPECT_NE(check_kubernetes_key(text), "") << text;
  }
  EXPECT_NE(check_kubernetes_key(std::string(64, 'a')), "");
}

TEST(CheckLabelValue, BoundsTheLength) {
  EXPECT_EQ(check_label_value(std::string(2048, 'a')), "");
  EXPECT_NE(check_label_value(std::string(2049, 'a')), "");
  EXPECT_NE(check_label_value(""), "");
}

TEST(CheckHeaderName, RefusesOwnHeadersAndOddNames) {
  EXPECT_EQ(check_header_name("X-Api-Key"), "");
  EXPECT_EQ(check_header_name("Content-Type"), "this header is set by supercargo");
  EXPECT_EQ(check_header_name("x-scope-orgID"), "use the key tenant for this header");
  EXPECT_NE(check_header_name("a b"), "");
  EXPECT_NE(check_header_name("a:"), "");
  EXPECT_NE(check_header_name(""), "");
}

TEST(CheckGelfFieldName, LeavesTheUnderscoreToTheEncoder) {
  EXPECT_EQ(check_gelf_field_name("cluster.name-1"), "");
  EXPECT_EQ(check_gelf_field_name("_cluster"), "leave the leading \"_\" away: it is added");
  EXPECT_EQ(check_gelf_field_name("id"), "GELF does not allow a field of the name _id");
  EXPECT_EQ(check_gelf_field_name("gl2_x"), "Graylog keeps names that begin with gl2_ for itself");
  EXPECT_NE(check_gelf_field_name("a b"), "");
}

TEST(CheckAbsolutePath, RefusesRelativeOnes) {
  EXPECT_EQ(check_absolute_path("/a"), "");
  EXPECT_NE(check_absolute_path("a"), "");
}

}  // namespace
}  // namespace supercargo::config
