// A journal whose files were damaged between two agents: any byte, any length, missing, foreign.

#include <cerrno>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/collectors/logs/journal_workload.h"

namespace supercargo {
namespace {

using test::CallKind;
using test::DiskCall;
using test::DiskModel;
using test::Fault;
using test::image_of;
using test::ModelFileLayer;
using test::open_journal;
using test::Syncer;
using testing::HasSubstr;

constexpr std::size_t kOlder = 0;
constexpr std::size_t kNewer = 1;

// An agent worked until it had begun its second segment, and went on in it.
class DamagedJournal : public testing::Test {
 protected:
  void SetUp() override {
    auto layer = std::make_shared<ModelFileLayer>();
    auto journal = *open_journal(syncer_, layer);
    const Journal::FileNumber file = journal->add({"/c", {1, 2, 0, 0}, {}, 3});
    settle(*journal, file, 100);
    older_ = image_of(journal->entries());
    journal = nullptr;
    journal = *open_journal(syncer_, layer);
    for (std::uint64_t offset = 200; offset < 600; offset += 100) {
      settle(*journal, file, offset);
    }
    newer_ = image_of(journal->entries());
    journal = nullptr;
    disk_ = layer->disk;
    for (std::size_t i = 0; i < 2; ++i) {
      files_.at(i) = *disk_.find(journal::segment_path("d", i));
    }
    const std::string_view newer = disk_.contents(files_[kNewer]);
    const std::string_view records = newer.substr(journal::kHeaderBytes);
    const std::uint64_t salt = journal::decode_header(newer)->salt;
    for (std::string_view rest = records; const auto record = journal::take_record(rest, salt);) {
      if (record->type == journal::RecordType::kCommit) {
        const std::size_t size = records.size() - rest.size();
        batches_.emplace_back(
            journal::kHeaderBytes + size,
            image_of(journal::read_segment(records.substr(0, size), salt)->entries));
      }
    }
    ASSERT_EQ(batches_.size(), 5U);
    ASSERT_EQ(batches_.back().second, newer_);
  }

  static void settle(Journal& journal, Journal::FileNumber file, std::uint64_t offset) {
    journal.settle(file, Stream::kStdout, offset, {static_cast<std::uint16_t>(offset), offset});
    ASSERT_TRUE(journal.flush());
  }

  struct Found {
    std::string image;
    std::uint64_t set_aside = 0;
    bool is_new = false;
    bool lost_its_state = false;
  };

  // What the next agent finds. It must be able to work on.
  Found next_agent(const DiskModel& disk) {
    auto layer = std::make_shared<ModelFileLayer>(disk);
    auto opened = open_journal(syncer_, layer);
    if (!opened) {
      ADD_FAILURE() << opened.error().message;
      return {};
    }
    Journal& journal = **opened;
    Found found{image_of(journal.entries()),
                journal.segments_set_aside(),
                journal.is_new(),
                journal.lost_its_state()};
    settle(journal, journal.add({"/new", {}, {}, 4}), 7);
    const std::string image = image_of(journal.entries());
    opened = Error{ErrorCode::kCancelled, "it ends"};
    auto again = open_journal(syncer_, layer);
    EXPECT_TRUE(again && image_of((*again)->entries()) == image) << "it did not work on";
    EXPECT_TRUE(again && (*again)->segments_set_aside() == 0) << "the damage is gone";
    return found;
  }

  [[nodiscard]] DiskModel with_byte(std::size_t segment, std::size_t at, int change) const {
    DiskModel disk = disk_;
    const char byte = static_cast<char>(disk.contents(files_.at(segment))[at] ^ change);
    (void)disk.write(files_.at(segment), {&byte, 1}, at);
    return disk;
  }

  [[nodiscard]] DiskModel with_header(const std::array<std::uint32_t, 2>& versions) const {
    DiskModel disk = disk_;
    for (std::size_t i = 0; i < versions.size(); ++i) {
      (void)disk.write(files_.at(i), journal::encode_header({9, 9, versions.at(i)}), 0);
    }
    return disk;
  }

  // The newest segment's state when only its first `size` bytes are good; nothing: not even its
  // first batch is.
  [[nodiscard]] std::optional<std::string> state_within(std::size_t size) const {
    std::optional<std::string> state;
    for (const auto& [end, image] : batches_) {
      state = end <= size ? std::optional(image) : state;
    }
    return state;
  }

