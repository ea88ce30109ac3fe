#include "agent/base/result.h"

#include <cerrno>
#include <memory>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

Result<std::unique_ptr<int>> half(int number) {
  if (number % 2 != 0) {
    return Error{ErrorCode::kParse, "odd"};
  }
  return std::make_unique<int>(number / 2);
}

TEST(Result, HoldsAValueThatOnlyMoves) {
  Result<std::unique_ptr<int>> result = half(4);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result.has_value());
  EXPECT_EQ(**result, 2);
  const std::unique_ptr<int> taken = *std::move(result);
  EXPECT_EQ(*taken, 2);
}

TEST(Result, HoldsAnErrorWithItsCode) {
  const Result<std::unique_ptr<int>> result = half(3);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kParse);
  EXPECT_EQ(result.error().message, "odd");
}

TEST(Result, CanHoldATextAsValueThoughErrorsHoldOneToo) {
  const Result<std::string> result(std::string("text"));
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, "text");
  EXPECT_EQ(result->size(), 4U);
}

TEST(Error, PutsEachContextInFrontOnTheWayUp) {
  const Error error = Error{ErrorCode::kIo, "line 3: no number"}
                          .with_context("memory.stat")
                          .with_context("read /sys/fs/cgroup");
  EXPECT_EQ(error.message, "read /sys/fs/cgroup: memory.stat: line 3: no number");
  EXPECT_EQ(error.code, ErrorCode::kIo);
}

TEST(ErrnoError, NamesTheCallAndTheReason) {
  const Error error = errno_error("open /x", EACCES);
  EXPECT_EQ(error.code, ErrorCode::kIo);
  EXPECT_EQ(error.message, "open /x: Permission denied");
}

TEST(ErrnoError, TellsWhatHasGoneFromWhatFailed) {
  EXPECT_EQ(errno_error("x", ENOENT).code, ErrorCode::kNotFound);
  EXPECT_EQ(errno_error("x", ESRCH).code, ErrorCode::kNotFound);
  EXPECT_EQ(errno_error("x", ENODEV).code, ErrorCode::kNotFound);
  EXPECT_EQ(errno_error("x", EIO).code, ErrorCode::kIo);
}

}  // namespace
}  // namespace supercargo
