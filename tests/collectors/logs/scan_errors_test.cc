#include "collectors/logs/scan_errors.h"

#include <utility>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(ScanErrors, CountsAllAndTellsTheLast) {
  ScanErrors errors;
  errors.add("/a", {ErrorCode::kIo, "open: no"});
  ScanErrors others;
  others.add("/b", {ErrorCode::kIo, "open: not that either"});
  errors.add(std::move(others));
  errors.add(ScanErrors{});
  EXPECT_EQ(errors.count, 2U);
  EXPECT_EQ(errors.last, "/b: open: not that either");
}

TEST(ScanErrors, AFileThatHasJustGoneIsNone) {
  ScanErrors errors;
  errors.add("/a", {ErrorCode::kNotFound, "open: gone"});
  EXPECT_EQ(errors.count, 0U);
}

}  // namespace
}  // namespace supercargo
