#include "tests/support/graylog_stand_in_rules.h"

#include <gtest/gtest.h>

namespace supercargo::test {
namespace {

constexpr auto kBase = R"({"version":"1.1","host":"h","timestamp":1.5,)";

std::string refusal(const std::string& rest) {
  return gelf_refusal(kBase + rest);
}

std::string chunk(char id, char number, char count, std::string_view data) {
  return "\x1E\x0F" + std::string(8, id) + number + count + std::string(data);
}

TEST(GraylogRules, AcceptsAGoodMessage) {
  EXPECT_EQ(refusal(R"("short_message":"x","full_message":"y","level":3,"_a.b-c":1,"_d":"e"})"),
            "");
}

TEST(GraylogRules, RefusesWhatGraylogRefuses) {
  EXPECT_NE(gelf_refusal("garbage"), "");
  EXPECT_NE(gelf_refusal("[]"), "");
  EXPECT_NE(refusal(R"("x":1})"), "");
  EXPECT_NE(refusal(R"("short_message":""})"), "");
  EXPECT_NE(refusal(R"("short_message":" \t\u2003\u3000"})"), "");
  EXPECT_EQ(refusal(R"("short_message":"\u00a0"})"), "");
  EXPECT_NE(refusal(R"("short_message":1})"), "");
  EXPECT_NE(gelf_refusal(R"({"version":"1.1","host":" ","timestamp":1,"short_message":"x"})"), "");
  EXPECT_NE(gelf_refusal(R"({"version":"1.1","timestamp":1,"short_message":"x"})"), "");
  EXPECT_NE(refusal(R"("short_message":"x","_id":"1"})"), "");
  EXPECT_NE(refusal(R"("short_message":"x","_a b":"1"})"), "");
  EXPECT_NE(refusal(R"("short_message":"x","_a":true})"), "");
  EXPECT_NE(refusal(R"("short_message":"x","_a":null})"), "");
  EXPECT_NE(refusal(R"("short_message":"x","level":9})"), "");
  EXPECT_NE(refusal(R"("short_message":"x","_a":"1","_a":"2"})"), "");
  EXPECT_NE(refusal(R"("short_message":"x"}{})"), "");
  EXPECT_NE(refusal("\"short_message\":\"\xFF\"}"), "");
}

TEST(GraylogRules, TellsDamagedCompression) {
  std::string reason;
  EXPECT_EQ(inflate_gelf("plain", reason), "plain");
  EXPECT_FALSE(inflate_gelf("\x1F\x8B\x08 broken", reason));
  EXPECT_EQ(reason, "damaged compression");
}

TEST(GraylogRules, PutsChunksTogetherInAnyOrder) {
  GelfChunkStore store;
  const GelfChunkStore::Time now;
  std::string reason;
  EXPECT_FALSE(store.add(chunk('i', 1, 2, "def"), now, reason));
  EXPECT_FALSE(store.add(chunk('j', 0, 2, "xxx"), now, reason));
  EXPECT_EQ(store.add(chunk('i', 0, 2, "abc"), now, reason), "abcdef");
  EXPECT_EQ(reason, "");
}

TEST(GraylogRules, RefusesBadChunks) {
  GelfChunkStore store;
  const GelfChunkStore::Time now;
  std::string reason;
  EXPECT_FALSE(store.add(chunk('i', 2, 2, "x"), now, reason));
  EXPECT_EQ(std::exchange(reason, ""), "chunk number out of range");
  EXPECT_FALSE(store.add(chunk('i', 0, '\x81', "x"), now, reason));
  EXPECT_EQ(std::exchange(reason, ""), "chunk number out of range");
  EXPECT_FALSE(store.add("\x1E\x0Fshort", now, reason));
  EXPECT_EQ(std::exchange(reason, ""), "chunk without payload");
  EXPECT_FALSE(store.add(chunk('i', 0, 2, "x"), now, reason));
  EXPECT_FALSE(store.add(chunk('i', 0, 2, "x"), now, reason));
  EXPECT_EQ(std::exchange(reason, ""), "duplicate chunk");
}

TEST(GraylogRules, ForgetsChunksAfterFiveSeconds) {
  GelfChunkStore store;
  const GelfChunkStore::Time start;
  std::string reason;
  EXPECT_FALSE(store.add(chunk('i', 0, 2, "abc"), start, reason));
  EXPECT_EQ(store.expire(start + std::chrono::seconds(5)), 0U);
  EXPECT_FALSE(store.add(chunk('i', 1, 2, "def"), start + std::chrono::seconds(6), reason));
}

}  // namespace
}  // namespace supercargo::test
