#include "collectors/node/systemd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/collectors/node/systemd_stand_in.h"
#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using test::render_pass;
using test::SystemdFacts;
using test::SystemdStandIn;
using test::TempTree;
using test::UnitStandIn;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr SystemdCollector::Limits kPatient{.pass = std::chrono::minutes(1),
                                            .answer = std::chrono::minutes(1)};

class SystemdTest : public ::testing::Test {
 protected:
  SystemdTest() {
    tree_.directory("run/dbus");
    tree_.directory("run/systemd");
    options_.host.run = tree_.path("run");
  }

  // One pass with systemd behind the bus.
  [[nodiscard]] std::string pass(const SystemdFacts& facts) const {
    const SystemdStandIn bus(bus_, facts);
    SystemdCollector collector(options_, kPatient);
    std::string text = render_pass(collector);
    static_cast<void>(std::filesystem::remove(bus_));
    return text;
  }

  TempTree tree_;
  NodeOptions options_;
  std::string bus_ = tree_.path("run/dbus/system_bus_socket");
  std::string private_ = tree_.path("run/systemd/private");
};

UnitStandIn unit(std::string name,
                 std::string state,
                 decltype(UnitStandIn::properties) values = {}) {
  return {
      .name = std::move(name), .active_state = std::move(state), .properties = std::move(values)};
}

