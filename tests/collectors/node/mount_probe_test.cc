#include "collectors/node/mount_probe.h"

#include <atomic>
#include <future>
#include <memory>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

constexpr SteadyTime kNever = SteadyTime::max();

Mount mount_at(std::string place) {
  Mount mount;
  mount.mount_point = std::move(place);
  return mount;
}

TEST(MountProbe, GivesTheAnswerOfTheMountThatWasAsked) {
  MountProbe probe([](const Mount& mount) -> Result<FilesystemUse> {
    if (mount.mount_point == "/a") {
      return FilesystemUse{1, 2, 3, 4, 5};
    }
    return errno_error("statfs", EIO);
  });
  ASSERT_TRUE(probe.start(mount_at("/a")));
  ASSERT_TRUE(probe.start(mount_at("/b")));
  const SteadyTime in_a_minute = steady_now() + std::chrono::minutes(1);
  EXPECT_FALSE(probe.wait(mount_at("/b"), in_a_minute));
  EXPECT_EQ(probe.wait(mount_at("/a"), in_a_minute)->available, 3);
}

TEST(MountProbe, DoesNotAskAgainWhileAnAnswerIsOwed) {
  std::promise<void> server;
  const std::shared_future<void> answers = server.get_future().share();
  const auto asked = std::make_shared<std::atomic<int>>(0);
  MountProbe probe([answers, asked](const Mount&) -> Result<FilesystemUse> {
    ++*asked;
    answers.wait();
    return FilesystemUse{};
  });
  const Mount mount = mount_at("/nfs");
  ASSERT_TRUE(probe.start(mount));
  EXPECT_FALSE(probe.wait(mount, steady_now()));
  EXPECT_FALSE(probe.start(mount));
  server.set_value();
  EXPECT_TRUE(probe.wait(mount, steady_now() + std::chrono::minutes(1)));
  EXPECT_EQ(*asked, 1);
  EXPECT_TRUE(probe.start(mount));
  EXPECT_TRUE(probe.wait(mount, steady_now() + std::chrono::minutes(1)));
  EXPECT_EQ(*asked, 2);
}

TEST(MountProbe, MayGoAwayBeforeTheAnswerComes) {
  std::promise<void> server;
  const std::shared_future<void> answers = server.get_future().share();
  const auto done = std::make_shared<std::promise<void>>();
  std::future<void> is_done = done->get_future();
  {
    MountProbe probe([answers, done](const Mount&) -> Result<FilesystemUse> {
      answers.wait();
      done->set_value();
      return FilesystemUse{};
    });
    ASSERT_TRUE(probe.start(mount_at("/nfs")));
  }
  server.set_value();
  EXPECT_EQ(is_done.wait_for(std::chrono::minutes(1)), std::future_status::ready);
}

TEST(MountProbe, AMountThatWasNotAskedHasNoAnswer) {
  MountProbe probe([](const Mount&) -> Result<FilesystemUse> { return FilesystemUse{}; });
  EXPECT_FALSE(probe.wait(mount_at("/a"), kNever));
}

}  // namespace
}  // namespace supercargo
