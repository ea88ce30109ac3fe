#include "collectors/logs/journal_format.h"

#include <gtest/gtest.h>

namespace supercargo::journal {
namespace {

constexpr std::uint64_t kSalt = 0x1234'5678'9abc'def0;

Entry example() {
  return {"/var/log/pods/shop_web_uid/app", {42, -7, 1024, 0xfeedface}, {10, 20}, 1'700'000'000};
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
  append_offset(bytes, kSalt, 3, Stream::kStderr, 99);
  append_forget(bytes, kSalt, 3);
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
  const std::optional<RecordView> offset = take_record(rest, kSalt);
  ASSERT_TRUE(offset);
  EXPECT_EQ(offset->type, RecordType::kOffset);
  EXPECT_EQ(offset->stream, Stream::kStderr);
  EXPECT_EQ(offset->offset, 99U);
  EXPECT_EQ(take_record(rest, kSalt)->type, RecordType::kForget);
  EXPECT_EQ(take_record(rest, kSalt)->type, RecordType::kCommit);
  EXPECT_TRUE(rest.empty());
  EXPECT_FALSE(take_record(rest, kSalt));
}

TEST(JournalFormat, ARecordOfAnotherUseOfTheSegmentIsNone) {
  std::string bytes;
  append_offset(bytes, kSalt, 3, Stream::kStdout, 99);
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

TEST(JournalFormat, WritesTheExampleOfJournalMd) {
  constexpr std::uint64_t kExampleSalt = 0x0102030405060708;
  std::string bytes = encode_header({1, kExampleSalt});
  append_file(bytes, kExampleSalt, 1, {"/c", {42, 0, 0, 0}, {300, 0}, 0x65000000});
  append_commit(bytes, kExampleSalt);
  append_offset(bytes, kExampleSalt, 1, Stream::kStdout, 450);
  append_commit(bytes, kExampleSalt);
  std::string hex;
  for (const char byte : bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const auto value = static_cast<unsigned char>(byte);
    hex += kDigits[value / 16];
    hex += kDigits[value % 16];
  }
  EXPECT_EQ(hex,
            "53434a4f55524e31010000000000000008070605040302010100000000000000994eafc7d2710f4d"
            "51addcdf3a000100010000002a00000000000000000000000000000000000000000000000000000"
            "02c010000000000000000000000000000000000650000000"
            "02f6364dceebb040004000000000"
            "03aa237040d00020001000000"
            "00c201000000000000"
            "64dceebb0400040000000000");
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
