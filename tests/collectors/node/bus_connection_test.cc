#include "collectors/node/bus_connection.h"

#include <gtest/gtest.h>

#include "tests/collectors/node/systemd_stand_in.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using test::SystemdStandIn;
using test::TempTree;
using Manner = test::SystemdStandIn::Manner;
using Peer = BusConnection::Peer;

constexpr BusObject kManager{
    "org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager"};
constexpr BusObject kUnit{"org.freedesktop.systemd1",
                          "/org/freedesktop/systemd1/unit/cron_service",
                          "org.freedesktop.systemd1.Service"};

class BusConnectionTest : public ::testing::Test {
 protected:
  [[nodiscard]] Result<BusConnection> open(Peer peer = Peer::kBus,
                                           Milliseconds patience = std::chrono::seconds(20),
                                           std::size_t max_bytes = std::size_t{1} << 20) const {
    return BusConnection::open(
        *sd_bus_library(), socket_, peer, {steady_now() + patience, max_bytes});
  }

  TempTree tree_;
  std::string socket_ = tree_.path("bus");
};

TEST_F(BusConnectionTest, ValuesComeInTheOrderOfTheQuestions) {
  const SystemdStandIn systemd(
      socket_,
      {.units = {{.name = "cron.service",
                  .properties = {{"Service.Type", std::string("forking")},
                                 {"Service.NRestarts", std::uint32_t{4'000'000'000}},
                                 {"Service.TasksMax", std::uint64_t{1} << 63},
                                 {"Service.Flag", true}}}}});
  for (const Peer peer : {Peer::kBus, Peer::kServiceItself}) {
    Result<BusConnection> bus = open(peer);
    ASSERT_TRUE(bus) << bus.error().message;
    std::vector<BusProperty> asked;
    for (int i = 0; i < 100; ++i) {  // more than wait for their answers at one time
      asked.insert(asked.end(),
                   {{kUnit, "Type"},
                    {kUnit, "NRestarts"},
                    {kUnit, "TasksMax"},
                    {kUnit, "Flag"},
                    {kUnit, "Nothing"}});
    }
    const Result<std::vector<BusValue>> values = bus->read(asked);
    ASSERT_TRUE(values) << values.error().message;
    ASSERT_EQ(values->size(), asked.size());
    for (std::size_t i = 0; i < asked.size(); i += 5) {
      EXPECT_EQ((*values)[i], BusValue("forking"));
      EXPECT_EQ((*values)[i + 1], BusValue(std::uint64_t{4'000'000'000}));
      EXPECT_EQ((*values)[i + 2], BusValue(std::uint64_t{1} << 63));
      EXPECT_EQ((*values)[i + 3], BusValue()) << "of another type";
      EXPECT_EQ((*values)[i + 4], BusValue()) << "no such property";
    }
  }
}

TEST_F(BusConnectionTest, NoQuestionsNeedNoAnswer) {
  const SystemdStandIn systemd(socket_, {}, Manner::kIsSilent);
  Result<BusConnection> bus = open();
  ASSERT_TRUE(bus) << bus.error().message;
  EXPECT_TRUE(bus->read({}));
}

TEST_F(BusConnectionTest, ARefusalIsAnErrorWithItsText) {
  const SystemdStandIn systemd(socket_, {.refusal = "not to you"});
  Result<BusConnection> bus = open();
  ASSERT_TRUE(bus) << bus.error().message;
  const Result<BusMessage> answer = bus->call(kManager, "ListUnits");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "ListUnits: not to you");
}

TEST_F(BusConnectionTest, WhereNobodyListensThereIsNoConnection) {
  EXPECT_EQ(open().error().code, ErrorCode::kNotFound);
  { const SystemdStandIn systemd(socket_, {}); }
  EXPECT_EQ(open().error().code, ErrorCode::kNotFound) << "the file of one who is gone";
  socket_ = tree_.path(std::string(200, 'x'));
  EXPECT_EQ(open().error().code, ErrorCode::kIo);
}

TEST_F(BusConnectionTest, APeerThatIsSilentIsNotWaitedForBeyondTheDeadline) {
  const SystemdStandIn systemd(socket_, {}, Manner::kIsSilent);
  Result<BusConnection> bus = open(Peer::kBus, Milliseconds(20));
  ASSERT_TRUE(bus) << bus.error().message;
  const Result<BusMessage> answer = bus->call(kManager, "ListUnits");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, socket_ + " does not answer in time");
}

TEST_F(BusConnectionTest, APeerThatSpeaksNoDBusIsAnError) {
  const SystemdStandIn systemd(socket_, {}, Manner::kTalksNonsense);
  Result<BusConnection> bus = open();
  ASSERT_TRUE(bus) << bus.error().message;
  const Result<BusMessage> answer = bus->call(kManager, "ListUnits");
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().message.starts_with("speak D-Bus with " + socket_))
      << answer.error().message;
}

TEST_F(BusConnectionTest, APeerThatHangsUpIsAnError) {
  const SystemdStandIn systemd(socket_, {}, Manner::kHangsUp);
  Result<BusConnection> bus = open();  // may come before or after
  EXPECT_FALSE(bus && bus->call(kManager, "ListUnits"));
}

TEST_F(BusConnectionTest, NoMoreIsTakenThanTheBound) {
  test::SystemdFacts facts;
  facts.units.assign(2000, {.name = std::string(200, 'a') + ".service"});
  const SystemdStandIn systemd(socket_, facts);
  const auto ask_for = [this](std::size_t max_bytes) -> Result<BusMessage> {
    Result<BusConnection> bus = open(Peer::kBus, std::chrono::seconds(20), max_bytes);
    return bus ? bus->call(kManager, "ListUnits") : bus.error();
  };
  const Result<BusMessage> list = ask_for(std::size_t{4} << 20);
  EXPECT_TRUE(list) << list.error().message;
  const Result<BusMessage> answer = ask_for(100'000);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, socket_ + " answers with more than 100000 bytes");
}

}  // namespace
}  // namespace supercargo
