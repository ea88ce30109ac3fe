#include "collectors/logs/journal_files.h"

#include <cerrno>

#include <gtest/gtest.h>

#include "tests/collectors/logs/model_file_layer.h"

namespace supercargo::journal {
namespace {

using test::CallKind;
using test::DiskCall;
using test::Fault;
using test::ModelFileLayer;

TEST(JournalFiles, BothSegmentsAreMadePreallocatedAndTheirNamesSynced) {
  ModelFileLayer layer;
  const Result<SegmentFiles> files = open_segments(layer, "d", 4096);
  ASSERT_TRUE(files);
  std::mt19937_64 random(1);
  const test::DiskModel left = layer.disk.after_power_loss(random);
  for (std::size_t i = 0; i < kSegmentNames.size(); ++i) {
    const auto file = layer.disk.find(segment_path("d", i));
    ASSERT_TRUE(file);
    EXPECT_EQ(layer.disk.contents(*file).size(), 4096U);
    EXPECT_TRUE(left.find(segment_path("d", i)));
  }
}

TEST(JournalFiles, AFilesystemThatCannotPreallocateIsGoodEnough) {
  ModelFileLayer layer;
  layer.before_call = [](const DiskCall& call) {
    return call.kind == CallKind::kAllocate ? std::optional(Fault{EOPNOTSUPP}) : std::nullopt;
  };
  EXPECT_TRUE(open_segments(layer, "d", 4096));
}

TEST(JournalFiles, ShortWritesAreContinued) {
  ModelFileLayer layer;
  layer.before_call = [](const DiskCall& call) {
    return call.kind == CallKind::kWrite ? std::optional(Fault{0, 3}) : std::nullopt;
  };
  auto file = layer.open_to_write("f");
  ASSERT_TRUE(write_all_at(**file, "0123456789", 2));
  EXPECT_EQ(layer.disk.contents(0),
            std::string("\0\0"
                        "0123456789",
                        12));
}

TEST(JournalFiles, AWriteThatTakesNothingIsAnErrorAndNoEndlessLoop) {
  ModelFileLayer layer;
  layer.before_call = [](const DiskCall& call) {
    return call.kind == CallKind::kWrite ? std::optional(Fault{0, 0}) : std::nullopt;
  };
  auto file = layer.open_to_write("f");
  EXPECT_FALSE(write_all_at(**file, "0123456789", 0));
}

TEST(JournalFiles, AFullDiskIsAnErrorAndTakesWhatFits) {
  ModelFileLayer layer;
  layer.disk.capacity = 8;
  auto file = layer.open_to_write("f");
  EXPECT_FALSE(write_all_at(**file, "0123456789", 0));
  EXPECT_EQ(layer.disk.contents(0), "01234567");
}

TEST(JournalFiles, AFileIsReadToItsEndOrToTheBound) {
  ModelFileLayer layer;
  auto file = layer.open_to_write("f");
  const std::string text(20'000, 'x');
  ASSERT_TRUE(write_all_at(**file, text, 0));
  std::string out = "before";
  ASSERT_TRUE(read_from_start(**file, out, 1'000'000));
  EXPECT_EQ(out, text);
  ASSERT_TRUE(read_from_start(**file, out, 5'000));
  EXPECT_EQ(out, text.substr(0, 5'000));
  ASSERT_TRUE(read_from_start(**file, out, 0));
  EXPECT_EQ(out, "");
}

}  // namespace
}  // namespace supercargo::journal
