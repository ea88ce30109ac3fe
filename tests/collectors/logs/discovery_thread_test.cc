#include "collectors/logs/discovery_thread.h"

#include <atomic>
#include <future>

#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

constexpr std::chrono::minutes kLong{1};

class DiscoveryThreadTest : public testing::Test {
 protected:
  DiscoveryThreadTest() {
    host_.root = tree_.root().string();
    tree_.file("var/log/pods/shop_web_uid/app/0.log", "a\n");
  }

  void start(std::function<void()> notify) {
    const LogSourceConfig source{LogSourceConfig::Type::kKubernetes, "/var/log/pods", {}};
    auto started = DiscoveryThread::start(
        {{source}, "node-1", 1}, host_, catalog_, metrics_, nullptr, std::move(notify));
    ASSERT_TRUE(started);
    thread_ = std::move(*started);
  }

  test::TempTree tree_;
  HostPaths host_;
  SelfMetrics metrics_;
  std::shared_ptr<LogCatalog> catalog_ = std::make_shared<LogCatalog>();
  std::unique_ptr<DiscoveryThread> thread_;
};

TEST_F(DiscoveryThreadTest, ItsFirstLookFindsWhatIsThereAndTellsTheOutputs) {
  std::atomic<int> told{0};
  start([&told] { ++told; });
  ASSERT_TRUE(thread_->has_looked(kLong));
  EXPECT_EQ(catalog_->chains()->size(), 1U);
  EXPECT_GE(told, 1);
}

TEST_F(DiscoveryThreadTest, ALookThatIsAskedForFindsWhatHasComeSince) {
  start([] {});
  ASSERT_TRUE(thread_->has_looked(kLong));
  tree_.file("var/log/pods/shop_db_uid/app/0.log", "b\n");
  ASSERT_TRUE(thread_->look(kLong));
  EXPECT_EQ(catalog_->chains()->size(), 2U);
}

TEST_F(DiscoveryThreadTest, ATurnThatDoesNotEndIsNotWaitedForAndIsSeen) {
  std::promise<void> server;
  std::promise<void> asked;
  start([&, first = true]() mutable {
    if (std::exchange(first, false)) {
      asked.set_value();
      server.get_future().wait();
    }
  });
  asked.get_future().wait();
  EXPECT_FALSE(thread_->has_looked(Milliseconds(1)));
  EXPECT_FALSE(thread_->look(Milliseconds(1)));
  EXPECT_TRUE(thread_->busy_since());
  server.set_value();
  EXPECT_TRUE(thread_->look(kLong));
}

}  // namespace
}  // namespace supercargo
