#include "exporters/gelf/accepted_messages.h"

#include <string>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

std::string message(const std::string& id, const std::string& rest = "") {
  return R"({"_supercargo_id":")" + id + R"(","timestamp":1)" + rest + "}";
}

TEST(AcceptedMessages, KnowAMessageOnce) {
  AcceptedMessages known;
  EXPECT_FALSE(known.take(message("a/1")));
  known.add(message("a/1"));
  EXPECT_FALSE(known.take(message("a/2")));
  EXPECT_TRUE(known.take(message("a/1")));
  EXPECT_FALSE(known.take(message("a/1")));
}

TEST(AcceptedMessages, TellPiecesOfALineApartByTheirLength) {
  AcceptedMessages known;
  known.add(message("a/1", "x"));
  EXPECT_FALSE(known.take(message("a/1", "xy")));
}

TEST(AcceptedMessages, ForgetRatherThanGrow) {
  AcceptedMessages known;
  for (std::size_t i = 0; i <= AcceptedMessages::kMost; ++i) {
    known.add(message(std::to_string(i)));
  }
  EXPECT_LE(known.size(), AcceptedMessages::kMost);
  EXPECT_TRUE(known.take(message(std::to_string(AcceptedMessages::kMost))));
}

}  // namespace
}  // namespace supercargo
