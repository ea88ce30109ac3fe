#include "collectors/logs/log_discovery.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include "collectors/logs/log_metrics.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LogDiscoveryTest : public testing::Test {
 protected:
  void SetUp() override { start({LogSourceConfig::Type::kKubernetes, "/var/log/pods", {}}); }

  void start(const LogSourceConfig& source) {
    host_.root = tree_.root().string();
    tree_.directory("var/log/pods");
    LogDiscovery::Options options{{source}, "node-1", 1};
    options.event_directory = event_directory_;
    discovery_ = std::make_unique<LogDiscovery>(
        std::move(options), host_, catalog_, metrics_, [this] { ++notified_; });
    if (discovery_->watch_fd() < 0) {
      GTEST_SKIP() << "no inotify instance to be had";
    }
    turn(Milliseconds(0));
  }

  void turn(Milliseconds later) {
    now_ += later;
    discovery_->turn(now_);
  }

  // Whether the kernel has told of something; what was done before is told at once.
  bool has_event() {
    pollfd readable{discovery_->watch_fd(), POLLIN, 0};
    return ::poll(&readable, 1, 0) == 1;
  }

  [[nodiscard]] std::vector<std::string> chains() const {
    std::vector<std::string> keys;
    for (const auto& chain : *catalog_.chains()) {
      keys.push_back(chain->key);
    }
    return keys;
  }

  [[nodiscard]] std::uint64_t size_of(std::size_t chain, std::size_t file = 0) const {
    return catalog_.chains()->at(chain)->files.at(file)->size();
  }

  [[nodiscard]] double rescans() { return metrics_.counter(log_metrics::kRescans).Value(); }

  // Makes the container's directory known and its watch quiet: write events are on.
  void make_quiet_container() {
    tree_.file("var/log/pods/shop_web_uid/app/0.log", "a\n");
    turn(Milliseconds(1'000));
    for (int i = 0; i < 25; ++i) {
      turn(Milliseconds(100));
    }
    notified_ = 0;
  }

  void close_first_file() {
    tree_.file("var/log/pods/shop_web_uid/app/1.log", "b\n");
    turn(Milliseconds(1'000));
    const auto old = catalog_.chains()->at(0)->files[0];
    old->mark_finished(old->size());
    turn(Milliseconds(1'000));
    ASSERT_EQ(catalog_.chains()->at(0)->closed_inodes.size(), 1U);
  }

  test::TempTree tree_;
  std::string event_directory_;
  HostPaths host_;
  LogCatalog catalog_;
  SelfMetrics metrics_;
  int notified_ = 0;
  std::unique_ptr<LogDiscovery> discovery_;
  SteadyTime now_{std::chrono::seconds(1'000)};
};

TEST_F(LogDiscoveryTest, PublishesAnEmptyListAtOnce) {
  EXPECT_THAT(chains(), IsEmpty());
  EXPECT_EQ(notified_, 1);
}

TEST_F(LogDiscoveryTest, ANewPodIsFoundByItsEventWithoutWaitingForARescan) {
  tree_.file("var/log/pods/shop_web_uid/app/0.log", "a\n");
  ASSERT_TRUE(has_event());
  turn(Milliseconds(1));
  EXPECT_THAT(chains(), ElementsAre("/var/log/pods/shop_web_uid/app"));
  EXPECT_EQ(size_of(0), 2U);
  EXPECT_EQ(catalog_.chains()->at(0)->files[0]->container()->node, "node-1");
}

TEST_F(LogDiscoveryTest, EventsOfContainersAreFoundOutsideOfTheHostsTree) {
  const test::TempTree own;
  event_directory_ = own.path("supercargo_events");
  start({LogSourceConfig::Type::kKubernetes, "/var/log/pods", {}});
  for (const char* container : {"app", "-"}) {
    const auto directory = own.root() / "supercargo_events/shop_web_uid" / container;
    std::filesystem::create_directories(directory);
    std::ofstream(directory / "0.log") << "line\n";
  }
  turn(Milliseconds(1'000));
  ASSERT_THAT(
      chains(),
      ElementsAre(event_directory_ + "/shop_web_uid/-", event_directory_ + "/shop_web_uid/app"));
  const auto found = catalog_.chains();
  EXPECT_EQ(found->at(0)->files.at(0)->container()->container, "");
  EXPECT_EQ(found->at(1)->files.at(0)->container()->container, "app");
  EXPECT_EQ(found->at(1)->files.at(0)->container()->pod_namespace, "shop");
  EXPECT_EQ(found->at(1)->files.at(0)->container()->source, "supercargo_events");
  EXPECT_EQ(size_of(1), 5U);
}

TEST_F(LogDiscoveryTest, ANewFileIsFoundByItsEvent) {
  make_quiet_container();
  tree_.file("var/log/pods/shop_web_uid/app/1.log", "b\n");
  ASSERT_TRUE(has_event());
  const double before = rescans();
  turn(Milliseconds(1));
  EXPECT_EQ(catalog_.chains()->at(0)->files.size(), 2U);
  EXPECT_EQ(rescans(), before);
  EXPECT_EQ(notified_, 1);
}

TEST_F(LogDiscoveryTest, TheFirstWriteAfterQuietIsToldAndThenSizesArePolled) {
  make_quiet_container();
  tree_.append("var/log/pods/shop_web_uid/app/0.log", "b\n");
  ASSERT_TRUE(has_event());
  turn(Milliseconds(1));
  EXPECT_EQ(size_of(0), 4U);
  EXPECT_EQ(notified_, 1);
  EXPECT_LE(discovery_->next_turn(), now_ + Milliseconds(200));
  tree_.append("var/log/pods/shop_web_uid/app/0.log", "c\n");
  EXPECT_FALSE(has_event()) << "the writer is not billed for every line";
  turn(Milliseconds(200));
  EXPECT_EQ(size_of(0), 6U);
}

TEST_F(LogDiscoveryTest, SizesArePolledMoreOftenWhileFilesComeAndGo) {
  make_quiet_container();
  tree_.append("var/log/pods/shop_web_uid/app/0.log", "b\n");
  turn(Milliseconds(1));
  EXPECT_GT(discovery_->next_turn(), now_ + Milliseconds(100));
  tree_.file("var/log/pods/shop_web_uid/app/1.log", "");
  turn(Milliseconds(20));
  EXPECT_LE(discovery_->next_turn(), now_ + Milliseconds(100));
  tree_.append("var/log/pods/shop_web_uid/app/1.log", "first\n");
  turn(Milliseconds(100));
  EXPECT_EQ(size_of(0, 1), 6U);
}

TEST_F(LogDiscoveryTest, AQuietNodeWakesOnlyForItsRescans) {
  make_quiet_container();
  EXPECT_GT(discovery_->next_turn(), now_ + Milliseconds(100));
  EXPECT_LE(discovery_->next_turn(), now_ + Milliseconds(1'000));
  turn(Milliseconds(1'000));
  EXPECT_EQ(notified_, 0);
}

TEST_F(LogDiscoveryTest, ARescanFindsWhatNoEventToldOf) {
  make_quiet_container();
  std::filesystem::rename(tree_.path("var/log/pods/shop_web_uid/app/0.log"),
                          tree_.path("var/log/pods/shop_web_uid/app/0.log.20261122-143703"));
  const auto rotated = catalog_.chains()->at(0)->files[0];
  tree_.remove("var/log/pods/shop_web_uid/app/0.log.20261122-143703");
  turn(Milliseconds(1'000));
  EXPECT_FALSE(rotated->linked());
}

TEST_F(LogDiscoveryTest, ForgetsAPodThatIsGoneOnceItIsRead) {
  make_quiet_container();
  auto file = catalog_.chains()->at(0)->files[0];
  std::filesystem::remove_all(tree_.path("var/log/pods/shop_web_uid"));
  turn(Milliseconds(1'000));
  EXPECT_THAT(chains(), ElementsAre("/var/log/pods/shop_web_uid/app")) << "not read yet";
  file->mark_finished(file->size());
  turn(Milliseconds(1'000));
  EXPECT_THAT(chains(), IsEmpty());
  file.reset();  // an open file keeps the directories above it, also deleted ones
  turn(Milliseconds(1'000));
  EXPECT_EQ(metrics_.gauge(log_metrics::kOpenFiles).Value(), 0);
  EXPECT_EQ(metrics_.gauge(log_metrics::kWatches).Value(), 1) << "that of /var/log/pods";
}

TEST_F(LogDiscoveryTest, OpensAClosedFileAgainAtTheFirstWriteToIt) {
  make_quiet_container();
  close_first_file();
  for (int i = 0; i < 25; ++i) {
    turn(Milliseconds(100));
  }
  tree_.append("var/log/pods/shop_web_uid/app/0.log", "late\n");
  ASSERT_TRUE(has_event());
  turn(Milliseconds(1));
  EXPECT_THAT(catalog_.chains()->at(0)->closed_inodes, IsEmpty());
  EXPECT_EQ(size_of(0), 7U);
}

TEST_F(LogDiscoveryTest, OpensAClosedFileAgainThatGrowsBesideAnActiveOneWithinASecond) {
  make_quiet_container();
  close_first_file();
  tree_.append("var/log/pods/shop_web_uid/app/1.log", "b\n");
  turn(Milliseconds(100));
  turn(Milliseconds(100));
  tree_.append("var/log/pods/shop_web_uid/app/0.log", "late\n");
  EXPECT_FALSE(has_event()) << "the directory is polled";
  for (int i = 0; i < 10; ++i) {
    tree_.append("var/log/pods/shop_web_uid/app/1.log", "b\n");
    turn(Milliseconds(100));
  }
  EXPECT_THAT(catalog_.chains()->at(0)->closed_inodes, IsEmpty());
  EXPECT_EQ(size_of(0), 7U);
}

TEST_F(LogDiscoveryTest, FilesOfOneDirectoryShareItsWatchAndAllHearOfWrites) {
  tree_.file("logs/a.log", "a\n");
  tree_.file("logs/b.log", "b\n");
  start({LogSourceConfig::Type::kFiles, "/logs/*.log", {}});
  for (int i = 0; i < 25; ++i) {
    turn(Milliseconds(100));
  }
  for (const char* name : {"logs/a.log", "logs/b.log"}) {
    tree_.append(name, "more\n");
    ASSERT_TRUE(has_event()) << name;
    turn(Milliseconds(1));
    for (int i = 0; i < 25; ++i) {
      turn(Milliseconds(100));
    }
  }
  EXPECT_EQ(size_of(0), 7U);
  EXPECT_EQ(size_of(1), 7U);
  const auto a = catalog_.chains()->at(0)->files[0];
  tree_.remove("logs/a.log");
  a->mark_finished(a->size());
  turn(Milliseconds(1'000));
  EXPECT_THAT(chains(), ElementsAre("/logs/b.log"));
  for (int i = 0; i < 25; ++i) {
    turn(Milliseconds(100));
  }
  tree_.append("logs/b.log", "more\n");
  EXPECT_TRUE(has_event()) << "the other file has not taken the watch with it";
}

TEST_F(LogDiscoveryTest, StartAtEndHoldsForTheFirstScanOnly) {
  tree_.file("logs/old.log", "a\n");
  start({LogSourceConfig::Type::kFiles, "/logs/*.log", LogSourceConfig::StartAt::kEnd});
  EXPECT_TRUE(catalog_.chains()->at(0)->files[0]->from_end());
  tree_.file("logs/young.log", "b\n");
  turn(Milliseconds(1'000));
  EXPECT_FALSE(catalog_.chains()->at(1)->files[0]->from_end());
}

TEST_F(LogDiscoveryTest, CountsWhatCannotBeRead) {
  tree_.directory("var/log/pods/shop_web_uid/app/0.log");
  turn(Milliseconds(1'000));
  EXPECT_GE(metrics_.counter(log_metrics::kScanErrors).Value(), 1);
}

}  // namespace
}  // namespace supercargo
