#include "collectors/logs/journal_format.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "collectors/logs/journal_recovery.h"

namespace supercargo::journal {
namespace {

constexpr std::uint64_t kSalt = 0x1234'5678'9abc'def0;

Entry example() {
  return {"/var/log/pods/shop_web_uid/app",
          {42, -7, 1024, 0xfeedface},
          {10, 20},
          1'700'000'000,
          {TailMark{10, 0xabcdef}, TailMark{}},
          true};
}

TEST(JournalFormat, HeaderComesBackAsItWas) {
  const std::string bytes = encode_header({7, kSalt});
  ASSERT_EQ(bytes.size(), kHeaderBytes);
  const std::optional<Header> header = decode_header(bytes + "more");
  ASSERT_TRUE(header);
  EXPECT_EQ(header->generation, 7U);
  EXPECT_EQ(header->salt, kSalt);
  EXPECT_EQ(header->version, kFormatVersion);
}

TEST(JournalFormat, AHeaderWithAnyOtherByteIsNone) {
  const std::string bytes = encode_header({7, kSalt});
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string poked = bytes;
    poked[i] = static_cast<char>(poked[i] ^ 0x10);
    EXPECT_FALSE(decode_header(poked)) << "byte " << i;
    EXPECT_FALSE(decode_header(std::string_view(bytes).substr(0, i))) << i << " bytes";
  }
}

TEST(JournalFormat, RecordsComeBackInTheirOrder) {
  std::string bytes;
  append_file(bytes, kSalt, 3, example());
  append_offset(bytes, kSalt, 3, {kAllStreams, 99, {99, 0x1234}});
  append_forget(bytes, kSalt, 3);
  append_boot(bytes, kSalt, "a boot");
  append_commit(bytes, kSalt);
  std::string_view rest = bytes;
  const std::optional<RecordView> file = take_record(rest, kSalt);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->type, RecordType::kFile);
  EXPECT_EQ(file->file, 3U);
  EXPECT_EQ(file->entry.chain, example().chain);
  EXPECT_EQ(file->entry.identity.inode, 42U);
  EXPECT_EQ(file->entry.identity.birth_ns, -7);
  EXPECT_EQ(file->entry.identity.head_bytes, 1024U);
  EXPECT_EQ(file->entry.identity.head_hash, 0xfeedfaceU);
  EXPECT_EQ(file->entry.settled, (std::array<std::uint64_t, 2>{10, 20}));
  EXPECT_EQ(file->entry.seen_unix_seconds, 1'700'000'000);
  EXPECT_EQ(file->entry.tails, example().tails);
  EXPECT_TRUE(file->entry.finished);
  const std::optional<RecordView> offset = take_record(rest, kSalt);
  ASSERT_TRUE(offset);
  EXPECT_EQ(offset->type, RecordType::kOffset);
  EXPECT_EQ(offset->offset.streams, kAllStreams);
  EXPECT_EQ(offset->offset.offset, 99U);
  EXPECT_EQ(offset->offset.tail, (TailMark{99, 0x1234}));
  EXPECT_EQ(take_record(rest, kSalt)->type, RecordType::kForget);
  EXPECT_EQ(take_record(rest, kSalt)->boot_id, "a boot");
  EXPECT_EQ(take_record(rest, kSalt)->type, RecordType::kCommit);
  EXPECT_TRUE(rest.empty());
  EXPECT_FALSE(take_record(rest, kSalt));
}

TEST(JournalFormat, ARecordOfAnotherUseOfTheSegmentIsNone) {
  std::string bytes;
  append_offset(bytes, kSalt, 3, {set_of(Stream::kStdout), 99, {}});
  std::string_view rest = bytes;
  EXPECT_FALSE(take_record(rest, kSalt + 1));
  EXPECT_EQ(rest.size(), bytes.size()) << "nothing was taken";
}

TEST(JournalFormat, ARecordWithAnyOtherByteOrCutAnywhereIsNone) {
  std::string bytes;
  append_file(bytes, kSalt, 3, example());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string poked = bytes;
    poked[i] = static_cast<char>(poked[i] ^ 0x01);
    std::string_view rest = poked;
    EXPECT_FALSE(take_record(rest, kSalt)) << "byte " << i;
    rest = std::string_view(bytes).substr(0, i);
    EXPECT_FALSE(take_record(rest, kSalt)) << i << " bytes";
  }
}

