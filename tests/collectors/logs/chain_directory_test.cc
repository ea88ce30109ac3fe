#include "collectors/logs/chain_directory.h"

#include <array>
#include <filesystem>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(KubernetesNaming, OrdersByRestartThenRotationTheCurrentFileLast) {
  const auto order = [](std::string_view name) { return *kubernetes_naming(name); };
  EXPECT_LT(order("0.log.20261122-143703"), order("0.log.20261122-143713"));
  EXPECT_LT(order("0.log.20261122-143713"), order("0.log"));
  EXPECT_LT(order("0.log"), order("1.log.20261122-143703"));
  EXPECT_LT(order("9.log"), order("10.log"));
  EXPECT_FALSE(kubernetes_naming("0.log.20261122-143703.gz"));
  EXPECT_FALSE(kubernetes_naming("0.log.20261122-143703.tmp"));
  EXPECT_FALSE(kubernetes_naming("notes.txt"));
}

TEST(DockerNaming, AHigherNumberIsOlder) {
  const auto order = [](std::string_view name) { return *docker_naming(name); };
  EXPECT_LT(order("abc-json.log.10"), order("abc-json.log.9"));
  EXPECT_LT(order("abc-json.log.1"), order("abc-json.log"));
  for (const std::string_view name : {"abc-json.log.1.gz",
                                      "abc-json.log.",
                                      "abc-json.logx",
                                      "config.v2.json",
                                      "abc-json.log.99999999"}) {
    EXPECT_FALSE(docker_naming(name)) << name;
  }
}

class ChainDirectoryTest : public testing::Test {
 protected:
  void SetUp() override {
    host_.root = tree_.root().string();
    tree_.directory("d");
    make({.path = "/d", .naming = kubernetes_naming, .outputs = 1});
  }

  void make(ChainDirectoryOptions options) {
    chain_ = std::make_unique<ChainDirectory>(std::move(options), host_);
  }

  bool scan() { return chain_->scan(/*first_look_skips=*/false, /*force=*/true); }

