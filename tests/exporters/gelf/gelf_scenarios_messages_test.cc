// What goes to Graylog, by every transport: nothing that it refuses, and nothing left out.
#include <map>

#include <nlohmann/json.hpp>

#include "exporters/gelf/gelf_counters.h"
#include "tests/exporters/gelf/gelf_scenario.h"

namespace supercargo {
namespace {

using nlohmann::json;
using test::GraylogStandIn;
using testing::ElementsAre;
using testing::IsEmpty;

using GelfMessages = test::GelfScenario;
SUPERCARGO_GELF_SCHEMES(GelfMessages, "tcp", "tls", "udp", "http", "https");

TEST_P(GelfMessages, NothingThatGraylogRefusesIsEverSent) {
  GraylogStandIn server(server_options);
  config.static_fields = {{"flag", "true"}, {"nothing", ""}, {"number", "8080"}, {"a b", "c"}};
  start({url_of(server)});
  const std::vector<std::string> lines{"",
                                       " \t ",
                                       "\n\n",
                                       std::string("nul\0inside", 10),
                                       "bad utf8 \xC3\x28 \xFF",
                                       "quote \" backslash \\ bell \a",
                                       "\xE3\x80\x80",  // a blank that is no ASCII
                                       "first\nsecond",
                                       "{\"_id\":1,\"short_message\":null}"};
  source().write("web", lines);
  ASSERT_TRUE(run_until_settled(lines.size()));
  ASSERT_TRUE(server.wait_for_messages(lines.size(), Milliseconds(5000)));
  EXPECT_THAT(server.refusals(), IsEmpty());
  EXPECT_EQ(server.accepted(), lines.size());
  EXPECT_EQ(GelfCounters(metrics, "graylog").blank.Value(), 4);
}

TEST_P(GelfMessages, TheFirstLineIsShortAndTheRestIsFull) {
  GraylogStandIn server(server_options);
  start({url_of(server)});
  source().write("web", {"Exception: x\n  at y\n  at z", "one line"});
  ASSERT_TRUE(run_until_settled(2));
  ASSERT_TRUE(server.wait_for_messages(2, Milliseconds(5000)));
  const auto first = json::parse(server.messages()[0]);
  EXPECT_EQ(first["short_message"], "Exception: x");
  EXPECT_EQ(first["full_message"], "Exception: x\n  at y\n  at z");
  EXPECT_FALSE(json::parse(server.messages()[1]).contains("full_message"));
}

TEST_P(GelfMessages, LevelsComeFromTheLinesAndNumbersStayNumbers) {
  GraylogStandIn server(server_options);
  start({url_of(server)});
  source().write("web", {"ERROR x", "plain", "{\"level\":\"warn\"}"});
  ASSERT_TRUE(run_until_settled(3));
  ASSERT_TRUE(server.wait_for_messages(3, Milliseconds(5000)));
  std::vector<int> levels;
  for (const std::string& text : server.messages()) {
    const auto message = json::parse(text);
    levels.push_back(message["level"].get<int>());
    EXPECT_TRUE(message["_restart"].is_number_integer());
    EXPECT_TRUE(message["timestamp"].is_number_float());
  }
  EXPECT_THAT(levels, ElementsAre(3, 6, 4));
}

// Longer than any input takes: 2 MiB, 64 KiB of HTTP, 128 chunks of UDP.
TEST_P(GelfMessages, AHugeLineIsCutMarkedAndCounted) {
  GraylogStandIn server(server_options);
  start({url_of(server)});
  source().write("web", {test::noise(3 << 20), "after"});
  ASSERT_TRUE(run_until_settled(2));
  ASSERT_TRUE(server.wait_for_messages(2, Milliseconds(10'000)));
  EXPECT_THAT(server.refusals(), IsEmpty());
  const std::string cut = test::short_message(server.messages()[0]);
  EXPECT_TRUE(cut.ends_with("[truncated]"));
  EXPECT_GT(cut.size(), 60'000U);
  EXPECT_EQ(test::short_message(server.messages()[1]), "after");
  EXPECT_GE(GelfCounters(metrics, "graylog").truncated.Value(), 1);
}

TEST_P(GelfMessages, EachContainersLinesArriveInOrder) {
  GraylogStandIn server(server_options);
  start({url_of(server)});
  const auto lines = test::numbered_lines(50);
  for (const char* pod : {"a", "b", "c", "d"}) {
    source().write(pod, lines);
  }
  ASSERT_TRUE(run_until_settled(200));
  ASSERT_TRUE(server.wait_for_messages(200, Milliseconds(5000)));
  for (const char* pod : {"a", "b", "c", "d"}) {
    EXPECT_EQ(first_arrivals(server.messages(), pod), lines) << pod;
  }
}

using GelfDatagrams = test::GelfScenario;
SUPERCARGO_GELF_SCHEMES(GelfDatagrams, "udp");

TEST_P(GelfDatagrams, ChunksOfManyNodesNeverMeet) {
  GraylogStandIn server;
  config.udp_compression = "none";
  std::set<std::string> ids;
  std::size_t messages = 0;
  for (const char* node : {"node-1", "node-2", "node-1"}) {  // and a restart of the first
    config.host = node;
    start({url_of(server)});
    source().write("web", std::vector<std::string>(40, test::noise(3'000)));
    ASSERT_TRUE(run_until_settled(40));
    messages += 40;
    ASSERT_TRUE(server.wait_for_messages(messages, Milliseconds(5000)));
  }
  for (const std::string& datagram : server.datagrams()) {
    EXPECT_LE(datagram.size(), config.udp_chunk_bytes);
    ids.insert(datagram.substr(2, 8));
  }
  EXPECT_EQ(ids.size(), messages);
  EXPECT_THAT(server.refusals(), IsEmpty());
}

}  // namespace
}  // namespace supercargo
