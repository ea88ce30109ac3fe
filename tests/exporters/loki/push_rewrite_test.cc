#include "exporters/loki/push_rewrite.h"

#include <gmock/gmock.h>

#include "tests/exporters/loki/push_fixture.h"

namespace supercargo {
namespace {

using test::add_stream;
using test::parsed_push;
using test::push_of;
namespace pb = test::loki;

pb::PushRequest three_streams() {
  pb::PushRequest request;
  add_stream(request, R"({a="1"})", {{1, "one", {{"k", "v"}}}, {2, "two", {}}});
  add_stream(request, R"({a="2"})", {{3, "three", {}}});
  add_stream(request, R"({a="3"})", {{-1, "four", {}}, {5, std::string(300, 'x'), {}}});
  return request;
}

EntryChange leave_out() {
  EntryChange change;
  change.keep = false;
  return change;
}

EntryChange cut_to(std::size_t max_bytes) {
  EntryChange change;
  change.max_line_bytes = max_bytes;
  return change;
}

pb::PushRequest rewritten(const std::string& body, const EntryChooser& choose) {
  ByteBuffer out;
  out.append("what stood there before");
  rewrite_push(body, choose, out);
  return parsed_push(out.view());
}

pb::Entry cut_entry(const std::string& line, std::size_t max_bytes) {
  const std::string body = push_of("{}", {{1, line, {{"k", "v"}}}});
  return rewritten(body, [&](auto, const auto&) { return cut_to(max_bytes); })
      .streams(0)
      .entries(0);
}

TEST(PushRewrite, KeepsAllAsItWas) {
  const pb::PushRequest request = three_streams();
  const pb::PushRequest copy =
      rewritten(request.SerializeAsString(), [](auto, const auto&) { return EntryChange{}; });
  EXPECT_EQ(copy.SerializeAsString(), request.SerializeAsString());
}

TEST(PushRewrite, LeavesEntriesOutAndStreamsThatLoseAllOfThem) {
  ByteBuffer out;
  const std::string body = three_streams().SerializeAsString();
  const std::uint64_t kept = rewrite_push(
      body,
      [](std::uint64_t i, const PushEntry&) {
        return i == 0 || i == 2 ? leave_out() : EntryChange{};
      },
      out);
  const pb::PushRequest request = parsed_push(out.view());
  EXPECT_EQ(kept, 3U);
  ASSERT_EQ(request.streams_size(), 2);
  EXPECT_EQ(request.streams(0).labels(), R"({a="1"})");
  EXPECT_EQ(request.streams(0).entries(0).line(), "two");
  EXPECT_EQ(request.streams(1).labels(), R"({a="3"})");
  EXPECT_EQ(request.streams(1).entries_size(), 2);
}

TEST(PushRewrite, WritesNothingWhenNothingIsChosen) {
  ByteBuffer out;
  const auto none = [](auto, const auto&) { return leave_out(); };
  EXPECT_EQ(rewrite_push(three_streams().SerializeAsString(), none, out), 0U);
  EXPECT_TRUE(out.empty());
}

TEST(PushRewrite, StripsMetadataAndNothingElse) {
  const pb::PushRequest request =
      rewritten(three_streams().SerializeAsString(), [](auto, const auto&) {
        EntryChange change;
        change.strip_metadata = true;
        return change;
      });
  pb::PushRequest expected = three_streams();
  expected.mutable_streams(0)->mutable_entries(0)->clear_structured_metadata();
  EXPECT_EQ(request.SerializeAsString(), expected.SerializeAsString());
}

TEST(PushRewrite, CutsLongLinesAndSaysHowLongTheyWere) {
  const pb::Entry entry = cut_entry(std::string(1000, 'y'), 100);
  EXPECT_EQ(entry.line().size(), 100U);
  EXPECT_EQ(entry.line(), std::string(100 - kCutMarker.size(), 'y') + std::string(kCutMarker));
  ASSERT_EQ(entry.structured_metadata_size(), 2);
  EXPECT_EQ(entry.structured_metadata(0).name(), "k");
  EXPECT_EQ(entry.structured_metadata(1).name(), kOriginalBytes);
  EXPECT_EQ(entry.structured_metadata(1).value(), "1000");
  EXPECT_EQ(entry.timestamp().nanos(), 1);
}

TEST(PushRewrite, LeavesLinesOfTheLimitAlone) {
  const pb::Entry entry = cut_entry(std::string(100, 'y'), 100);
  EXPECT_EQ(entry.line(), std::string(100, 'y'));
  EXPECT_EQ(entry.structured_metadata_size(), 1);
}

TEST(PushRewrite, CutsAtABorderOfUtf8) {
  std::string line;
  while (line.size() < 300) {
    line += "\u20AC";
  }
  const pb::Entry entry = cut_entry(line, 100);
  EXPECT_EQ(entry.line().size() % 3, kCutMarker.size() % 3);
  EXPECT_LE(entry.line().size(), 100U);
  EXPECT_GT(entry.line().size(), 97U);
}

TEST(PushRewrite, CutsAgainWithOneMarkerAndTheFirstSize) {
  const auto cut_twice = [](std::size_t first, std::size_t second) {
    const pb::Entry once = cut_entry(std::string(1000, 'y'), first);
    ByteBuffer out;
    pb::PushRequest request;
    request.add_streams()->add_entries()->CopyFrom(once);
    rewrite_push(
        request.SerializeAsString(), [&](auto, const auto&) { return cut_to(second); }, out);
    return parsed_push(out.view()).streams(0).entries(0);
  };
  const pb::Entry entry = cut_twice(500, 100);
  EXPECT_EQ(entry.line(), std::string(100 - kCutMarker.size(), 'y') + std::string(kCutMarker));
  ASSERT_EQ(entry.structured_metadata_size(), 2);
  EXPECT_EQ(entry.structured_metadata(1).value(), "1000");
}

TEST(PushRewrite, CutsToLessThanTheMarker) {
  EXPECT_EQ(cut_entry("a long line, longer than that", 5).line(), kCutMarker.substr(0, 5));
  EXPECT_EQ(cut_entry("a", 0).line(), "");
}

TEST(PushSplit, HalvesInOrder) {
  const std::string body = three_streams().SerializeAsString();
  ByteBuffer first;
  ByteBuffer second;
  const std::uint64_t in_first = split_push(body, first, second);
  const pb::PushRequest a = parsed_push(first.view());
  const pb::PushRequest b = parsed_push(second.view());
  EXPECT_EQ(in_first, push_size(first.view()).entries);
  EXPECT_EQ(push_size(first.view()).entries + push_size(second.view()).entries, 5U);
  EXPECT_EQ(a.streams(0).entries(0).line(), "one");
  EXPECT_EQ(b.streams(b.streams_size() - 1).entries(0).line(), std::string(300, 'x'));
}

TEST(PushSplit, GoesDownToSingleEntries) {
  ByteBuffer first;
  ByteBuffer second;
  EXPECT_EQ(
      split_push(push_of("{}", {{1, std::string(900, 'a'), {}}, {2, "b", {}}}), first, second), 1U);
  EXPECT_EQ(parsed_push(second.view()).streams(0).entries(0).line(), "b");
  EXPECT_EQ(
      split_push(push_of("{}", {{1, "a", {}}, {2, std::string(900, 'b'), {}}}), first, second), 1U);
  EXPECT_EQ(parsed_push(first.view()).streams(0).entries(0).line(), "a");
  EXPECT_EQ(split_push(push_of("{}", {{1, "a", {}}}), first, second), 0U);
  EXPECT_EQ(split_push("", first, second), 0U);
}

}  // namespace
}  // namespace supercargo
