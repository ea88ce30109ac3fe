// Receivers that fail in all their ways: every line arrives, in order, and each loss has a reason.
#include "exporters/gelf/gelf_counters.h"
#include "tests/exporters/gelf/gelf_scenario.h"

namespace supercargo {
namespace {

using test::GraylogStandIn;
using test::numbered_lines;
using testing::IsEmpty;

using GelfStream = test::GelfScenario;
SUPERCARGO_GELF_SCHEMES(GelfStream, "tcp", "tls");

TEST_P(GelfStream, AConnectionCutWithinAMessageIsFollowedByWholeOnes) {
  config.confirm_after = Milliseconds(1'000);  // longer than the receiver takes to cut
  for (const bool reset : {false, true}) {
    GraylogStandIn server(server_options);
    GraylogStandIn::Faults faults;
    faults.close_after_bytes = 33'333;
    faults.reset = reset;
    server.set_faults(faults);
    start({url_of(server)});
    const auto lines = numbered_lines(400);
    source().write("web", lines);
    ASSERT_TRUE(run_until_settled(lines.size()));
    EXPECT_EQ(first_arrivals(server.messages()), lines);
    EXPECT_THAT(server.refusals(), IsEmpty());
    EXPECT_EQ(server.connections(), 2U);
    EXPECT_GT(source().repeated(), 0U);
    EXPECT_THAT(source().dropped(), IsEmpty());
  }
}

TEST_P(GelfStream, WhatACrashTookWithItIsSentAgain) {
  server_options.hold = Milliseconds(5'000);  // in memory, until then
  test::TempTree tree;
  server_options.output_file = tree.path("stored");
  GraylogStandIn server(server_options);
  config.confirm_after = Milliseconds(60'000);
  start({url_of(server)});
  const auto lines = numbered_lines(100);
  source().write("web", lines);
  ASSERT_TRUE(run_until([&] { return server.accepted() == lines.size(); }));
  EXPECT_EQ(source().settled(), 0U);
  server.crash();
  ASSERT_TRUE(run_until([&] { return server.accepted() == 2 * lines.size(); }));
  EXPECT_EQ(source().repeated(), lines.size());
}

TEST_P(GelfStream, AnOutageLosesNothing) {
  auto server = std::make_unique<GraylogStandIn>(server_options);
  const std::string url = url_of(*server);
  server_options.tcp_port = server->tcp_port();
  start({url});
  source().write("web", numbered_lines(10));
  ASSERT_TRUE(run_until_settled(10));
  server.reset();
  source().write("web", numbered_lines(10));
  const auto& connected = GelfCounters(metrics, "graylog").connections;
  (void)run_until([end = steady_now() + Milliseconds(200)] { return steady_now() > end; });
  EXPECT_EQ(source().settled(), 10U);
  EXPECT_EQ(connected.Value(), 1);
  server = std::make_unique<GraylogStandIn>(server_options);
  ASSERT_TRUE(run_until_settled(20));
  EXPECT_EQ(server->accepted(), 10U);
}

using GelfRequests = test::GelfScenario;
SUPERCARGO_GELF_SCHEMES(GelfRequests, "http", "https");

TEST_P(GelfRequests, WhatTheReceiverOrItsSettingsMayMendIsKept) {
  for (const int status : {401, 403, 404, 429, 500, 503}) {
    GraylogStandIn server(server_options);
    GraylogStandIn::Faults faults;
    faults.http_status = status;
    faults.http_after = 30;
    server.set_faults(faults);
    start({url_of(server)});
    const auto lines = numbered_lines(100);
    source().write("a", lines);
    source().write("b", lines);
    ASSERT_TRUE(run_until([&] { return source().repeated() > 0; })) << status;
    server.set_faults({});
    ASSERT_TRUE(run_until_settled(200)) << status;
    EXPECT_EQ(first_arrivals(server.messages(), "a"), lines) << status;
    EXPECT_EQ(first_arrivals(server.messages(), "b"), lines) << status;
    EXPECT_EQ(server.accepted(), 200U) << "each of them once: " << status;
    EXPECT_THAT(source().dropped(), IsEmpty());
  }
}

TEST_P(GelfRequests, TheTimeThatTheReceiverAsksForIsWaited) {
  GraylogStandIn server(server_options);
  GraylogStandIn::Faults faults;
  faults.http_status = 429;
  faults.http_header = "Retry-After: 1\r\n";
  server.set_faults(faults);
  start({url_of(server)});
  source().write("web", {"x"});
  const SteadyTime begin = steady_now();
  ASSERT_TRUE(run_until([&] { return server.http_requests() == 1; }));
  server.set_faults({});
  ASSERT_TRUE(run_until_settled(1));
  EXPECT_GE(steady_now() - begin, Milliseconds(1'000));
  EXPECT_EQ(server.http_requests(), 2U);
}

TEST_P(GelfRequests, ARefusedLineIsCountedAndStopsNoOther) {
  GraylogStandIn server(server_options);
  GraylogStandIn::Faults faults;
  faults.http_status = 400;
  faults.http_only = "poison";
  server.set_faults(faults);
  start({url_of(server)});
  source().write("a", {"1", "poison", "2"});
  source().write("b", {"1", "2"});
  ASSERT_TRUE(run_until_settled(5));
  EXPECT_EQ(server.accepted(), 4U);
  EXPECT_EQ(source().dropped(), (std::map<std::string, std::uint64_t>{{"http_400", 1}}));
  EXPECT_EQ(source().repeated(), 0U);
}

TEST_P(GelfRequests, TheAuthorizationHeaderIsSent) {
  server_options.http.authorization_name = "X-Graylog-Token";
  server_options.http.authorization_value = "secret";
  GraylogStandIn server(server_options);
  config.headers = {{"X-Graylog-Token", "secret"}};
  start({url_of(server)});
  source().write("web", {"x"});
  ASSERT_TRUE(run_until_settled(1));
  EXPECT_EQ(server.accepted(), 1U);
}

TEST_P(GelfRequests, ConnectionsAreKeptAndShared) {
  GraylogStandIn server(server_options);
  config.connections = 3;
  start({url_of(server)});
  for (const char* pod : {"a", "b", "c", "d", "e", "f"}) {
    source().write(pod, numbered_lines(50));
  }
  ASSERT_TRUE(run_until_settled(300));
  EXPECT_EQ(server.http_requests(), 300U);
  EXPECT_EQ(server.connections(), 3U);
}

TEST_P(GelfRequests, BulkSendsManyAndLosesNoneToALimit) {
  server_options.http.bulk = true;
  GraylogStandIn server(server_options);
  GraylogStandIn::Faults faults;
  faults.max_body = 5'000;
  server.set_faults(faults);
  config.bulk = true;
  start({url_of(server)});
  const auto lines = numbered_lines(500);
  source().write("web", lines);
  ASSERT_TRUE(run_until_settled(500));
  EXPECT_EQ(first_arrivals(server.messages()), lines);
  EXPECT_LT(server.http_requests(), 100U);
  EXPECT_THAT(server.refusals(), IsEmpty());
}

using GelfFailover = test::GelfScenario;
SUPERCARGO_GELF_SCHEMES(GelfFailover, "tcp", "tls", "http", "https");

TEST_P(GelfFailover, TheNextAddressGetsWhatTheFirstHadNotSettled) {
  auto first = std::make_unique<GraylogStandIn>(server_options);
  GraylogStandIn second(server_options);
  config.confirm_after = seconds(2);  // nothing that comes behind the next look is settled
  start({url_of(*first), url_of(second)});
  const auto lines = numbered_lines(300);
  source().write("web", lines);
  ASSERT_TRUE(run_until([&] { return first->accepted() > 0; }));
  const std::vector<std::string> had = first->messages();
  first.reset();
  ASSERT_TRUE(run_until_settled(300));
  std::vector<std::string> all = had;
  for (const std::string& message : second.messages()) {
    all.push_back(message);
  }
  EXPECT_EQ(first_arrivals(all), lines);
  EXPECT_THAT(source().dropped(), IsEmpty());
}

TEST_P(GelfFailover, TheFirstIsUsedAgainOnceItIsBack) {
  auto first = std::make_unique<GraylogStandIn>(server_options);
  GraylogStandIn second(server_options);
  const std::string url = url_of(*first);
  server_options.tcp_port = first->tcp_port();
  server_options.http_port = first->http_port();
  first.reset();
  start({url, url_of(second)});
  source().write("web", {"while it was away"});
  ASSERT_TRUE(run_until_settled(1));
  EXPECT_EQ(second.accepted(), 1U);
  first = std::make_unique<GraylogStandIn>(server_options);
  std::size_t lines = 1;
  ASSERT_TRUE(run_until([&] {
    if (source().settled() == lines) {
      source().write("web", {"line " + std::to_string(++lines)});
    }
    return first->accepted() >= 2;
  }));
  EXPECT_THAT(source().dropped(), IsEmpty());
}

}  // namespace
}  // namespace supercargo
