// What becomes of a chain's order while there are no descriptors for all of its files.

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/logs/chain_directory.h"
#include "collectors/logs/log_bytes.h"
#include "tests/collectors/logs/few_descriptors.h"
#include "tests/collectors/logs/gzip_file.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using test::FewDescriptors;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t kDirectoryOnly = 1;
constexpr std::size_t kDirectoryAndFile = 2;

class ChainShortage : public testing::Test {
 protected:
  void SetUp() override {
    host_.root = tree_.root().string();
    tree_.directory("d");
    chain_ = std::make_unique<ChainDirectory>(
        ChainDirectoryOptions{.path = "/d", .naming = kubernetes_naming, .outputs = 1},
        host_,
        open_files_,
        names_);
  }

  void scan() { (void)chain_->scan(/*first_look_skips=*/false, ChainDirectory::Depth::kAll); }

  std::shared_ptr<const LogChain> chain() { return chain_->chain(); }

  std::vector<std::string> listed() {
    std::vector<std::string> words;
    for (const auto& file : chain()->files) {
      std::string word(4, '\0');
      word.resize(LogBytes(*file, inflaters_).read_all(word.data(), word.size(), 0));
      words.push_back(word);
    }
    return words;
  }

  void rename(std::string_view from, std::string_view to) {
    std::filesystem::rename(tree_.path(from), tree_.path(to));
  }

  // As kubelet does it.
  void pack(const std::string& name) {
    tree_.file(name + ".gz", test::gzip_of(tree_.read(name)));
    tree_.remove(name);
  }

  test::TempTree tree_;
  HostPaths host_;
  OpenFiles open_files_{100, 1};
  DirectoryNames names_;
  std::unique_ptr<ChainDirectory> chain_;
  InflaterPool inflaters_;
};

TEST_F(ChainShortage, TheOldestFileGetsTheLastDescriptor) {
  for (const char* name : {"3", "1", "4", "2", "5"}) {
    tree_.file("d/0.log.20261122-14370" + std::string(name), name);
  }
  tree_.file("d/0.log", "cur");
  {
    const FewDescriptors few(kDirectoryAndFile);
    scan();
  }
  EXPECT_THAT(listed(), ElementsAre("1"));
  EXPECT_FALSE(chain()->complete);
  scan();
  EXPECT_THAT(listed(), ElementsAre("1", "2", "3", "4", "5", "cur"));
  EXPECT_TRUE(chain()->complete);
}

// To open a link takes a descriptor more than to open a file.
TEST_F(ChainShortage, NoYoungerFileComesBeforeOneThatWaits) {
  tree_.file("var/lib/docker/x-json.log", "old");
  tree_.link("d/0.log", "/var/lib/docker/x-json.log");
  tree_.file("d/1.log", "new");
  {
    const FewDescriptors few(kDirectoryAndFile);
    scan();
    EXPECT_THAT(listed(), IsEmpty());
  }
  scan();
  EXPECT_THAT(listed(), ElementsAre("old", "new"));
}

TEST_F(ChainShortage, AYoungerFileThatWasOpenBeforeGoesOn) {
  tree_.file("d/0.log", "cur");
  scan();
  tree_.file("d/0.log.20261122-143703", "late");
  const FewDescriptors few(kDirectoryOnly);
  scan();
  EXPECT_THAT(listed(), ElementsAre("cur"));
  EXPECT_TRUE(chain()->files[0]->current());
}

TEST_F(ChainShortage, AParkedFileIsNotGoneWhileItsGzipWaits) {
  tree_.file("d/0.log.20261122-143703", "old");
  tree_.file("d/0.log", "cur");
  scan();
  const auto old = chain()->files[0];
  ASSERT_TRUE(old->descriptor().park());
  pack("d/0.log.20261122-143703");
  {
    const FewDescriptors few(kDirectoryOnly);
    scan();
    EXPECT_FALSE(old->gone());
    EXPECT_FALSE(chain()->complete);
  }
  scan();
  EXPECT_TRUE(old->gone());
  EXPECT_EQ(chain()->files.size(), 3U);
  EXPECT_TRUE(chain()->files[1]->compressed());
}

TEST_F(ChainShortage, AnInodeThatWasGivenAgainIsAnotherFileAlsoWithoutDescriptors) {
  tree_.file("d/0.log", "old");
  scan();
  const auto old = chain()->files[0];
  ASSERT_TRUE(old->descriptor().park());
  tree_.remove("d/0.log");
  tree_.file("d/0.log", "new");
  {
    const FewDescriptors few(kDirectoryOnly);
    scan();
    EXPECT_FALSE(old->gone());
    EXPECT_EQ(chain()->files.size(), 1U);
  }
  scan();
  EXPECT_TRUE(old->gone());
  EXPECT_EQ(chain()->files.size(), 2U);
}

TEST_F(ChainShortage, AFileThatCannotBeReadForAnotherReasonHoldsNothingBack) {
  tree_.directory("d/0.log");
  tree_.file("d/1.log", "new");
  scan();
  EXPECT_THAT(listed(), ElementsAre("new"));
}

}  // namespace
}  // namespace supercargo
