#include "collectors/logs/chain_directory.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <utility>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collectors/logs/log_bytes.h"
#include "tests/collectors/logs/gzip_file.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using Depth = ChainDirectory::Depth;
using testing::ElementsAre;
using testing::IsEmpty;

class ChainDirectoryTest : public testing::Test {
 protected:
  void SetUp() override {
    host_.root = tree_.root().string();
    tree_.directory("d");
    make({.path = "/d", .naming = kubernetes_naming, .outputs = 1});
  }

  void make(ChainDirectoryOptions options) {
    chain_ = std::make_unique<ChainDirectory>(std::move(options), host_, open_files_, names_);
  }

  bool scan() { return chain_->scan(/*first_look_skips=*/false, Depth::kAll); }

  // First words of the listed files, in their order.
  std::vector<std::string> listed() {
    std::vector<std::string> words;
    for (const auto& file : chain_->chain()->files) {
      std::string word(4, '\0');
      word.resize(LogBytes(*file, inflaters_).read_all(word.data(), word.size(), 0));
      words.push_back(word);
    }
    return words;
  }

  // Without a descriptor for anything.
  void scan_without_descriptors() {
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit none{0, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    (void)scan();
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
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
  OpenFiles open_files_{100, 1};
  DirectoryNames names_;
  std::unique_ptr<ChainDirectory> chain_;
  InflaterPool inflaters_;
};

TEST_F(ChainDirectoryTest, ListsLogFilesOldestFirst) {
  tree_.file("d/1.log", "cur");
  tree_.file("d/0.log", "old");
  tree_.file("d/1.log.20261122-143703", "rot");
  tree_.file("d/1.log.20261122-143700.gz", test::gzip_of("zip"));
  tree_.file("d/1.log.20261122-143701.tmp", "tmp");
  tree_.file("d/readme", "no");
  tree_.directory("d/2.log");
  EXPECT_TRUE(scan());
  EXPECT_THAT(listed(), ElementsAre("old", "zip", "rot", "cur"));
  const auto& files = chain_->chain()->files;
  EXPECT_EQ(files[0]->container()->restart, 0U);
  EXPECT_EQ(files[1]->container(), files[3]->container());
  EXPECT_TRUE(files[1]->compressed());
  EXPECT_TRUE(files[3]->current());
  EXPECT_FALSE(files[2]->current());
  EXPECT_EQ(chain_->take_errors().count, 1U) << "a directory that is named like a log";
  EXPECT_FALSE(scan());
  EXPECT_EQ(chain_->key(), "/d");
}

TEST_F(ChainDirectoryTest, AnUnchangedDirectoryIsNotListed) {
  tree_.file("d/0.log", "a");
  const struct timespec past[2] = {{1'000, 0}, {1'000, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, tree_.path("d").c_str(), past, 0), 0);
  EXPECT_TRUE(chain_->scan(false, Depth::kEntries));
  tree_.file("d/1.log", "b");
  ASSERT_EQ(::utimensat(AT_FDCWD, tree_.path("d").c_str(), past, 0), 0);
  EXPECT_FALSE(chain_->scan(false, Depth::kEntries)) << "its time stamp says that nothing changed";
  EXPECT_TRUE(chain_->scan(false, Depth::kAll));
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

TEST_F(ChainDirectoryTest, KeepsTheOrderWhenANewFileGetsTheInodeOfAClosedOne) {
  tree_.file("d/0.log.20261122-100000", "one");
  tree_.file("d/0.log", "two");
  scan();
  finish(0);
  EXPECT_TRUE(chain_->close_finished());
  tree_.remove("d/0.log");
  rename("d/0.log.20261122-100000", "d/0.log.20261122-100009");
  tree_.file("d/0.log.20261122-100009", "late");
  tree_.file("d/0.log", "four");
  EXPECT_TRUE(scan());
  EXPECT_THAT(listed(), ElementsAre("two", "late", "four"));
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

TEST_F(ChainDirectoryTest, KeepsTheOrderWhenDockersFilesGoUnseen) {
  make({.path = "/d", .naming = docker_naming, .format = LogFormat::kDocker, .outputs = 1});
  tree_.file("d/x-json.log.2", "a");
  tree_.file("d/x-json.log.1", "b");
  tree_.file("d/x-json.log", "c");
  scan();
  tree_.remove("d/x-json.log.2");  // two rotations, of three files each
  tree_.remove("d/x-json.log.1");
  rename("d/x-json.log", "d/x-json.log.2");
  tree_.file("d/x-json.log.1", "d");
  tree_.file("d/x-json.log", "e");
  EXPECT_TRUE(scan());
  EXPECT_THAT(listed(), ElementsAre("a", "b", "c", "d", "e"));
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
  EXPECT_EQ(open_files_.open(), 1U);
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

// gzip and Docker write the .gz in place; the original goes when it is whole.
TEST_F(ChainDirectoryTest, ACompressedFileIsListedOnceItsOriginalIsGone) {
  tree_.file("d/0.log.20261122-143703", "old");
  tree_.file("d/0.log", "cur");
  scan();
  const std::string gzip = test::gzip_of("old");
  tree_.file("d/0.log.20261122-143703.gz", gzip.substr(0, 12));
  scan();
  EXPECT_THAT(listed(), ElementsAre("old", "cur"));
  tree_.file("d/0.log.20261122-143703.gz", gzip);
  tree_.remove("d/0.log.20261122-143703");
  EXPECT_TRUE(scan());
  EXPECT_THAT(listed(), ElementsAre("old", "old", "cur")) << "beside the original, which is open";
  EXPECT_FALSE(chain_->chain()->files[0]->linked());
  EXPECT_TRUE(chain_->chain()->files[1]->compressed());
}

// What happens while the names are read: the listing calls the naming for each.
TEST_F(ChainDirectoryTest, AFileThatIsRenamedOrCompressedDuringTheListingIsNeverMissed) {
  std::function<void()> meanwhile = [] {};
  make({.path = "/d",
        .naming =
            [&meanwhile](std::string_view name) {
              std::exchange(meanwhile, [] {})();
              return kubernetes_naming(name);
            },
        .outputs = 1});
  tree_.file("d/0.log.20261122-143703", "old");
  tree_.file("d/0.log", "cur");
  scan();
  finish(0);
  chain_->close_finished();
  meanwhile = [this] { rename("d/0.log.20261122-143703", "d/0.log.20261122-143704"); };
  scan();
  EXPECT_EQ(chain_->chain()->closed_inodes.size(), 1U);
  EXPECT_TRUE(chain_->chain()->complete);
  meanwhile = [this] {
    tree_.file("d/0.log.20261122-143704.gz", test::gzip_of("old"));
    tree_.remove("d/0.log.20261122-143704");
  };
  scan();
  EXPECT_THAT(listed(), ElementsAre("old", "cur")) << "the copy, as soon as the original is gone";
  EXPECT_TRUE(chain_->chain()->complete);
}

TEST_F(ChainDirectoryTest, ADirectoryThatNeverRestsForgetsNothing) {
  int names = 0;
  make({.path = "/d",
        .naming =
            [&](std::string_view name) {
              rename("d/0.log.20261122-14370" + std::to_string(names),
                     "d/0.log.20261122-14370" + std::to_string(names + 1));
              ++names;
              return kubernetes_naming(name);
            },
        .outputs = 1});
  tree_.file("d/0.log.20261122-143700", "old");
  scan();
  EXPECT_FALSE(chain_->chain()->complete);
  EXPECT_EQ(names, 4);
}

TEST_F(ChainDirectoryTest, ACompressedFileIsClosedLikeAnyAndStaysSo) {
  tree_.file("d/0.log.20261122-143703.gz", test::gzip_of(std::string(5'000, 'x')));
  tree_.file("d/0.log", "cur");
  scan();
  finish(0);
  EXPECT_TRUE(chain_->close_finished());
  EXPECT_FALSE(scan());
  EXPECT_THAT(listed(), ElementsAre("cur"));
  EXPECT_EQ(chain_->chain()->closed_inodes.size(), 1U);
  rename("d/0.log.20261122-143703.gz", "d/0.log.20261122-143701.gz");
  scan();
  EXPECT_EQ(chain_->chain()->closed_inodes.size(), 1U);
}

TEST_F(ChainDirectoryTest, TheCurrentFileIsTheOneOfThatName) {
  tree_.file("d/0.log", "a");
  scan();
  const auto file = chain_->chain()->files[0];
  EXPECT_TRUE(file->current());
  rename("d/0.log", "d/0.log.20261122-143703");
  scan();
  EXPECT_FALSE(file->current());
  rename("d/0.log.20261122-143703", "d/0.log");  // kubelet, when the reopen fails
  scan();
  EXPECT_TRUE(file->current());
  tree_.remove("d/0.log");
  scan();
  EXPECT_FALSE(file->current());
}

TEST_F(ChainDirectoryTest, AFileThatCannotBeOpenedMakesTheListIncomplete) {
  tree_.file("d/0.log", "a");
  tree_.directory("d/1.log");
  scan();
  EXPECT_FALSE(chain_->chain()->complete);
  tree_.remove("d/1.log");
  EXPECT_TRUE(chain_->scan(false, Depth::kEntries)) << "looked at again without being told to";
  EXPECT_TRUE(chain_->chain()->complete);
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
  EXPECT_TRUE(scan()) << "what is not listed may be there";
  EXPECT_FALSE(chain_->chain()->complete);
  EXPECT_FALSE(chain_->gone());
  EXPECT_FALSE(scan());
  EXPECT_EQ(chain_->take_errors().count, 2U);
  EXPECT_EQ(chain_->take_errors().count, 0U);
  tree_.remove("d");
  rename("e", "d");
  EXPECT_TRUE(scan());
  EXPECT_TRUE(chain_->chain()->complete);
  EXPECT_THAT(listed(), ElementsAre("cur"));
  EXPECT_EQ(chain_->chain()->closed_inodes.size(), 1U) << "nothing was forgotten meanwhile";
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

TEST_F(ChainDirectoryTest, APlainFileIsFollowedOverItsRotations) {
  make({.path = "/d",
        .naming = plain_naming("app.log", "*.log"),
        .base_name = "app.log",
        .format = LogFormat::kPlain,
        .outputs = 1});
  tree_.file("d/app.log.2.gz", test::gzip_of("z"));
  tree_.file("d/app.log", "a");
  tree_.file("d/other.log", "x");
  scan();
  EXPECT_EQ(chain_->key(), "/d/app.log");
  EXPECT_THAT(listed(), ElementsAre("z", "a"));
  EXPECT_TRUE(chain_->chain()->files[0]->only_continues());
  rename("d/app.log.2.gz", "d/app.log.3.gz");
  rename("d/app.log", "d/app.log.1");
  tree_.file("d/app.log", "b");
  scan();
  EXPECT_THAT(listed(), ElementsAre("z", "a", "b"));
  EXPECT_FALSE(chain_->chain()->files[1]->only_continues()) << "it had the name that was asked for";
  for (const char* name : {"d/app.log", "d/app.log.1", "d/app.log.3.gz"}) {
    tree_.remove(name);
  }
  for (std::size_t i = 0; i < 3; ++i) {
    finish(i);
  }
  scan();
  EXPECT_TRUE(chain_->done());
}

TEST_F(ChainDirectoryTest, ASiblingThatGetsTheNameThatWasAskedForIsAFileLikeAny) {
  make({.path = "/d",
        .naming = plain_naming("app.log", "*.log"),
        .base_name = "app.log",
        .format = LogFormat::kPlain,
        .outputs = 1});
  tree_.file("d/app.log.1", "a");
  scan();
  const auto file = chain_->chain()->files[0];
  EXPECT_TRUE(file->only_continues());
  rename("d/app.log.1", "d/app.log");
  EXPECT_TRUE(scan());
  EXPECT_FALSE(file->only_continues());
}

TEST_F(ChainDirectoryTest, AlsoWhenItWasClosed) {
  make({.path = "/d",
        .naming = plain_naming("app.log", "*.log"),
        .base_name = "app.log",
        .format = LogFormat::kPlain,
        .outputs = 1});
  tree_.file("d/app.log.1", "a");
  scan();
  finish(0);
  chain_->close_finished();
  EXPECT_THAT(listed(), IsEmpty());
  rename("d/app.log.1", "d/app.log");
  EXPECT_TRUE(scan());
  EXPECT_THAT(listed(), ElementsAre("a"));
}

TEST_F(ChainDirectoryTest, InheritsOpenFilesAlsoWhenThereAreNoDescriptors) {
  tree_.file("d/0.log.20261122-100000", "old ");
  tree_.file("d/0.log", "new ");
  scan();
  const auto before = chain_->chain();
  std::filesystem::remove(tree_.path("d/0.log.20261122-100000"));
  make({.path = "/d", .naming = kubernetes_naming, .outputs = 1});
  scan_without_descriptors();
  chain_->inherit(*before);
  EXPECT_THAT(listed(), ElementsAre("old ", "new "));
  scan();
  EXPECT_THAT(listed(), ElementsAre("old ", "new "));
  EXPECT_TRUE(chain_->chain()->complete);
}

// The older one may be a .gz that was never seen as anything else.
TEST_F(ChainDirectoryTest, InheritsFilesAtTheirPlacesAmongThoseThatAreFoundAgain) {
  tree_.file("d/0.log.20261122-100000", "old ");
  tree_.file("d/0.log.20261122-100001", "mid ");
  tree_.file("d/0.log", "new ");
  scan();
  const auto before = chain_->chain();
  std::filesystem::remove(tree_.path("d/0.log.20261122-100001"));
  rename("d/0.log", "d/0.log.20261122-100002");
  tree_.file("d/0.log", "next");
  make({.path = "/d", .naming = kubernetes_naming, .outputs = 1});
  scan();
  chain_->inherit(*before);
  EXPECT_THAT(listed(), ElementsAre("old ", "mid ", "new ", "next"));
  scan();
  EXPECT_THAT(listed(), ElementsAre("old ", "mid ", "new ", "next"));
}

TEST_F(ChainDirectoryTest, WhatIsInheritedKeepsItsPlaceWhileNumbersGoUp) {
  const ChainDirectoryOptions options{
      .path = "/d", .naming = docker_naming, .format = LogFormat::kDocker, .outputs = 1};
  make(options);
  tree_.file("d/x-json.log.2", "old ");
  tree_.file("d/x-json.log.1", "mid ");
  tree_.file("d/x-json.log", "new ");
  scan();
  const auto before = chain_->chain();
  std::filesystem::remove(tree_.path("d/x-json.log.1"));
  make(options);
  scan();
  chain_->inherit(*before);
  EXPECT_THAT(listed(), ElementsAre("old ", "mid ", "new "));
  rename("d/x-json.log.2", "d/x-json.log.3");
  rename("d/x-json.log", "d/x-json.log.2");
  tree_.file("d/x-json.log", "next");
  scan();
  EXPECT_THAT(listed(), ElementsAre("old ", "mid ", "new ", "next"));
}

TEST_F(ChainDirectoryTest, InheritsNothingThatTheListingShowsOrThatWasMovedAway) {
  tree_.file("d/0.log", "new ");
  tree_.file("d/1.log", "away");
  scan();
  const auto before = chain_->chain();
  tree_.directory("e");
  rename("d/1.log", "e/1.log");
  make({.path = "/d", .naming = kubernetes_naming, .outputs = 1});
  scan();
  chain_->inherit(*before);
  EXPECT_THAT(listed(), ElementsAre("new "));
}

TEST_F(ChainDirectoryTest, PollsTheSizesOfOpenFiles) {
  tree_.file("d/0.log", "a");
  scan();
  EXPECT_FALSE(chain_->poll_sizes());
  tree_.append("d/0.log", "b");
  EXPECT_TRUE(chain_->poll_sizes());
  EXPECT_EQ(chain_->chain()->files[0]->size(), 2U);
}

TEST_F(ChainDirectoryTest, ChainsOfOneDirectoryShareAListing) {
  std::vector<std::unique_ptr<ChainDirectory>> chains;
  for (const std::string name : {"a.log", "b.log", "c.log"}) {
    tree_.file("d/" + name, name);
    make({.path = "/d", .naming = plain_naming(name, "*"), .base_name = name, .outputs = 1});
    chains.push_back(std::move(chain_));
  }
  const auto changed = [&chains] {
    return std::ranges::count_if(chains,
                                 [](const auto& chain) { return chain->scan(false, Depth::kAll); });
  };
  EXPECT_EQ(changed(), 3);
  EXPECT_EQ(names_.readings(), 1U);
  names_.forget();
  rename("d/b.log", "d/b.log.1");
  EXPECT_EQ(changed(), 1);
  EXPECT_EQ(names_.readings(), 2U);
  EXPECT_EQ(chains[1]->chain()->files.size(), 1U);
}

}  // namespace
}  // namespace supercargo
