#include "collectors/lifecycle/event_files.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

LifecycleEvent event_of(const std::string& container, std::int64_t time_ns) {
  LifecycleEvent event;
  event.time_ns = time_ns;
  event.name = {"shop", "web", container};
  event.pod_uid = "uid";
  return event;
}

class EventFilesTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string directory() const { return tree_.path("events"); }

  [[nodiscard]] std::size_t files() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory())) {
      count += entry.is_regular_file() ? 1U : 0U;
    }
    return count;
  }

  test::TempTree tree_;
  const std::int64_t now_ns_ = unix_nanoseconds_now();
};

TEST_F(EventFilesTest, EachContainerHasAFileWhereTheKubeletWouldHaveIt) {
  EventFiles events(directory());
  ASSERT_TRUE(events.append(event_of("app", now_ns_)));
  ASSERT_TRUE(events.append(event_of("app", now_ns_)));
  const std::string line = lifecycle_log_line(event_of("app", now_ns_));
  EXPECT_EQ(tree_.read("events/shop_web_uid/app/0.log"), line + line);
}

TEST_F(EventFilesTest, WhatIsOfNoContainerIsThePods) {
  EventFiles events(directory());
  ASSERT_TRUE(events.append(event_of("", now_ns_)));
  EXPECT_FALSE(tree_.read("events/shop_web_uid/-/0.log").empty());
}

TEST_F(EventFilesTest, NoNameLeadsOutOfTheDirectory) {
  EventFiles events(directory());
  for (const char* name : {"..", "a/b", "../../x", "a_b"}) {
    EXPECT_FALSE(events.append(event_of(name, now_ns_))) << name;
  }
  EXPECT_FALSE(std::filesystem::exists(directory()));
}

TEST_F(EventFilesTest, AFullFileIsRenamedAndTheOneBeforeItGoes) {
  EventFiles events(directory(), {.file_bytes = 1'000});
  std::int64_t now_ns = now_ns_;
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(events.append(event_of("app", now_ns += kSecondNs)));
  }
  EXPECT_EQ(files(), 2U);
  EXPECT_LE(std::filesystem::file_size(tree_.path("events/shop_web_uid/app/0.log")), 1'000U);
}

TEST_F(EventFilesTest, WhatCannotBeWrittenIsToldToTheCaller) {
  tree_.file("events", "a file");
  EventFiles events(directory());
  EXPECT_FALSE(events.append(event_of("app", now_ns_)));
}

TEST_F(EventFilesTest, OldFilesGoOnceTheyAreReadWithTheirDirectories) {
  EventFiles events(directory());
  ASSERT_TRUE(events.append(event_of("app", now_ns_)));
  const auto read = [] { return true; };
  const auto unread = [] { return false; };
  EXPECT_EQ(events.clean(now_ns_ + 100 * kSecondNs, read), 0U);
  EXPECT_EQ(files(), 1U) << "not old yet";
  EXPECT_EQ(events.clean(now_ns_ + 200 * kSecondNs, unread), 0U);
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(events.clean(now_ns_ + 200 * kSecondNs, read), 0U);
  EXPECT_FALSE(std::filesystem::exists(tree_.path("events/shop_web_uid")));
  EXPECT_TRUE(events.append(event_of("app", now_ns_))) << "it is made again";
}

TEST_F(EventFilesTest, BeyondTheBoundTheOldestGoUnreadAndAreCounted) {
  EventFiles events(directory(), {.max_files = 3});
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    ASSERT_TRUE(events.append(event_of(name, now_ns_)));
    std::filesystem::last_write_time(
        tree_.path(std::string("events/shop_web_uid/") + name + "/0.log"),
        std::filesystem::file_time_type::clock::now() - std::chrono::seconds(10 * ('f' - *name)));
  }
  EXPECT_EQ(events.clean(now_ns_, [] { return false; }), 2U);
  EXPECT_FALSE(std::filesystem::exists(tree_.path("events/shop_web_uid/a")));
  EXPECT_FALSE(std::filesystem::exists(tree_.path("events/shop_web_uid/b")));
  EXPECT_EQ(files(), 3U);
}

TEST_F(EventFilesTest, WithoutADirectoryThereIsNothingToClean) {
  EXPECT_EQ(EventFiles(directory()).clean(now_ns_, [] { return true; }), 0U);
}

}  // namespace
}  // namespace supercargo
