#include "collectors/logs/journal_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/logs/journal_recovery.h"

namespace supercargo::journal {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t kSalt = 5;

std::vector<RecordView> records_of(const Changes& changes, const Entries& entries) {
  std::string bytes;
  changes.append_to(bytes, kSalt, entries);
  std::string_view rest = bytes;
  std::vector<RecordView> records;
  while (std::optional<RecordView> record = take_record(rest, kSalt)) {
    records.push_back(std::move(*record));
  }
  EXPECT_THAT(rest, IsEmpty());
  return records;
}

std::vector<RecordType> types_of(const std::vector<RecordView>& records) {
  std::vector<RecordType> types;
  types.reserve(records.size());
  for (const RecordView& record : records) {
    types.push_back(record.type);
  }
  return types;
}

Entry entry_at(std::uint64_t out, std::uint64_t err, TailMark tail = {}) {
  return {"c", {}, {out, err}, 0, {tail, tail}};
}

TEST(JournalChanges, BothStreamsAtOnePlaceAreOneRecord) {
  Changes changes;
  changes.offset(1, Stream::kStdout);
  changes.offset(1, Stream::kStderr);
  const std::vector<RecordView> records = records_of(changes, {{1, entry_at(7, 7, {7, 70})}});
  EXPECT_THAT(types_of(records), ElementsAre(RecordType::kOffset, RecordType::kCommit));
  EXPECT_EQ(records[0].offset.streams, kAllStreams);
  EXPECT_EQ(records[0].offset.offset, 7U);
  EXPECT_EQ(records[0].offset.tail, (TailMark{7, 70}));
}

TEST(JournalChanges, StreamsAtDifferentPlacesAreOneRecordEach) {
  Changes changes;
  changes.offset(1, Stream::kStdout);
  changes.offset(1, Stream::kStderr);
  const std::vector<RecordView> records = records_of(changes, {{1, entry_at(7, 5)}});
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].offset.streams, set_of(Stream::kStdout));
  EXPECT_EQ(records[0].offset.offset, 7U);
  EXPECT_EQ(records[1].offset.streams, set_of(Stream::kStderr));
  EXPECT_EQ(records[1].offset.offset, 5U);
}

TEST(JournalChanges, AStreamThatDidNotMoveIsNotWritten) {
  Changes changes;
  changes.offset(1, Stream::kStderr);
  const std::vector<RecordView> records = records_of(changes, {{1, entry_at(7, 7)}});
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].offset.streams, set_of(Stream::kStderr));
}

TEST(JournalChanges, AWholeEntryHasTheOffsetsToo) {
  Changes changes;
  changes.offset(1, Stream::kStderr);
  changes.file(1);
  changes.offset(1, Stream::kStdout);
  const std::vector<RecordView> records = records_of(changes, {{1, entry_at(7, 5)}});
  EXPECT_THAT(types_of(records), ElementsAre(RecordType::kFile, RecordType::kCommit));
  EXPECT_THAT(records[0].entry.settled, ElementsAre(7U, 5U));
}

TEST(JournalChanges, OfAForgottenFileOnlyThatIsWritten) {
  Changes changes;
  changes.file(1);
  changes.offset(1, Stream::kStdout);
  changes.offset(2, Stream::kStdout);
  changes.forget(1);
  changes.forget(2);
  EXPECT_FALSE(changes.empty());
  EXPECT_THAT(types_of(records_of(changes, {})),
              ElementsAre(RecordType::kForget, RecordType::kForget, RecordType::kCommit));
  changes.clear();
  EXPECT_TRUE(changes.empty());
}

TEST(JournalChanges, AStateIsOneBatchThatReadsAsItself) {
  std::string bytes;
  append_state(bytes, kSalt, {{3, entry_at(7, 5)}, {9, entry_at(1, 1)}}, "a boot");
  const std::optional<State> state = read_segment(bytes, kSalt);
  ASSERT_TRUE(state);
  EXPECT_EQ(state->boot_id, "a boot");
  EXPECT_THAT(state->entries, testing::SizeIs(2));
  EXPECT_EQ(state->next_file, 10U);
  bytes.pop_back();
  EXPECT_FALSE(read_segment(bytes, kSalt)) << "whole or not at all";
}

}  // namespace
}  // namespace supercargo::journal
