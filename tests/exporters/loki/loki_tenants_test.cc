#include "exporters/loki/loki_tenants.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

LokiConfig config_of(std::vector<LokiTenant> tenants) {
  LokiConfig config;
  config.tenant = "others";
  config.tenants = std::move(tenants);
  return config;
}

std::string tenant_of(const LokiConfig& config, const std::string& pod_namespace) {
  const Result<LokiTenants> tenants = LokiTenants::create(config);
  EXPECT_TRUE(tenants);
  ContainerInfo info;
  info.pod_namespace = pod_namespace;
  return tenants ? tenants->tenant_of(info) : "";
}

TEST(LokiTenants, AreTheDefaultWithoutRules) {
  EXPECT_EQ(tenant_of(config_of({}), "shop"), "others");
  EXPECT_EQ(tenant_of(LokiConfig{}, "shop"), "");
}

TEST(LokiTenants, AreOfTheFirstRuleThatMatches) {
  const LokiConfig config =
      config_of({{{"shop-*", "till"}, "shop"}, {{"shop-old", "kube-?"}, "never"}});
  EXPECT_EQ(tenant_of(config, "shop-old"), "shop");
  EXPECT_EQ(tenant_of(config, "shop-"), "shop");
  EXPECT_EQ(tenant_of(config, "till"), "shop");
  EXPECT_EQ(tenant_of(config, "kube-x"), "never");
  EXPECT_EQ(tenant_of(config, "kube-"), "others");
  EXPECT_EQ(tenant_of(config, "shop"), "others");
  EXPECT_EQ(tenant_of(config, "the-till"), "others");
}

TEST(LokiTenants, AreMatchedByExpressionsForTheWholeName) {
  const LokiConfig config = config_of({{{"/a|b/", "/team-(x|y)(-.*)?/"}, "t"}});
  EXPECT_EQ(tenant_of(config, "a"), "t");
  EXPECT_EQ(tenant_of(config, "b"), "t");
  EXPECT_EQ(tenant_of(config, "ab"), "others");
  EXPECT_EQ(tenant_of(config, "team-y-dev"), "t");
  EXPECT_EQ(tenant_of(config, "my-team-y"), "others");
}

TEST(LokiTenants, TakeGlobsForWhatTheyAre) {
  const LokiConfig config = config_of({{{"a.b", "c+"}, "t"}});
  EXPECT_EQ(tenant_of(config, "axb"), "others");
  EXPECT_EQ(tenant_of(config, "ccc"), "others");
}

TEST(LokiTenants, OfContainersWithoutNamespaceAreThoseOfAnyOne) {
  EXPECT_EQ(tenant_of(config_of({{{"*"}, "all"}}), ""), "all");
  EXPECT_EQ(tenant_of(config_of({{{"?*"}, "named"}}), ""), "others");
  EXPECT_EQ(tenant_of(config_of({{{}, "nobody"}}), ""), "others");
}

TEST(LokiTenants, RefuseWhatIsNoExpression) {
  EXPECT_FALSE(LokiTenants::create(config_of({{{"/a(/"}, "t"}})));
}

}  // namespace
}  // namespace supercargo
