#include "exporters/loki/pushed_streams.h"

#include <gtest/gtest.h>

#include "tests/exporters/loki/push_fixture.h"

namespace supercargo {
namespace {

std::string two_streams() {
  test::loki::PushRequest request;
  test::add_stream(request, R"({a="1"})", {{5, "one", {{"k", "vv"}}}});
  test::add_stream(request, R"({a="2"})", {{6, "three", {}}});
  test::add_stream(request, R"({a="1"})", {{7, "", {}}});
  return request.SerializeAsString();
}

TEST(PushedStreams, JoinsThoseOfEqualLabels) {
  const std::string body = two_streams();
  const PushedStreams pushed(body);
  ASSERT_EQ(pushed.streams().size(), 2U);
  EXPECT_EQ(pushed.entry_count(), 3U);
  const PushedStream& first = pushed.streams()[0];
  EXPECT_EQ(first.labels, R"({a="1"})");
  ASSERT_EQ(first.entries.size(), 2U);
  EXPECT_EQ(first.entries[0].index, 0U);
  EXPECT_EQ(first.entries[0].time_ns, 5);
  EXPECT_EQ(first.entries[0].line_bytes, 3U);
  EXPECT_EQ(first.entries[0].metadata.bytes, 3U);
  EXPECT_EQ(first.entries[1].index, 2U);
}

TEST(PushedStreams, FindsWhatLokiCallsThem) {
  const std::string body = two_streams();
  PushedStreams pushed(body);
  EXPECT_EQ(pushed.find(R"({__stream_shard__="4", a="2", service_name="x"})"),
            &pushed.streams()[1]);
  EXPECT_EQ(pushed.find(R"({a="1"})"), &pushed.streams()[0]);
  EXPECT_EQ(pushed.find(R"({a="3"})"), nullptr);
  EXPECT_EQ(pushed.find("nonsense"), nullptr);
  EXPECT_EQ(pushed.find(""), nullptr);
}

TEST(PushedStreams, NeedsNoNameForTheOnlyOne) {
  const std::string body = test::push_of("nonsense", {{5, "one", {}}});
  PushedStreams pushed(body);
  EXPECT_EQ(pushed.find(""), &pushed.streams()[0]);
  EXPECT_EQ(pushed.find("nonsense"), &pushed.streams()[0]);
  EXPECT_EQ(pushed.find("other"), nullptr);
}

}  // namespace
}  // namespace supercargo