// The bytes of the example: lines of "<offset>  <bytes>  | <what they are>".
std::string example_of_the_page() {
  std::ifstream page(SUPERCARGO_SOURCE_DIR "/collectors/logs/JOURNAL.md");
  std::string bytes;
  for (std::string line; std::getline(page, line);) {
    std::istringstream words(line.substr(0, line.find('|')));
    std::string word;
    if (line.find("  | ") == std::string::npos || !(words >> word)) {
      continue;
    }
    EXPECT_EQ(std::stoul(word, nullptr, 16), bytes.size()) << line;
    while (words >> word) {
      bytes += static_cast<char>(std::stoul(word, nullptr, 16));
    }
  }
  return bytes;
}

TEST(JournalFormat, TheExampleOfJournalMdIsWhatIsWrittenAndReadsAsItSays) {
  constexpr std::uint64_t kExampleSalt = 0x0102030405060708;
  const TailMark tail{450, 0x1112131415161718};
  std::string bytes = encode_header({1, kExampleSalt});
  append_boot(bytes, kExampleSalt, "7f3a");
  append_file(bytes, kExampleSalt, 1, {"/c", {42, 0, 0, 0}, {300, 0}, 0x65000000});
  append_commit(bytes, kExampleSalt);
  append_offset(bytes, kExampleSalt, 1, {kAllStreams, 450, tail});
  append_commit(bytes, kExampleSalt);
  const std::string page = example_of_the_page();
  EXPECT_EQ(page, bytes);
  ASSERT_EQ(decode_header(page)->salt, kExampleSalt);
  const std::optional<State> state =
      read_segment(std::string_view(page).substr(kHeaderBytes), kExampleSalt);
  ASSERT_TRUE(state);
  EXPECT_EQ(state->boot_id, "7f3a");
  EXPECT_EQ(state->entries.at(1).chain, "/c");
  EXPECT_EQ(state->entries.at(1).identity.inode, 42U);
  EXPECT_EQ(state->entries.at(1).settled, (std::array<std::uint64_t, 2>{450, 450}));
  EXPECT_EQ(state->entries.at(1).tails, (std::array<TailMark, 2>{tail, tail}));
}

TEST(JournalFormat, AnOffsetOfNoStreamOrWithATailThatIsTooLongIsNone) {
  for (const Offset& wrong : {Offset{0, 1, {}},
                              Offset{kAllStreams + 1, 1, {}},
                              Offset{kAllStreams, 5'000, {TailMark::kBytes + 1, 1}}}) {
    std::string bytes;
    append_offset(bytes, kSalt, 3, wrong);
    std::string_view rest = bytes;
    EXPECT_FALSE(take_record(rest, kSalt));
  }
}

TEST(JournalFormat, AnOffsetRecordIsSmall) {
  std::string bytes;
  append_offset(bytes, kSalt, 3, {kAllStreams, 5'000, {TailMark::kBytes, 1}});
  EXPECT_EQ(bytes.size(), 31U);
}

TEST(JournalFormat, AChainsKeyIsKeptToFourKilobytes) {
  Entry entry = example();
  entry.chain = std::string(70'000, 'x');
  std::string bytes;
  append_file(bytes, kSalt, 1, entry);
  std::string_view rest = bytes;
  const std::optional<RecordView> record = take_record(rest, kSalt);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->entry.chain.size(), 4096U);
}

}  // namespace
}  // namespace supercargo::journal
