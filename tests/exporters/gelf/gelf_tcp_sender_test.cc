#include "exporters/gelf/gelf_tcp_sender.h"

#include <gmock/gmock.h>
#include <sys/eventfd.h>

#include "exporters/gelf/make_gelf_sender.h"
#include "tests/exporters/gelf/gelf_test_support.h"
#include "tests/support/graylog_stand_in.h"
#include "tests/support/temp_tree.h"
#include "tests/support/test_certificates.h"

namespace supercargo {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using test::GraylogStandIn;
using test::pump;
using test::pump_until;
using test::send_batch;
using Kind = Outcome::Kind;

struct GelfTcpSenderTest : testing::Test {
  std::unique_ptr<Sender> make(const std::string& url) {
    config.url = url;
    auto sender = make_gelf_sender(config, delivery, "graylog", metrics);
    EXPECT_TRUE(sender) << sender.error().message;
    return std::move(*sender);
  }

  std::unique_ptr<Sender> make(const GraylogStandIn& server) {
    return make("tcp://127.0.0.1:" + std::to_string(server.tcp_port()));
  }

  void never_by_time() { config.confirm_after = hours(1); }

  void never_by_bytes() { config.confirm_bytes = std::uint64_t{1} << 40; }

  SelfMetrics metrics;
  GelfConfig config;
  DeliveryConfig delivery;
  std::vector<Outcome> outcomes;
};

std::vector<RequestId> ids(const std::vector<Outcome>& outcomes, Kind kind) {
  std::vector<RequestId> out;
  for (const Outcome& outcome : outcomes) {
    EXPECT_EQ(outcome.kind, kind) << outcome.reason << ": " << outcome.detail;
    out.push_back(outcome.request);
  }
  return out;
}

TEST_F(GelfTcpSenderTest, DeliversMessagesInOrder) {
  GraylogStandIn server;
  config.confirm_after = Milliseconds(0);
  const auto sender = make(server);
  EXPECT_TRUE(sender->ordered());
  for (RequestId id = 1; id <= 3; ++id) {
    send_batch(*sender, id, {"a" + std::to_string(id), "b" + std::to_string(id)});
    ASSERT_TRUE(pump(*sender, outcomes, id));
  }
  EXPECT_THAT(ids(outcomes, Kind::kDelivered), testing::ElementsAre(1, 2, 3));
  ASSERT_TRUE(server.wait_for_messages(6, seconds(20)));
  std::vector<std::string> texts;
  for (const std::string& message : server.messages()) {
    texts.push_back(test::short_message(message));
  }
  EXPECT_THAT(texts, testing::ElementsAre("a1", "b1", "a2", "b2", "a3", "b3"));
  EXPECT_THAT(server.refusals(), testing::IsEmpty());
  EXPECT_EQ(server.connections(), 1U);
  EXPECT_EQ(sender->in_flight(), 0U);
}

TEST_F(GelfTcpSenderTest, SettlesNothingBeforeItsTime) {
  GraylogStandIn server;
  never_by_time();
  const auto sender = make(server);
  send_batch(*sender, 1, {"x"});
  ASSERT_TRUE(pump_until(*sender, outcomes, [&] { return server.accepted() == 1; }));
  sender->wait(-1, Milliseconds(50), outcomes);
  EXPECT_THAT(outcomes, testing::IsEmpty());
  EXPECT_EQ(sender->in_flight(), 1U);
  EXPECT_TRUE(sender->ready());
}

TEST_F(GelfTcpSenderTest, SettlesOldRequestsOnceEnoughFollowedThem) {
  GraylogStandIn server;
  never_by_time();
  config.confirm_bytes = 100'000;
  const auto sender = make(server);
  for (RequestId id = 1; id <= 10; ++id) {
    ASSERT_TRUE(pump_until(*sender, outcomes, [&] { return sender->ready(); }));
    send_batch(*sender, id, {std::string(40'000, 'x')});
  }
  ASSERT_TRUE(pump(*sender, outcomes, 7));
  sender->wait(-1, Milliseconds(20), outcomes);
  EXPECT_THAT(ids(outcomes, Kind::kDelivered), testing::ElementsAre(1, 2, 3, 4, 5, 6, 7));
  EXPECT_EQ(sender->in_flight(), 3U);
}

TEST_F(GelfTcpSenderTest, SettlesByBytesAlsoWhenRequestsAreMuchLargerThanABatch) {
  GraylogStandIn server;
  never_by_time();
  config.confirm_bytes = 100'000;
  delivery.batch_bytes = 4096;
  const auto sender = make(server);
  for (RequestId id = 1; id <= 10; ++id) {
    ASSERT_TRUE(pump_until(*sender, outcomes, [&] { return sender->ready(); })) << id;
    send_batch(*sender, id, {std::string(40'000, 'x')});
  }
  ASSERT_TRUE(pump(*sender, outcomes, 7));
}

TEST_F(GelfTcpSenderTest, RetriesEverythingUnsettledAfterAReset) {
  GraylogStandIn server;
  never_by_time();
  const auto sender = make(server);
  for (RequestId id = 1; id <= 3; ++id) {
    send_batch(*sender, id, {"line"});
    ASSERT_TRUE(pump_until(*sender, outcomes, [&] { return server.accepted() == id; }));
  }
  ASSERT_THAT(outcomes, testing::IsEmpty());
  server.close_connections(/*reset=*/true);
  ASSERT_TRUE(pump(*sender, outcomes, 3));
  EXPECT_THAT(ids(outcomes, Kind::kRetry), testing::ElementsAre(1, 2, 3));
  EXPECT_EQ(outcomes[0].reason, "connection");
  EXPECT_EQ(sender->in_flight(), 0U);
  EXPECT_TRUE(sender->ready());

  outcomes.clear();
  send_batch(*sender, 4, {"again"});
  ASSERT_TRUE(pump_until(*sender, outcomes, [&] { return server.accepted() == 4; }));
  EXPECT_EQ(server.connections(), 2U);
  EXPECT_THAT(outcomes, testing::IsEmpty());
}

TEST_F(GelfTcpSenderTest, RetriesEverythingUnsettledAfterAnOrderlyClose) {
  GraylogStandIn server;
  never_by_time();
  const auto sender = make(server);
  send_batch(*sender, 1, {"line"});
  ASSERT_TRUE(pump_until(*sender, outcomes, [&] { return server.accepted() == 1; }));
  server.close_connections(/*reset=*/false);
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_THAT(ids(outcomes, Kind::kRetry), testing::ElementsAre(1));
}

// The trap of TCP's own acknowledgement: the kernel of a receiver that reads 1,000 bytes and closes
// has acknowledged far more.
TEST_F(GelfTcpSenderTest, BelievesNoReceiverThatReadSomeAndClosed) {
  GraylogStandIn server;
  never_by_time();
  GraylogStandIn::Faults faults;
  faults.close_after_bytes = 1000;
  server.set_faults(faults);
  const auto sender = make(server);
  send_batch(*sender, 1, {"first", std::string(900, 'y'), "third"});
  send_batch(*sender, 2, {std::string(60'000, 'z')});
  ASSERT_TRUE(pump(*sender, outcomes, 2));
  EXPECT_THAT(ids(outcomes, Kind::kRetry), testing::ElementsAre(1, 2));
  // The message that was cut in the middle is nothing to the receiver.
  EXPECT_EQ(server.accepted(), 1U);
  EXPECT_THAT(server.refusals(), testing::IsEmpty());

  outcomes.clear();
  send_batch(*sender, 3, {"first", std::string(900, 'y'), "third"});
  ASSERT_TRUE(pump_until(*sender, outcomes, [&] { return server.accepted() == 4; }));
  EXPECT_THAT(server.refusals(), testing::IsEmpty());
}

TEST_F(GelfTcpSenderTest, GivesUpAPeerThatStopsReading) {
  GraylogStandIn::Options options;
  options.receive_buffer_bytes = 4096;
  GraylogStandIn server(options);
  GraylogStandIn::Faults faults;
  faults.do_not_read = true;
  server.set_faults(faults);
  never_by_time();
  never_by_bytes();
  delivery.request_timeout = Milliseconds(300);
  const auto sender = make(server);
  send_batch(*sender, 1, std::vector<std::string>(16, std::string(1 << 20, 'x')));
  sender->wait(-1, Milliseconds(20), outcomes);
  EXPECT_FALSE(sender->ready());
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_THAT(ids(outcomes, Kind::kRetry), testing::ElementsAre(1));
  EXPECT_EQ(outcomes[0].reason, "timeout");
  EXPECT_TRUE(sender->ready());
}

TEST_F(GelfTcpSenderTest, BoundsTheBytesThatAreNotSettled) {
  GraylogStandIn::Options options;
  options.receive_buffer_bytes = 4096;
  GraylogStandIn server(options);
  GraylogStandIn::Faults faults;
  faults.do_not_read = true;
  server.set_faults(faults);
  config.confirm_bytes = 10'000;
  delivery.batch_bytes = 5'000;
  const auto sender = make(server);
  RequestId id = 0;
  pump_until(*sender, outcomes, [&] {
    while (sender->ready() && id < 100) {
      send_batch(*sender, ++id, {std::string(4'000, 'x')});
    }
    return server.connections() == 1;
  });
  for (int i = 0; i < 20; ++i) {
    sender->wait(-1, Milliseconds(1), outcomes);
    while (sender->ready() && id < 100) {
      send_batch(*sender, ++id, {std::string(4'000, 'x')});
    }
  }
  EXPECT_FALSE(sender->ready());
  EXPECT_LE(id, 5U);
}

TEST_F(GelfTcpSenderTest, RetriesWhenNobodyListens) {
  std::uint16_t port = 0;
  {
    const GraylogStandIn gone;
    port = gone.tcp_port();
  }
  const auto sender = make("tcp://127.0.0.1:" + std::to_string(port));
  send_batch(*sender, 1, {"x"});
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_THAT(ids(outcomes, Kind::kRetry), testing::ElementsAre(1));
  EXPECT_EQ(outcomes[0].reason, "connection");
  EXPECT_NE(outcomes[0].detail.find("refused"), std::string::npos) << outcomes[0].detail;
}

TEST_F(GelfTcpSenderTest, RetriesWhenTheNameIsUnknown) {
  delivery.request_timeout = Milliseconds(2'000);
  const auto sender = make("tcp://no-such-host.invalid:1");
  send_batch(*sender, 1, {"x"});
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_THAT(ids(outcomes, Kind::kRetry), testing::ElementsAre(1));
}

TEST_F(GelfTcpSenderTest, ConnectsByName) {
  GraylogStandIn server;
  const auto sender = make("tcp://localhost:" + std::to_string(server.tcp_port()));
  send_batch(*sender, 1, {"x"});
  EXPECT_TRUE(pump_until(*sender, outcomes, [&] { return server.accepted() == 1; }));
}

TEST_F(GelfTcpSenderTest, ReturnsAtOnceWhenWoken) {
  GraylogStandIn server;
  never_by_time();
  const auto sender = make(server);
  send_batch(*sender, 1, {"x"});
  ASSERT_TRUE(pump_until(*sender, outcomes, [&] { return server.accepted() == 1; }));
  const UniqueFd wake(::eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK));
  const SteadyTime start = steady_now();
  sender->wait(wake.get(), seconds(60), outcomes);
  EXPECT_LT(steady_now() - start, seconds(30));
}

TEST_F(GelfTcpSenderTest, SendsLargeRequestsWhole) {
  GraylogStandIn server;
  config.confirm_after = Milliseconds(0);
  const auto sender = make(server);
  std::vector<std::string> texts;
  for (std::uint64_t i = 0; i < 200; ++i) {
    texts.push_back(test::noise(50'000, i + 1));
  }
  send_batch(*sender, 1, texts);
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_THAT(ids(outcomes, Kind::kDelivered), testing::ElementsAre(1));
  ASSERT_TRUE(server.wait_for_messages(200, seconds(20)));
  const auto messages = server.messages();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    ASSERT_EQ(test::short_message(messages[i]), texts[i]);
  }
}

TEST_F(GelfTcpSenderTest, LeavesNoHalfMessageBehindAtItsEnd) {
  GraylogStandIn::Options options;
  options.receive_buffer_bytes = 65'536;
  GraylogStandIn server(options);
  GraylogStandIn::Faults faults;
  faults.do_not_read = true;
  server.set_faults(faults);
  auto sender = make(server);
  // Small enough for a busy machine to take the rest of one within the second that the end waits.
  send_batch(*sender, 1, std::vector<std::string>(400, std::string(100'000, 'x')));
  const auto connected = [&] { return server.connections() == 1; };
  ASSERT_TRUE(pump_until(*sender, outcomes, connected));
  sender->wait(-1, Milliseconds(200), outcomes);  // until the kernel takes no more
  server.set_faults({});
  sender.reset();
  ASSERT_TRUE(server.wait_for_messages(1, seconds(20)));
  EXPECT_TRUE(server.wait_for_end(1, seconds(20)));
  EXPECT_LT(server.accepted(), 400U);
  EXPECT_EQ(server.torn(), 0U);
  EXPECT_THAT(server.refusals(), testing::IsEmpty());
}

struct GelfTlsSenderTest : GelfTcpSenderTest {
  GelfTlsSenderTest() {
    const auto pem = authority.issue("graylog", "DNS:graylog.test,IP:127.0.0.1");
    tree.file("server.pem", pem.certificate);
    tree.file("server.key", pem.key);
    tree.file("ca.pem", authority.certificate());
    options.certificate_file = tree.path("server.pem");
    options.key_file = tree.path("server.key");
    config.tls.ca_file = tree.path("ca.pem");
    config.confirm_after = Milliseconds(0);
  }

  std::unique_ptr<Sender> make_tls(const GraylogStandIn& server) {
    return make("tls://127.0.0.1:" + std::to_string(server.tcp_port()));
  }

  test::TestAuthority authority;
  test::TempTree tree;
  GraylogStandIn::Options options;
};

TEST_F(GelfTlsSenderTest, DeliversEncrypted) {
  GraylogStandIn server(options);
  const auto sender = make_tls(server);
  std::vector<std::string> texts;
  for (std::uint64_t i = 0; i < 60; ++i) {
    texts.push_back(test::noise(50'000, i + 1));
  }
  send_batch(*sender, 1, texts);
  send_batch(*sender, 2, {"last"});
  ASSERT_TRUE(pump(*sender, outcomes, 2));
  EXPECT_THAT(ids(outcomes, Kind::kDelivered), testing::ElementsAre(1, 2));
  ASSERT_TRUE(server.wait_for_messages(61, seconds(20)));
  EXPECT_EQ(test::short_message(server.messages()[59]), texts[59]);
  EXPECT_THAT(server.refusals(), testing::IsEmpty());
}

TEST_F(GelfTlsSenderTest, RetriesEverythingUnsettledAfterAClose) {
  GraylogStandIn server(options);
  never_by_time();
  const auto sender = make_tls(server);
  send_batch(*sender, 1, {"x"});
  ASSERT_TRUE(pump_until(*sender, outcomes, [&] { return server.accepted() == 1; }));
  EXPECT_THAT(outcomes, testing::IsEmpty());
  server.close_connections(/*reset=*/true);
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_THAT(ids(outcomes, Kind::kRetry), testing::ElementsAre(1));
}

TEST_F(GelfTlsSenderTest, ShowsItsCertificateAndTakesUpARotatedOne) {
  options.client_ca_file = tree.path("ca.pem");
  const GraylogStandIn server(options);
  const test::TestAuthority stranger;
  const auto refused = stranger.issue("node", "DNS:node.test");
  const auto accepted = authority.issue("node", "DNS:node.test");
  tree.file("node.pem", refused.certificate);
  tree.file("node.key", refused.key);
  config.tls.certificate_file = tree.path("node.pem");
  config.tls.key_file = tree.path("node.key");
  config.confirm_after = Milliseconds(200);  // the server's alert comes after our handshake
  const auto sender = make_tls(server);
  send_batch(*sender, 1, {"x"});
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_EQ(outcomes[0].kind, Kind::kRetry);
  EXPECT_THAT(outcomes[0].reason, testing::AnyOf("tls", "connection"));  // the alert, or the reset
  tree.file("node.pem", accepted.certificate);
  tree.file("node.key", accepted.key);
  send_batch(*sender, 2, {"x"});
  ASSERT_TRUE(pump(*sender, outcomes, 2));
  EXPECT_EQ(outcomes[1].kind, Kind::kDelivered) << outcomes[1].detail;
  EXPECT_EQ(server.accepted(), 1U);
}

TEST_F(GelfTlsSenderTest, RefusesAnUnknownAuthority) {
  GraylogStandIn server(options);
  tree.file("ca.pem", test::TestAuthority().certificate());
  const auto sender = make_tls(server);
  send_batch(*sender, 1, {"x"});
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_THAT(ids(outcomes, Kind::kRetry), testing::ElementsAre(1));
  EXPECT_EQ(outcomes[0].reason, "tls");
  EXPECT_EQ(server.accepted(), 0U);
}

TEST_F(GelfTlsSenderTest, ChecksTheServersName) {
  GraylogStandIn server(options);
  config.tls.server_name = "other.test";
  const auto wrong = make_tls(server);
  send_batch(*wrong, 1, {"x"});
  ASSERT_TRUE(pump(*wrong, outcomes, 1));
  EXPECT_EQ(outcomes[0].reason, "tls");
  EXPECT_EQ(server.accepted(), 0U);

  config.tls.server_name = "graylog.test";
  const auto right = make_tls(server);
  send_batch(*right, 1, {"x"});
  EXPECT_TRUE(pump_until(*right, outcomes, [&] { return server.accepted() == 1; }));
}

TEST_F(GelfTlsSenderTest, TakesAnyServerWhenToldNotToVerify) {
  GraylogStandIn server(options);
  tree.file("ca.pem", test::TestAuthority().certificate());
  config.tls.skip_verify = true;
  const auto sender = make_tls(server);
  send_batch(*sender, 1, {"x"});
  EXPECT_TRUE(pump_until(*sender, outcomes, [&] { return server.accepted() == 1; }));
}

TEST_F(GelfTlsSenderTest, GivesUpAServerThatDoesNotSpeakTls) {
  GraylogStandIn server;  // plain: it waits for a NUL byte and says nothing
  delivery.request_timeout = Milliseconds(300);
  const auto sender = make_tls(server);
  send_batch(*sender, 1, {"x"});
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_THAT(ids(outcomes, Kind::kRetry), testing::ElementsAre(1));
}

TEST_F(GelfTlsSenderTest, TakesUpARotatedAuthority) {
  GraylogStandIn server(options);
  tree.file("ca.pem", test::TestAuthority().certificate());
  const auto sender = make_tls(server);
  send_batch(*sender, 1, {"x"});
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_EQ(outcomes[0].kind, Kind::kRetry);
  tree.file("ca.pem", authority.certificate());
  outcomes.clear();
  send_batch(*sender, 2, {"x"});
  ASSERT_TRUE(pump(*sender, outcomes, 1));
  EXPECT_THAT(ids(outcomes, Kind::kDelivered), testing::ElementsAre(2));
}

}  // namespace
}  // namespace supercargo
