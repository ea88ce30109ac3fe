#include "agent/http/routes.h"

#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace supercargo {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class RoutesTest : public testing::Test {
 protected:
  RoutesTest()
      : routes_(scraper_,
                {.health = [this] { return health_; },
                 .ready = [this] { return ready_; },
                 .config = [] { return std::string("data_dir: /x\n"); },
                 .ledger = [] { return std::vector<AccountPointer>(); },
                 .status =
                     [](const std::function<void(StatusSnapshot)>& done) {
                       StatusSnapshot status;
                       status.node = "node-1";
                       done(status);
                     }}) {
    self_.counter({"supercargo_sent_total", "Sent.", MetricKind::kCounter}).Increment(4);
  }

  HttpResponse get(HttpRequest request) {
    std::promise<HttpResponse> answer;
    routes_.handle(request, [&](HttpResponse response) { answer.set_value(std::move(response)); });
    return answer.get_future().get();
  }

  HttpResponse get_local(const char* path) { return get({.path = path, .from_loopback = true}); }

  SelfMetrics self_;
  Scraper scraper_{{}, self_, MetricsMode::kAll};
  HealthAnswer health_;
  HealthAnswer ready_;
  Routes routes_;
};

TEST_F(RoutesTest, NegotiatesTheFormatOfMetrics) {
  const HttpResponse text = get({.path = "/metrics"});
  EXPECT_EQ(text.status, 200U);
  EXPECT_EQ(text.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(*text.body, HasSubstr("# TYPE supercargo_sent_total counter\n"));
  const HttpResponse open = get({.path = "/metrics/self",
                                 .headers = {{"accept", "application/openmetrics-text"},
                                             {"accept-encoding", "identity"},
                                             {"x-prometheus-scrape-timeout-seconds", "10"}}});
  EXPECT_EQ(open.content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_THAT(*open.body, HasSubstr("# TYPE supercargo_sent counter\n"));
  EXPECT_FALSE(open.gzip);
}

TEST_F(RoutesTest, CompressesWhenAsked) {
  const HttpResponse packed = get({.path = "/metrics", .headers = {{"accept-encoding", "gzip"}}});
  EXPECT_TRUE(packed.gzip);
  EXPECT_THAT(*packed.body, StartsWith("\x1f\x8b"));
}

TEST_F(RoutesTest, KnowsEveryEndpoint) {
  for (const char* path : {"/metrics", "/metrics/cadvisor", "/metrics/node", "/metrics/self"}) {
    EXPECT_EQ(get({.path = path}).status, 200U) << path;
  }
  EXPECT_EQ(*get({.path = "/metrics/node"}).body, "");
}

TEST_F(RoutesTest, TellsHealthAndReadiness) {
  EXPECT_EQ(get({.path = "/healthz"}).status, 200U);
  EXPECT_EQ(*get({.path = "/readyz"}).body, "ok\n");
  health_ = {.ok = false, .text = "thread collect has not moved for 60 s"};
  EXPECT_EQ(get({.path = "/healthz"}).status, 503U);
  EXPECT_EQ(*get({.path = "/healthz"}).body, "thread collect has not moved for 60 s\n");
  EXPECT_EQ(get({.path = "/readyz"}).status, 200U);
}

TEST_F(RoutesTest, AnswersOtherPagesToTheMachineItselfOnly) {
  for (const char* path : {"/", "/config", "/ledger"}) {
    const HttpResponse refused = get({.path = path});
    EXPECT_EQ(refused.status, 403U) << path;
    EXPECT_THAT(*refused.body, HasSubstr("only to the machine itself"));
    EXPECT_EQ(get_local(path).status, 200U) << path;
  }
  EXPECT_EQ(*get_local("/config").body, "data_dir: /x\n");
  EXPECT_EQ(*get_local("/ledger").body, "{\"outputs\":[],\"accounts\":[]}\n");
  EXPECT_EQ(get_local("/ledger").content_type, "application/json");
}

TEST_F(RoutesTest, ShowsTheStatusPageAndRefreshesItWhenAsked) {
  const HttpResponse page = get_local("/");
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(*page.body, HasSubstr("Supercargo on node-1"));
  const auto refreshing = [this](const char* query) {
    return *get({.path = "/", .query = query, .from_loopback = true}).body;
  };
  EXPECT_THAT(refreshing("refresh=5"), HasSubstr("content=\"5\""));
  EXPECT_THAT(refreshing("refresh=0"), HasSubstr("content=\"1\""));
  EXPECT_THAT(refreshing("refresh=x"), testing::Not(HasSubstr("http-equiv")));
}

TEST_F(RoutesTest, NamesThePathsWhenOneIsNotFound) {
  for (const char* path : {"/nothing", "/metrics/", "/metricsx", "", "/..", "/config/"}) {
    const HttpResponse response = get_local(path);
    EXPECT_EQ(response.status, 404U) << path;
    EXPECT_THAT(*response.body, HasSubstr("/metrics/cadvisor"));
  }
}

}  // namespace
}  // namespace supercargo
