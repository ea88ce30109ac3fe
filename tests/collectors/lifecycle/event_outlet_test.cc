#include "collectors/lifecycle/event_outlet.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using Fate = EventOutlet::Fate;

LifecycleEvent event_of_app() {
  LifecycleEvent event;
  event.time_ns = unix_nanoseconds_now();
  event.name = {"shop", "web", "app"};
  event.pod_uid = "uid";
  return event;
}

TEST(EventOutlet, TellsNothingUntilItIsOpenedAndAfterItIsClosed) {
  const test::TempTree tree;
  EventOutlet outlet;
  EXPECT_EQ(outlet.tell(event_of_app()), Fate::kUnwanted);
  outlet.open(std::make_unique<EventFiles>(tree.path("events")), [] { return true; });
  EXPECT_EQ(outlet.tell(event_of_app()), Fate::kWritten);
  LifecycleEvent odd = event_of_app();
  odd.name.pod = "../..";
  EXPECT_EQ(outlet.tell(odd), Fate::kDropped);
  outlet.open(nullptr, {});
  EXPECT_EQ(outlet.tell(event_of_app()), Fate::kUnwanted);
}

TEST(EventOutlet, CleansWhenAllIsRead) {
  const test::TempTree tree;
  EventOutlet outlet;
  EXPECT_EQ(outlet.clean(0), 0U);
  bool read = false;
  outlet.open(std::make_unique<EventFiles>(tree.path("events")), [&read] { return read; });
  ASSERT_EQ(outlet.tell(event_of_app()), Fate::kWritten);
  const std::int64_t later = unix_nanoseconds_now() + 1'000'000'000'000;
  EXPECT_EQ(outlet.clean(later), 0U);
  EXPECT_TRUE(std::filesystem::exists(tree.path("events/shop_web_uid/app/0.log")));
  read = true;
  EXPECT_EQ(outlet.clean(later), 0U);
  EXPECT_FALSE(std::filesystem::exists(tree.path("events/shop_web_uid")));
}

}  // namespace
}  // namespace supercargo
