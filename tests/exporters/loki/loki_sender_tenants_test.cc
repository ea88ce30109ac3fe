// A LokiSender with several tenants: none waits for another.

#include <gmock/gmock.h>

#include "tests/exporters/loki/fake_annotations.h"
#include "tests/exporters/loki/loki_client.h"

namespace supercargo {
namespace {

using Kind = Outcome::Kind;
using std::chrono::seconds;
using test::at_kNow;
using test::Client;
using test::kNow;
using test::LokiLimits;
using test::LokiStandIn;
using test::part_of;
using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;

LokiConfig two_tenants(const std::string& url) {
  LokiConfig config = Client::config_for(url);
  config.tenant = "rest";
  config.tenants = {{{"shop*"}, "shop"}};
  return config;
}

std::vector<std::pair<std::string, std::string>> tenants_and_texts(const LokiStandIn& loki) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const test::LokiLine& line : loki.lines()) {
    out.emplace_back(line.tenant, line.line);
  }
  return out;
}

TEST(LokiSenderTenants, SendsEachContainersLinesToItsTenant) {
  LokiStandIn loki(at_kNow());
  Client client(two_tenants(loki.url()));
  client.append_of("shop-1", "bought", 1);
  client.append_of("kube-system", "started", 2);
  client.append_of("shop-1", "sold", 1);
  EXPECT_EQ(client.post().kind, Kind::kDelivered);
  EXPECT_THAT(
      tenants_and_texts(loki),
      UnorderedElementsAre(Pair("shop", "bought"), Pair("shop", "sold"), Pair("rest", "started")));
}

TEST(LokiSenderTenants, SendsAPodsLinesToTheTenantThatItsAnnotationNames) {
  LokiStandIn loki(at_kNow());
  LokiConfig config = two_tenants(loki.url());
  config.tenant_annotation = "example.com/tenant";
  const auto pods = std::make_shared<test::FakeAnnotations>();
  pods->set("shop-1", {.coming = false, .value = "mine"});
  pods->set("shop-2", {.coming = false, .value = "no tenant/"});
  Client client(config, {}, SenderInputs{pods, {}, {}});
  client.append_of("shop-1", "annotated", 1);
  client.append_of("shop-2", "wrongly annotated", 2);
  client.append_of("shop-3", "not annotated", 3);
  EXPECT_EQ(client.post().kind, Kind::kDelivered);
  EXPECT_THAT(tenants_and_texts(loki),
              UnorderedElementsAre(Pair("mine", "annotated"),
                                   Pair("shop", "wrongly annotated"),
                                   Pair("shop", "not annotated")));
}

TEST(LokiSenderTenants, TakesAnAnnotationOverThatComesLate) {
  LokiStandIn loki(at_kNow());
  LokiConfig config = two_tenants(loki.url());
  config.tenant_annotation = "example.com/tenant";
  const auto pods = std::make_shared<test::FakeAnnotations>();
  pods->set("other", {.coming = true, .value = ""});
  Client client(config, {}, SenderInputs{pods, {}, {}});
  client.append_of("other", "before", 1);
  EXPECT_EQ(client.post().kind, Kind::kDelivered);
  pods->set("other", {.coming = false, .value = "mine"});
  client.append_of("other", "behind", 1);
  EXPECT_EQ(client.post().kind, Kind::kDelivered);
  EXPECT_THAT(tenants_and_texts(loki),
              UnorderedElementsAre(Pair("rest", "before"), Pair("mine", "behind")));
}

TEST(LokiSenderTenants, HoldsOnlyTheTenantThatSendsTooMuch) {
  LokiStandIn loki(at_kNow());
  LokiLimits limits;
  limits.ingestion_rate = 1'000;
  limits.ingestion_burst = 2'000;
  loki.set_limits("shop", limits);
  Client client(two_tenants(loki.url()));
  client.append_of("shop", std::string(1'900, 'a'), 1);
  (void)client.post();
  client.append_of("shop", std::string(1'900, 'b'), 1);
  client.append_of("other", "c", 2);
  const Outcome outcome = client.post();
  EXPECT_EQ(outcome.kind, Kind::kDelivered);
  EXPECT_EQ(part_of(outcome, 2).kind, Kind::kDelivered);
  const Outcome::Part waits = part_of(outcome, 1);
  EXPECT_EQ(waits.kind, Kind::kRetry);
  EXPECT_EQ(waits.reason, "tenant_rate");
  EXPECT_GE(waits.hold, seconds(1));
  // A container that did not know of it is told without a request.
  const std::uint64_t requests = loki.counters().requests;
  client.append_of("shop", "d", 3);
  EXPECT_EQ(part_of(client.post(), 3).kind, Kind::kRetry);
  EXPECT_EQ(loki.counters().requests, requests);
}

TEST(LokiSenderTenants, HoldsOnlyTheTenantThatMayNotWrite) {
  LokiStandIn loki(at_kNow());
  LokiLimits limits;
  limits.answer_status = 403;
  loki.set_limits("shop", limits);
  Client client(two_tenants(loki.url()));
  for (int i = 0; i < 3; ++i) {
    client.append_of("shop", "a", 1);
    client.append_of("other", "b" + std::to_string(i), 2);
    const Outcome outcome = client.post();
    EXPECT_EQ(outcome.kind, Kind::kDelivered);
    EXPECT_EQ(part_of(outcome, 1).kind, Kind::kRetry);
    EXPECT_EQ(part_of(outcome, 1).reason, "forbidden");
    EXPECT_EQ(part_of(outcome, 2).kind, Kind::kDelivered);
  }
  EXPECT_EQ(loki.counters().answers[403], 1U);
}

TEST(LokiSenderTenants, LearnsTheLimitsOfEachTenantAlone) {
  LokiStandIn loki(at_kNow());
  LokiLimits limits;
  limits.max_line_bytes = 50;
  loki.set_limits("shop", limits);
  Client client(two_tenants(loki.url()));
  for (int i = 0; i < 2; ++i) {
    client.append_of("shop", std::string(100, 'a'), 1);
    client.append_of("other", std::string(100, 'b'), 2);
    EXPECT_EQ(client.post().kind, Kind::kDelivered);
  }
  for (const test::LokiLine& line : loki.lines()) {
    EXPECT_EQ(line.line.size(), line.tenant == "shop" ? 50U : 100U);
  }
}

}  // namespace
}  // namespace supercargo