SystemdFacts small_host() {
  return {.system_state = "degraded",
          .units = {unit("ssh.socket",
                         "active",
                         {{"Socket.NAccepted", std::uint32_t{7}},
                          {"Socket.NConnections", std::uint32_t{2}},
                          {"Socket.NRefused", std::uint32_t{1}}}),
                    unit("backup.timer",
                         "active",
                         {{"Timer.LastTriggerUSec", std::uint64_t{1'700'000'000'250'000}}}),
                    unit("cron.service",
                         "active",
                         {{"Service.Type", std::string("simple")},
                          {"Service.NRestarts", std::uint32_t{3}},
                          {"Service.TasksCurrent", std::uint64_t{12}},
                          {"Service.TasksMax", ~std::uint64_t{0}},
                          {"Unit.ActiveEnterTimestamp", std::uint64_t{1'700'000'001'500'000}}}),
                    unit("backup.service",
                         "failed",
                         {{"Service.Type", std::string("oneshot")},
                          {"Service.TasksCurrent", ~std::uint64_t{0}},
                          {"Unit.ActiveEnterTimestamp", std::uint64_t{1'600'000'000'000'000}}}),
                    unit("home.mount", "active", {{"Mount.Type", std::string("ext4")}}),
                    {.name = "gone.service", .load_state = "not-found", .active_state = "inactive"},
                    unit("web.service", "reloading")}};
}

TEST_F(SystemdTest, GivesWhatNodeExporterGivesByDefault) {
  EXPECT_EQ(pass(small_host()),
            R"(node_systemd_version{version="252.39-1~deb12u2"} 252.39
node_systemd_units{state="activating"} 0
node_systemd_units{state="active"} 4
node_systemd_units{state="deactivating"} 0
node_systemd_units{state="failed"} 1
node_systemd_units{state="inactive"} 1
node_systemd_units{state="reloading"} 1
node_systemd_unit_state{name="backup.service",state="active",type="oneshot"} 0
node_systemd_unit_state{name="backup.service",state="activating",type="oneshot"} 0
node_systemd_unit_state{name="backup.service",state="deactivating",type="oneshot"} 0
node_systemd_unit_state{name="backup.service",state="inactive",type="oneshot"} 0
node_systemd_unit_state{name="backup.service",state="failed",type="oneshot"} 1
node_systemd_unit_state{name="backup.timer",state="active",type=""} 1
node_systemd_unit_state{name="backup.timer",state="activating",type=""} 0
node_systemd_unit_state{name="backup.timer",state="deactivating",type=""} 0
node_systemd_unit_state{name="backup.timer",state="inactive",type=""} 0
node_systemd_unit_state{name="backup.timer",state="failed",type=""} 0
node_systemd_unit_state{name="cron.service",state="active",type="simple"} 1
node_systemd_unit_state{name="cron.service",state="activating",type="simple"} 0
node_systemd_unit_state{name="cron.service",state="deactivating",type="simple"} 0
node_systemd_unit_state{name="cron.service",state="inactive",type="simple"} 0
node_systemd_unit_state{name="cron.service",state="failed",type="simple"} 0
node_systemd_unit_state{name="ssh.socket",state="active",type=""} 1
node_systemd_unit_state{name="ssh.socket",state="activating",type=""} 0
node_systemd_unit_state{name="ssh.socket",state="deactivating",type=""} 0
node_systemd_unit_state{name="ssh.socket",state="inactive",type=""} 0
node_systemd_unit_state{name="ssh.socket",state="failed",type=""} 0
node_systemd_unit_state{name="web.service",state="active",type=""} 0
node_systemd_unit_state{name="web.service",state="activating",type=""} 0
node_systemd_unit_state{name="web.service",state="deactivating",type=""} 0
node_systemd_unit_state{name="web.service",state="inactive",type=""} 0
node_systemd_unit_state{name="web.service",state="failed",type=""} 0
node_systemd_system_running 0
node_systemd_timer_last_trigger_seconds{name="backup.timer"} 1700000000.25
node_systemd_socket_accepted_connections_total{name="ssh.socket"} 7
node_systemd_socket_current_connections{name="ssh.socket"} 2
node_systemd_socket_refused_connections_total{name="ssh.socket"} 1
)");
}

TEST_F(SystemdTest, GivesRestartsTasksAndStartTimesWhenTheyAreSwitchedOn) {
  options_.config.systemd_enable_restarts_metrics = true;
  options_.config.systemd_enable_task_metrics = true;
  options_.config.systemd_enable_start_time_metrics = true;
  const std::string text = pass(small_host());
  EXPECT_THAT(text, HasSubstr("node_systemd_service_restart_total{name=\"cron.service\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("node_systemd_unit_tasks_current{name=\"cron.service\"} 12\n"));
  EXPECT_THAT(text, Not(HasSubstr("node_systemd_unit_tasks_current{name=\"backup.service\"}")));
  EXPECT_THAT(text, Not(HasSubstr("node_systemd_unit_tasks_max"))) << "no limit is no number";
  EXPECT_THAT(
      text,
      HasSubstr("node_systemd_unit_start_time_seconds{name=\"backup.service\"} 0\n"
                "node_systemd_unit_start_time_seconds{name=\"cron.service\"} 1700000001.5\n"));
}

TEST_F(SystemdTest, PatternsMatchTheWholeNameOfAUnit) {
  const auto names_with = [this](std::string include, std::string exclude) {
    options_.config.systemd_unit_include = std::move(include);
    options_.config.systemd_unit_exclude = std::move(exclude);
    std::string names;
    const std::string text = pass(small_host());
    for (const UnitStandIn& unit : small_host().units) {
      names += text.find("name=\"" + unit.name + "\"") == std::string::npos ? "" : unit.name + " ";
    }
    return names;
  };
  EXPECT_EQ(names_with("cron|.+\\.timer", ""), "backup.timer ");
  EXPECT_EQ(names_with("", "backup|cron\\.service|web.*"),
            "ssh.socket backup.timer backup.service home.mount ");
  EXPECT_THAT(pass(small_host()),
              HasSubstr("name=\"home.mount\",state=\"active\",type=\"ext4\"} 1"));
  options_.config.systemd_unit_include = "(";
  EXPECT_THAT(pass(small_host()), StartsWith("error: pattern"));
}

TEST_F(SystemdTest, ASystemThatRunsIsOneAndAVersionWithoutANumberIsNone) {
  const std::string text = pass({.version = "v7-rc1", .system_state = "running"});
  EXPECT_THAT(text, StartsWith("node_systemd_version{version=\"\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("node_systemd_system_running 1\n"));
}

TEST_F(SystemdTest, WithoutABusSystemdItselfIsAsked) {
  const SystemdStandIn systemd(private_, small_host());
  SystemdCollector collector(options_, kPatient);
  EXPECT_THAT(render_pass(collector), HasSubstr("node_systemd_system_running 0\n"));
  EXPECT_THAT(render_pass(collector), HasSubstr("node_systemd_system_running 0\n")) << "again";
}

TEST_F(SystemdTest, AHostWithoutSystemdHasNone) {
  SystemdCollector collector(options_, kPatient);
  SampleSet samples(collector.families());
  const Status status = collector.collect(samples);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(status.error().message,
            "connect to " + bus_ + ": No such file or directory; connect to " + private_ +
                ": No such file or directory");
}

TEST_F(SystemdTest, ABusThatIsStoppedHoldsUpOnePassForAMomentAndTheNextNotAtAll) {
  const SystemdStandIn bus(bus_, {}, SystemdStandIn::Manner::kIsSilent);
  SystemdCollector collector(options_, {.pass = Milliseconds(20), .answer = std::chrono::hours(1)});
  EXPECT_EQ(render_pass(collector), "error: collect-systemd has no answer in time\n");
  EXPECT_EQ(render_pass(collector), "error: collect-systemd still waits for an earlier answer\n");
}

TEST_F(SystemdTest, AnAnswerThatIsNotWhatSystemdSaysIsAnError) {
  EXPECT_EQ(pass({.refusal = "go away"}), "error: ListUnits: go away\n");
  EXPECT_EQ(pass({.gives_other_list = true}),
            "error: ListUnits: not the list of units that systemd gives\n");
}

TEST_F(SystemdTest, AUnitThatIsListedTwiceHasItsSamplesOnce) {
  const std::string text =
      pass({.units = {unit("a.target", "active"), unit("a.target", "active")}});
  const std::string sample =
      "node_systemd_unit_state{name=\"a.target\",state=\"active\",type=\"\"} 1\n";
  ASSERT_THAT(text, HasSubstr(sample));
  EXPECT_EQ(text.find(sample), text.rfind(sample));
}

TEST(SystemdVersion, IsTheFirstNumberOfThreeDigits) {
  EXPECT_EQ(systemd_version_number("252.39-1~deb12u2"), 252.39);
  EXPECT_EQ(systemd_version_number("v239 (239-82.el8)"), 239);
  EXPECT_EQ(systemd_version_number("257~rc1-4"), 257);
  EXPECT_EQ(systemd_version_number("12-255.4"), 255.4);
  EXPECT_EQ(systemd_version_number("255."), 255);
  EXPECT_EQ(systemd_version_number("12"), 0);
  EXPECT_EQ(systemd_version_number(""), 0);
}

}  // namespace
}  // namespace supercargo
