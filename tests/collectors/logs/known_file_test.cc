#include "collectors/logs/known_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace supercargo {
namespace {

using testing::ElementsAre;

// Files by their names: "-" before it for one that the last listing did not show.
std::vector<std::string> ordered(const FileNaming& naming, std::vector<std::string> names) {
  std::vector<KnownFile> files;
  for (std::string& name : names) {
    KnownFile& file = files.emplace_back();
    file.present = !name.starts_with('-');
    file.name = name;
    file.order = *naming(file.present ? name : name.substr(1));
  }
  order_files(files);
  names.clear();
  for (const KnownFile& file : files) {
    names.push_back(file.name);
  }
  return names;
}

TEST(KnownFile, ACurrentFileWithoutANameIsYoungerThanWhatWasRotatedBefore) {
  EXPECT_THAT(ordered(kubernetes_naming,
                      {"0.log.20261122-000001.gz", "-0.log", "0.log", "0.log.20261122-000003"}),
              ElementsAre("0.log.20261122-000001.gz", "-0.log", "0.log.20261122-000003", "0.log"));
}

TEST(KnownFile, ACopyStandsBehindItsOriginal) {
  EXPECT_THAT(ordered(kubernetes_naming,
                      {"-0.log.20261122-000001", "-0.log", "0.log", "0.log.20261122-000001.gz"}),
              ElementsAre("-0.log.20261122-000001", "0.log.20261122-000001.gz", "-0.log", "0.log"));
  EXPECT_THAT(ordered(docker_naming, {"-x-json.log.1", "x-json.log.1", "x-json.log.2.gz"}),
              ElementsAre("-x-json.log.1", "x-json.log.2.gz", "x-json.log.1"));
}

TEST(KnownFile, AStaleNumberSaysNothing) {
  EXPECT_THAT(
      ordered(docker_naming,
              {"-x-json.log.1.gz", "-x-json.log", "x-json.log", "x-json.log.1", "x-json.log.2"}),
      ElementsAre("-x-json.log.1.gz", "-x-json.log", "x-json.log.2", "x-json.log.1", "x-json.log"));
}

}  // namespace
}  // namespace supercargo