  // First words of the listed files, in their order.
  std::vector<std::string> listed() {
    std::vector<std::string> words;
    for (const auto& file : chain_->chain()->files) {
      std::array<char, 4> word{};
      const ssize_t count = file->read_raw(word.data(), word.size(), 0);
      words.emplace_back(word.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
    }
    return words;
  }

  void finish(std::size_t index) {
    const auto file = chain_->chain()->files.at(index);
    file->update_size();
    file->mark_finished(file->size());
  }

  void rename(std::string_view from, std::string_view to) {
    std::filesystem::rename(tree_.path(from), tree_.path(to));
  }

  test::TempTree tree_;
  HostPaths host_;
  std::unique_ptr<ChainDirectory> chain_;
};

TEST_F(ChainDirectoryTest, ListsLogFilesOldestFirst) {
  tree_.file("d/1.log", "cur");
  tree_.file("d/0.log", "old");
  tree_.file("d/1.log.20261122-143703", "rot");
  tree_.file("d/1.log.20261122-143700.gz", "gz");
  tree_.file("d/readme", "no");
  tree_.directory("d/2.log");
  EXPECT_TRUE(scan());
  EXPECT_THAT(listed(), ElementsAre("old", "rot", "cur"));
  EXPECT_EQ(chain_->chain()->files[0]->container()->restart, 0U);
  EXPECT_EQ(chain_->chain()->files[1]->container(), chain_->chain()->files[2]->container());
  EXPECT_EQ(chain_->take_errors().count, 1U) << "a directory that is named like a log";
  EXPECT_FALSE(scan());
  EXPECT_EQ(chain_->key(), "/d");
}

TEST_F(ChainDirectoryTest, AnUnchangedDirectoryIsNotListed) {
  tree_.file("d/0.log", "a");
  const struct timespec past[2] = {{1'000, 0}, {1'000, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, tree_.path("d").c_str(), past, 0), 0);
  EXPECT_TRUE(chain_->scan(false, false));
  tree_.file("d/1.log", "b");
  ASSERT_EQ(::utimensat(AT_FDCWD, tree_.path("d").c_str(), past, 0), 0);
  EXPECT_FALSE(chain_->scan(false, false)) << "its time stamp says that nothing changed";
  EXPECT_TRUE(chain_->scan(false, true));
}

TEST_F(ChainDirectoryTest, KeepsTheOrderWhenAFileLosesItsNameBetweenTwoLooks) {
  tree_.file("d/0.log.20261122-143703", "old");
  tree_.file("d/0.log", "mid");
  scan();
  rename("d/0.log", "d/0.log.20261122-143713");
  tree_.remove("d/0.log.20261122-143713");  // gzipped and deleted before anybody looked
  tree_.file("d/0.log.20261122-143723", "new");
  tree_.file("d/0.log", "cur");
  EXPECT_TRUE(scan());
  EXPECT_THAT(listed(), ElementsAre("old", "mid", "new", "cur"));
}

TEST_F(ChainDirectoryTest, FollowsDockersRenumbering) {
  make({.path = "/d", .naming = docker_naming, .format = LogFormat::kDocker, .outputs = 1});
  tree_.file("d/x-json.log.2", "a");
  tree_.file("d/x-json.log.1", "b");
  tree_.file("d/x-json.log", "c");
  scan();
  rename("d/x-json.log.1", "d/x-json.log.2");
  rename("d/x-json.log", "d/x-json.log.1");
  tree_.file("d/x-json.log", "d");
  EXPECT_TRUE(scan());
  EXPECT_THAT(listed(), ElementsAre("a", "b", "c", "d"));
}

TEST_F(ChainDirectoryTest, KeepsADeletedFileUntilItIsRead) {
  tree_.file("d/0.log", "a");
  scan();
  tree_.remove("d/0.log");
  scan();
  EXPECT_THAT(listed(), ElementsAre("a"));
  EXPECT_FALSE(chain_->chain()->files[0]->linked());
  finish(0);
  EXPECT_TRUE(scan());
  EXPECT_THAT(listed(), IsEmpty());
  EXPECT_FALSE(chain_->done()) << "the directory is still there";
}

TEST_F(ChainDirectoryTest, ClosesFinishedFilesAndDoesNotOpenThemAgain) {
  tree_.file("d/0.log.20261122-143703", "old");
  tree_.file("d/0.log", "cur");
  scan();
  finish(0);
  EXPECT_TRUE(chain_->close_finished());
  EXPECT_THAT(listed(), ElementsAre("cur"));
  EXPECT_EQ(chain_->chain()->closed_inodes.size(), 1U);
  EXPECT_EQ(chain_->open_files(), 1U);
  EXPECT_FALSE(scan());
  tree_.remove("d/0.log.20261122-143703");
  EXPECT_TRUE(scan());
  EXPECT_THAT(chain_->chain()->closed_inodes, IsEmpty());
}

TEST_F(ChainDirectoryTest, OpensAClosedFileAgainThatGrewOrWasReplacedInPlace) {
  tree_.file("d/0.log.20261122-143703", "old");
  tree_.file("d/0.log", "cur");
  scan();
  finish(0);
  tree_.append("d/0.log.20261122-143703", "!");  // before it is closed
  chain_->close_finished();
  EXPECT_TRUE(scan());
  EXPECT_THAT(listed(), ElementsAre("old!", "cur"));
  finish(0);
  chain_->close_finished();
  const struct timespec times[2] = {{1'000, 0}, {1'000, 0}};  // as many bytes, another time
  ASSERT_EQ(::utimensat(AT_FDCWD, tree_.path("d/0.log.20261122-143703").c_str(), times, 0), 0);
  EXPECT_TRUE(scan());
  EXPECT_THAT(listed(), ElementsAre("old!", "cur"));
}

TEST_F(ChainDirectoryTest, ReadsThroughLinksBelowTheHostsRoot) {
  tree_.file("var/lib/docker/x-json.log", "real");
  tree_.link("d/0.log", "/var/lib/docker/x-json.log");
  EXPECT_TRUE(scan());
  EXPECT_THAT(listed(), ElementsAre("real"));
  tree_.link("d/1.log", "/nowhere");
  scan();
  EXPECT_THAT(listed(), ElementsAre("real"));
}

TEST_F(ChainDirectoryTest, IsDoneWhenTheDirectoryIsGoneAndEverythingIsRead) {
  tree_.file("d/0.log", "a");
  scan();
  std::filesystem::remove_all(tree_.path("d"));
  scan();
  EXPECT_TRUE(chain_->gone());
  EXPECT_FALSE(chain_->done());
  finish(0);
  EXPECT_TRUE(scan());
  EXPECT_TRUE(chain_->done());
}

TEST_F(ChainDirectoryTest, ADirectoryThatCannotBeOpenedNowKeepsItsFiles) {
  tree_.file("d/0.log.20261122-143703", "old");
  tree_.file("d/0.log", "cur");
  scan();
  finish(0);
  chain_->close_finished();
  rename("d", "e");
  tree_.link("d", "d");  // ELOOP
  EXPECT_FALSE(scan());
  EXPECT_FALSE(chain_->gone());
  EXPECT_EQ(chain_->take_errors().count, 1U);
  EXPECT_EQ(chain_->take_errors().count, 0U);
  tree_.remove("d");
  rename("e", "d");
  EXPECT_FALSE(scan()) << "nothing was forgotten meanwhile";
}

TEST_F(ChainDirectoryTest, SaysWhichFileCannotBeReadAndWhy) {
  tree_.link("d/0.log", "/0.log");
  tree_.link("0.log", "0.log");  // ELOOP, as root may read what it likes
  scan();
  const ScanErrors errors = chain_->take_errors();
  EXPECT_EQ(errors.count, 1U);
  EXPECT_THAT(errors.last, testing::StartsWith("/d/0.log: "));
  EXPECT_THAT(errors.last, testing::HasSubstr("Too many levels of symbolic links"));
}

TEST_F(ChainDirectoryTest, AFileThatHasJustGoneIsNoError) {
  tree_.link("d/0.log", "/nowhere");
  scan();
  EXPECT_EQ(chain_->take_errors().count, 0U);
}

TEST_F(ChainDirectoryTest, ASingleFileIsFollowedByItsName) {
  make({.path = "/d", .single_file = "app.log", .format = LogFormat::kPlain, .outputs = 1});
  tree_.file("d/app.log", "a");
  tree_.file("d/other.log", "x");
  scan();
  EXPECT_EQ(chain_->key(), "/d/app.log");
  rename("d/app.log", "d/app.log.1");
  tree_.file("d/app.log", "b");
  scan();
  EXPECT_THAT(listed(), ElementsAre("a", "b"));
  tree_.remove("d/app.log");
  finish(0);
  finish(1);
  scan();
  EXPECT_TRUE(chain_->done());
}

TEST_F(ChainDirectoryTest, PollsTheSizesOfOpenFiles) {
  tree_.file("d/0.log", "a");
  scan();
  EXPECT_FALSE(chain_->poll_sizes());
  tree_.append("d/0.log", "b");
  EXPECT_TRUE(chain_->poll_sizes());
  EXPECT_EQ(chain_->chain()->files[0]->size(), 2U);
}

}  // namespace
}  // namespace supercargo
