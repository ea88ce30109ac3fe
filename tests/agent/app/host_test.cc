#include "agent/app/host.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace supercargo {
namespace {

class OpenFileLimit : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0); }

  void TearDown() override { (void)::setrlimit(RLIMIT_NOFILE, &before_); }

  void set(rlim_t soft) const {
    const rlimit limit{soft, before_.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  }

  rlimit before_{};
};

TEST_F(OpenFileLimit, LogFilesGetThreeQuartersOfIt) {
  set(400);
  EXPECT_EQ(fit_into_open_file_limit(4'096), 300U);
  EXPECT_EQ(fit_into_open_file_limit(300), 300U);
  EXPECT_EQ(fit_into_open_file_limit(8), 8U);
}

TEST_F(OpenFileLimit, TheSoftOneIsRaisedToTheHardOne) {
  set(200);
  EXPECT_EQ(raise_open_file_limit(), before_.rlim_max);
  rlimit now{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &now), 0);
  EXPECT_EQ(now.rlim_cur, before_.rlim_max);
}

}  // namespace
}  // namespace supercargo