  Syncer syncer_;
  DiskModel disk_;
  std::array<DiskModel::FileId, 2> files_{};
  std::vector<std::pair<std::size_t, std::string>> batches_;  // where each ends, the state then
  std::string older_;
  std::string newer_;
};

TEST_F(DamagedJournal, AnyByteOfTheNewestSegmentLeavesItsBatchesBeforeOrTheOlderSegment) {
  for (std::size_t at = 0; at < batches_.back().first; ++at) {
    for (const int change : {0x01, 0x80, 0xff}) {
      const Found found = next_agent(with_byte(kNewer, at, change));
      const std::optional<std::string> state = state_within(at);
      ASSERT_EQ(found.image, state.value_or(older_)) << at;
      ASSERT_EQ(found.set_aside, state ? 0U : 1U) << at;
      ASSERT_FALSE(found.is_new || found.lost_its_state);
    }
  }
}

TEST_F(DamagedJournal, AnyByteOfTheOlderSegmentChangesNothingThatIsKnown) {
  for (std::size_t at = 0; at < disk_.contents(files_[kOlder]).size(); ++at) {
    const Found found = next_agent(with_byte(kOlder, at, 0x40));
    ASSERT_EQ(found.image, newer_) << at;
    ASSERT_EQ(found.set_aside, at < journal::kHeaderBytes ? 1U : 0U) << at;
  }
}

TEST_F(DamagedJournal, TheNewestSegmentCutToAnyLengthLeavesItsBatchesBeforeOrTheOlderSegment) {
  for (std::size_t size = 0; size <= batches_.back().first; ++size) {
    DiskModel disk = disk_;
    disk.truncate(files_[kNewer], size);
    const Found found = next_agent(disk);
    const std::optional<std::string> state = state_within(size);
    ASSERT_EQ(found.image, state.value_or(older_)) << size;
    ASSERT_EQ(found.set_aside, state || size == 0 ? 0U : 1U) << size;
  }
}

TEST_F(DamagedJournal, TheOlderSegmentCutToAnyLengthChangesNothingThatIsKnown) {
  for (std::size_t size = 0; size <= disk_.contents(files_[kOlder]).size(); ++size) {
    DiskModel disk = disk_;
    disk.truncate(files_[kOlder], size);
    ASSERT_EQ(next_agent(disk).image, newer_) << size;
  }
}

TEST_F(DamagedJournal, BothSegmentsDamagedIsALostStateAndIsTold) {
  DiskModel disk = with_byte(kOlder, 20, 0x01);
  (void)disk.write(files_[kNewer], "x", 20);
  const Found found = next_agent(disk);
  EXPECT_EQ(found.image, image_of({}));
  EXPECT_EQ(found.set_aside, 2U);
  EXPECT_TRUE(found.is_new);
  EXPECT_TRUE(found.lost_its_state);
}

TEST_F(DamagedJournal, BothSegmentsDeletedIsANewOutput) {
  const Found found = next_agent(DiskModel{});
  EXPECT_EQ(found.image, image_of({}));
  EXPECT_EQ(found.set_aside, 0U);
  EXPECT_TRUE(found.is_new);
  EXPECT_FALSE(found.lost_its_state) << "nobody can tell it from a new one";
}

TEST_F(DamagedJournal, OneSegmentDeletedLeavesTheOther) {
  for (const std::size_t segment : {kOlder, kNewer}) {
    DiskModel disk = disk_;
    disk.rename(journal::segment_path("d", segment), "d/elsewhere");
    const Found found = next_agent(disk);
    EXPECT_EQ(found.image, segment == kOlder ? newer_ : older_);
    EXPECT_EQ(found.set_aside, 0U);
  }
}

TEST_F(DamagedJournal, AnotherFormatVersionIsSetAsideAndKeptByteForByte) {
  for (const std::uint32_t version : {journal::kFormatVersion - 1, journal::kFormatVersion + 1}) {
    const DiskModel disk = with_header({version, version});
    auto layer = std::make_shared<ModelFileLayer>(disk);
    const auto journal = *open_journal(syncer_, layer);
    EXPECT_EQ(journal->segments_set_aside(), 2U);
    EXPECT_TRUE(journal->lost_its_state());
    for (std::size_t i = 0; i < 2; ++i) {
      const auto kept = layer->disk.find(journal::segment_path("d", i) + ".damaged");
      ASSERT_TRUE(kept);
      EXPECT_EQ(layer->disk.contents(*kept), disk.contents(files_.at(i)));
    }
  }
}

TEST_F(DamagedJournal, ASegmentThatCannotBeReadIsSetAsideAndTheOlderOneTaken) {
  auto layer = std::make_shared<ModelFileLayer>(disk_);
  layer->before_call = [this](const DiskCall& call) {
    return call.kind == CallKind::kRead && call.file == files_[kNewer] ? std::optional(Fault{EIO})
                                                                       : std::nullopt;
  };
  const auto journal = open_journal(syncer_, layer);
  ASSERT_TRUE(journal) << journal.error().message;
  EXPECT_EQ(image_of((*journal)->entries()), older_);
  EXPECT_EQ((*journal)->segments_set_aside(), 1U);
}

TEST_F(DamagedJournal, ASegmentThatCannotBeSetAsideIsNotOverwritten) {
  auto layer = std::make_shared<ModelFileLayer>(with_byte(kNewer, 20, 0x01));
  layer->before_call = [](const DiskCall& call) {
    return call.kind == CallKind::kRename ? std::optional(Fault{EROFS}) : std::nullopt;
  };
  const auto journal = open_journal(syncer_, layer);
  ASSERT_FALSE(journal);
  EXPECT_THAT(journal.error().message, HasSubstr("cannot set aside"));
  EXPECT_EQ(layer->disk.contents(files_[kOlder]), disk_.contents(files_[kOlder]));
}

}  // namespace
}  // namespace supercargo
