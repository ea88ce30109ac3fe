#include "collectors/logs/file_marks.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(FileMarks, TheSlowestOutputSaysHowFarAllAre) {
  const int a = 0;
  const int b = 0;
  FileMarks marks;
  EXPECT_EQ(marks.settled_by(2), 0U);
  marks.settled(&a, 100);
  EXPECT_EQ(marks.settled_by(2), 0U) << "the other has said nothing";
  EXPECT_EQ(marks.settled_by(1), 100U);
  marks.settled(&b, 30);
  EXPECT_EQ(marks.settled_by(2), 30U);
  marks.settled(&b, 120);
  EXPECT_EQ(marks.settled_by(2), 100U);
}

TEST(FileMarks, AFileIsDispensableWhenEachHasAllOfItOrACopy) {
  const int a = 0;
  const int b = 0;
  FileMarks marks;
  EXPECT_FALSE(marks.dispensable(1, 100));
  marks.settled(&a, 100);
  EXPECT_TRUE(marks.dispensable(1, 100));
  EXPECT_FALSE(marks.dispensable(1, 101));
  EXPECT_FALSE(marks.dispensable(2, 100));
  marks.copied(&b, true);
  EXPECT_TRUE(marks.dispensable(2, 100));
  marks.copied(&b, false);
  EXPECT_FALSE(marks.dispensable(2, 100));
}

}  // namespace
}  // namespace supercargo
