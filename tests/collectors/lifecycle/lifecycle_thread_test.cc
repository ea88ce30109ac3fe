#include "collectors/lifecycle/lifecycle_thread.h"

#include <future>

#include "tests/collectors/lifecycle/watch_fixture.h"

namespace supercargo {
namespace {

using test::kAppId;
using test::kUid;
using test::Version;
using test::WatchFixture;

// Waits until the thread has told, or fails by ctest's own time limit.
double wait_for_starts(const WatchFixture& fixture) {
  for (;;) {
    if (fixture.board->snapshot()) {
      const double starts = fixture.value("supercargo_container_starts_total");
      if (starts > 0) {
        return starts;
      }
    }
    std::this_thread::yield();
  }
}

TEST(LifecycleThread, SeesAContainerWithoutBeingAsked) {
  WatchFixture fixture(Version::kV2);
  fixture.add_pod();
  auto watch = ContainerWatch::open(
      {.host = fixture.machine.paths(), .log_directory = "/var/log", .peaks = true},
      fixture.board,
      fixture.outlet);
  ASSERT_TRUE(watch);
  const auto thread = LifecycleThread::start(std::move(*watch));
  ASSERT_TRUE(thread);
  while (!fixture.board->snapshot()) {
    std::this_thread::yield();
  }
  fixture.add_container(kAppId);
  EXPECT_EQ(wait_for_starts(fixture), 1);
}

TEST(LifecycleThread, EndsAtOnce) {
  WatchFixture fixture(Version::kV2);
  auto watch = ContainerWatch::open(
      {.host = fixture.machine.paths(), .log_directory = "/var/log", .peaks = true},
      fixture.board,
      fixture.outlet);
  ASSERT_TRUE(watch);
  const SteadyTime before = steady_now();
  { const auto thread = LifecycleThread::start(std::move(*watch)); }
  EXPECT_LT(steady_now() - before, std::chrono::seconds(10));
}

}  // namespace
}  // namespace supercargo
