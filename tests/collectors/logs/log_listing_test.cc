#include "collectors/logs/log_listing.h"

#include <map>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/base/fd.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(LogListing, TellsACompressedFileBesideItsOriginal) {
  test::TempTree tree;
  tree.file("0.log", "");
  tree.file("0.log.20261122-143703", "");
  tree.file("0.log.20261122-143703.gz", "");
  tree.file("0.log.20261122-143701.gz", "");
  tree.file("0.log.20261122-143705.tmp", "");
  const Result<UniqueFd> directory = open_at(AT_FDCWD, tree.root().c_str(), O_RDONLY);
  std::map<std::string, bool> halves;
  const Result<std::vector<ListedName>> names = list_log_files(directory->get(), kubernetes_naming);
  for (const ListedName& listed : *names) {
    halves[listed.name] = listed.maybe_half;
  }
  EXPECT_THAT(halves,
              ElementsAre(Pair("0.log", false),
                          Pair("0.log.20261122-143701.gz", false),
                          Pair("0.log.20261122-143703", false),
                          Pair("0.log.20261122-143703.gz", true)));
}

TEST(LogListing, AFileCannotBeListed) {
  test::TempTree tree;
  tree.file("file", "");
  const Result<UniqueFd> file = open_at(AT_FDCWD, tree.path("file").c_str(), O_RDONLY);
  EXPECT_FALSE(list_log_files(file->get(), kubernetes_naming));
}

}  // namespace
}  // namespace supercargo
