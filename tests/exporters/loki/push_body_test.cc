#include "exporters/loki/push_body.h"

#include <gmock/gmock.h>

#include "tests/exporters/loki/push_fixture.h"

namespace supercargo {
namespace {

using test::add_stream;
using test::push_of;
namespace pb = test::loki;

struct Read {
  std::vector<std::string> labels;
  std::vector<std::string> lines;
  std::vector<std::int64_t> times;
  bool damaged = false;
};

Read read(std::string_view body) {
  Read all;
  PushBody reader(body);
  PushEntry entry;
  while (reader.next_stream()) {
    all.labels.emplace_back(reader.labels());
    while (reader.next_entry(entry)) {
      all.lines.emplace_back(entry.line);
      all.times.push_back(entry.time_ns);
    }
  }
  all.damaged = reader.damaged();
  return all;
}

TEST(PushBody, ReadsWhatProtobufWrote) {
  pb::PushRequest request;
  add_stream(request, R"({a="1"})", {{5, "one", {}}, {1'700'000'000'123'456'789, "", {}}});
  add_stream(request, R"({a="2"})", {{7, std::string("nul\0", 4), {{"k", "v"}}}});
  const Read all = read(request.SerializeAsString());
  EXPECT_THAT(all.labels, testing::ElementsAre(R"({a="1"})", R"({a="2"})"));
  EXPECT_THAT(all.lines, testing::ElementsAre("one", "", std::string("nul\0", 4)));
  EXPECT_THAT(all.times, testing::ElementsAre(5, 1'700'000'000'123'456'789, 7));
  EXPECT_FALSE(all.damaged);
}

// As protobuf does: it is an unknown field.
TEST(PushBody, PassesOverAKnownNumberWithAnotherWireType) {
  const std::string entry = std::string("\x12\x03one") + "\x10\x10";  // line: "one", 2: 16
  const std::string stream = "\x08\x05\x12" + std::string(1, char(entry.size())) + entry;
  const Read all = read("\x08\x07\x0a" + std::string(1, char(stream.size())) + stream);
  EXPECT_THAT(all.lines, testing::ElementsAre("one"));
  EXPECT_FALSE(all.damaged);
}

TEST(PushBody, ReadsTimesBefore1970AndBeyondWhatNanosecondsHold) {
  pb::PushRequest request;
  add_stream(request, "{}", {{0, "a", {}}, {0, "b", {}}, {0, "c", {}}});
  auto& entries = *request.mutable_streams(0)->mutable_entries();
  entries[0].mutable_timestamp()->set_seconds(-1);
  entries[0].mutable_timestamp()->set_nanos(999'999'999);
  entries[1].mutable_timestamp()->set_seconds(-62'135'596'800);
  entries[2].mutable_timestamp()->set_seconds(253'402'300'799);
  const Read all = read(request.SerializeAsString());
  EXPECT_THAT(
      all.times,
      testing::ElementsAre(
          -1, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()));
}

TEST(PushBody, CountsAsLokiDoes) {
  const std::string body = push_of("{}", {{1, "12345", {{"abc", "de"}, {"detected_level", "x"}}}});
  PushBody reader(body);
  PushEntry entry;
  ASSERT_TRUE(reader.next_stream() && reader.next_entry(entry));
  EXPECT_EQ(metadata_size(entry.metadata).pairs, 2U);
  EXPECT_EQ(metadata_size(entry.metadata).bytes, 5U);
  EXPECT_EQ(counted_bytes(entry), 10U);
  EXPECT_EQ(push_size(body).streams, 1U);
  EXPECT_EQ(push_size(body).entries, 1U);
  EXPECT_EQ(push_size(body).counted, 10U);
}

TEST(PushBody, SkipsFieldsItDoesNotKnow) {
  pb::PushRequest request;
  request.set_format("loki");
  add_stream(request, "{}", {{1, "a", {}}});
  request.mutable_streams(0)->set_hash(7);
  request.mutable_streams(0)->mutable_entries(0)->add_parsed()->set_name("p");
  const Read all = read(request.SerializeAsString());
  EXPECT_THAT(all.lines, testing::ElementsAre("a"));
  EXPECT_FALSE(all.damaged);
}

TEST(PushBody, StopsWhereTheBodyIsDamaged) {
  const std::string whole = push_of(R"({a="1"})", {{1, "one", {{"k", "v"}}}, {2, "two", {}}});
  for (std::size_t size = 1; size < whole.size(); ++size) {
    EXPECT_TRUE(read(whole.substr(0, size)).damaged) << size;
  }
  EXPECT_TRUE(read("\x07").damaged);
  EXPECT_FALSE(read("").damaged);
}

}  // namespace
}  // namespace supercargo
