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

// Each look finds another current file, and the one before it without a name.
TEST(KnownFile, FilesThatNoListingShowsRotatedKeepTheirOrder) {
  std::vector<KnownFile> files;
  const auto look = [&files](const std::vector<std::string>& names) {
    for (KnownFile& known : files) {
      known.present = std::find(names.begin(), names.end(), known.name) != names.end();
      known.name += known.present ? "" : "?";
    }
    for (const std::string& name : names) {
      if (std::none_of(files.begin(), files.end(), [&](const auto& f) { return f.name == name; })) {
        KnownFile& file = files.emplace_back();
        file.name = name;
        file.order = *kubernetes_naming(name);
      }
    }
    order_files(files);
  };
  const auto next_current = [&files](const std::string& name) {
    for (KnownFile& known : files) {
      known.name = known.name == "0.log" ? name : known.name;
    }
  };
  look({"0.log"});
  next_current("first");
  look({"0.log"});
  next_current("second");
  look({"0.log", "0.log.20261122-000003"});
  next_current("third");
  look({"0.log", "0.log.20261122-000003", "0.log.20261122-000005"});
  std::vector<std::string> names;
  names.reserve(files.size());
  for (const KnownFile& file : files) {
    names.push_back(file.name.substr(0, file.name.find('?')));
  }
  EXPECT_THAT(
      names,
      ElementsAre(
          "first", "second", "0.log.20261122-000003", "third", "0.log.20261122-000005", "0.log"));
}

}  // namespace
}  // namespace supercargo
