#include "exporters/loki/stream_table.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(StreamTable, RemembersStreamsOfEachTenant) {
  StreamTable table;
  table.of(0, 7).newest_ns = 1;
  table.of(1, 7).newest_ns = 2;
  EXPECT_EQ(table.of(0, 7).newest_ns, 1);
  EXPECT_EQ(table.of(1, 7).newest_ns, 2);
  EXPECT_EQ(table.size(), 2U);
}

TEST(StreamTable, ForgetsTheStreamThatWasUsedLeastLately) {
  StreamTable table;
  table.of(0, 0).newest_ns = 1;
  table.of(0, 1).newest_ns = 1;
  for (std::uint64_t stream = 2; stream <= StreamTable::kMaxStreams; ++stream) {
    (void)table.of(0, 0);
    (void)table.of(0, stream);
  }
  EXPECT_EQ(table.size(), StreamTable::kMaxStreams);
  EXPECT_EQ(table.of(0, 0).newest_ns, 1);
  EXPECT_NE(table.of(0, 1).newest_ns, 1);
}

}  // namespace
}  // namespace supercargo
