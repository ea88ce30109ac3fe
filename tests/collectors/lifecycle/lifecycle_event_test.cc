#include "collectors/lifecycle/lifecycle_event.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

LifecycleEvent event_of(LifecycleKind kind) {
  LifecycleEvent event;
  event.kind = kind;
  event.time_ns = 1'763'892'000'000'000'042;
  event.name = {"shop", "web", "app"};
  event.pod_uid = "uid";
  event.container_id = "abc";
  return event;
}

constexpr std::string_view kWho =
    R"("namespace":"shop","pod":"web","container":"app","pod_uid":"uid","container_id":"abc")";

TEST(LifecycleEvent, IsALineOfACriLog) {
  EXPECT_EQ(lifecycle_log_line(event_of(LifecycleKind::kStart)),
            R"(2025-11-23T10:00:00.000000042Z stdout F {"event":"container_start","level":"info",)"
            R"("message":"Container started.",)" +
                std::string(kWho) + "}\n");
}

TEST(LifecycleEvent, TellsHowManyWereKilled) {
  LifecycleEvent event = event_of(LifecycleKind::kOomKill);
  event.oom_kills = 3;
  EXPECT_EQ(lifecycle_log_line(event),
            R"(2025-11-23T10:00:00.000000042Z stdout F {"event":"oom_kill","level":"warning",)"
            R"("message":"The kernel killed processes for want of memory.",)" +
                std::string(kWho) + ",\"oom_kills\":3}\n");
}

TEST(LifecycleEvent, TellsWhatAContainerUsedUntilItsEnd) {
  LifecycleEvent event = event_of(LifecycleKind::kExit);
  event.final = {
      .lifetime_seconds = 1.5, .cpu_seconds = 0.25, .memory_peak_bytes = 4096, .oom_kills = 1};
  EXPECT_EQ(
      lifecycle_log_line(event),
      R"(2025-11-23T10:00:00.000000042Z stdout F {"event":"container_exit","level":"info",)"
      R"("message":"Container exited.",)" +
          std::string(kWho) +
          R"(,"lifetime_seconds":1.5,"cpu_seconds":0.25,"memory_peak_bytes":4096,"oom_kills":1})" +
          "\n");
}

TEST(LifecycleEvent, TimesBefore1970HaveNineDigitsToo) {
  EXPECT_EQ(rfc3339_nano(-1), "1969-12-31T23:59:59.999999999Z");
}

}  // namespace
}  // namespace supercargo
