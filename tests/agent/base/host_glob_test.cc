#include "agent/base/host_glob.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class HostGlobTest : public testing::Test {
 protected:
  HostGlobTest() {
    host_.root = tree_.path("host");
    tree_.file("host/var/log/shop/web.log", "");
    tree_.file("host/var/log/shop/db.log", "");
    tree_.file("host/var/log/shop/notes.txt", "");
    tree_.file("host/var/log/bank/web.log", "");
  }

  [[nodiscard]] std::vector<std::string> find(const std::string& pattern) const {
    return glob_in_root(host_, pattern).paths;
  }

  test::TempTree tree_;
  HostPaths host_;
};

TEST_F(HostGlobTest, MatchesNamesAndDirectories) {
  EXPECT_THAT(find("/var/log/shop/*.log"),
              UnorderedElementsAre("/var/log/shop/web.log", "/var/log/shop/db.log"));
  EXPECT_THAT(find("/var/log/*/web.log"),
              UnorderedElementsAre("/var/log/shop/web.log", "/var/log/bank/web.log"));
  EXPECT_THAT(find("/var/log/[ab]*/*"), ElementsAre("/var/log/bank/web.log"));
}

TEST_F(HostGlobTest, ANameWithoutWildcardsIsFoundWhereItIs) {
  EXPECT_THAT(find("/var/log/shop/web.log"), ElementsAre("/var/log/shop/web.log"));
  EXPECT_THAT(find("/var/log/shop/none.log"), IsEmpty());
}

TEST_F(HostGlobTest, AbsoluteLinksToDirectoriesLeadBelowTheRoot) {
  tree_.link("host/var/log/current", "/var/log/shop");
  tree_.link("host/logs", "/var/log");
  EXPECT_THAT(find("/logs/current/w*.log"), ElementsAre("/logs/current/web.log"));
  EXPECT_THAT(find("/logs/cur*/web.log"), ElementsAre("/logs/current/web.log"));
}

TEST_F(HostGlobTest, ALinkNeverLeadsOutOfTheRoot) {
  tree_.file("outside/secret.log", "");
  tree_.link("host/var/log/out", tree_.path("outside"));
  tree_.link("host/var/log/up", "../../../outside");
  EXPECT_THAT(find("/var/log/out/*.log"), IsEmpty());
  EXPECT_THAT(find("/var/log/up/*.log"), IsEmpty());
  EXPECT_THAT(find("/var/log/*/secret.log"), IsEmpty());
}

TEST_F(HostGlobTest, ALinkToAFileOfTheHostIsAMatch) {
  tree_.link("host/var/log/shop/link.log", "/var/log/bank/web.log");
  EXPECT_THAT(find("/var/log/shop/l*.log"), ElementsAre("/var/log/shop/link.log"));
  EXPECT_THAT(find("/var/log/*/link.log"), ElementsAre("/var/log/shop/link.log"));
}

TEST_F(HostGlobTest, WithoutARootOfItsOwnItIsTheMachines) {
  host_.root = "/";
  EXPECT_THAT(find(tree_.path("host/var/log/b*/*.log")),
              ElementsAre(tree_.path("host/var/log/bank/web.log")));
}

TEST_F(HostGlobTest, TellsOfADirectoryThatCannotBeListedAndOfNoneThatIsNotThere) {
  EXPECT_EQ(glob_in_root(host_, "/none/*.log").error, 0);
  EXPECT_EQ(glob_in_root(host_, "/var/log/shop/web.log/*.log").error, 0);
  tree_.link("host/var/log/round", "/var/log/round");
  EXPECT_EQ(glob_in_root(host_, "/var/log/round/*.log").error, ELOOP);
  EXPECT_EQ(glob_in_root(host_, "/var/log/*/*.log").paths.size(), 3U) << "the others are found";
}

}  // namespace
}  // namespace supercargo
