#include "collectors/node/unix_socket.h"

#include <gtest/gtest.h>

#include "tests/collectors/node/systemd_stand_in.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

TEST(UnixSocket, ConnectsWhereSomebodyListens) {
  const test::TempTree tree;
  const std::string path = tree.path("socket");
  EXPECT_EQ(connect_to_unix_socket(path).error().code, ErrorCode::kNotFound);
  {
    const test::SystemdStandIn peer(path, {}, test::SystemdStandIn::Manner::kIsSilent);
    EXPECT_TRUE(connect_to_unix_socket(path));
  }
  EXPECT_EQ(connect_to_unix_socket(path).error().code, ErrorCode::kNotFound) << "left over";
}

TEST(UnixSocket, NeverWaitsForAPeerThatAcceptsNobody) {
  const test::TempTree tree;
  const std::string path = tree.path("socket");
  const test::SystemdStandIn peer(path, {}, test::SystemdStandIn::Manner::kIsSilent);
  std::vector<UniqueFd> waiting;
  Result<UniqueFd> next = connect_to_unix_socket(path);
  while (next && waiting.size() < 10'000) {
    waiting.push_back(*std::move(next));
    next = connect_to_unix_socket(path);
  }
  ASSERT_FALSE(next) << "the peer's queue has no end";
  EXPECT_EQ(next.error().code, ErrorCode::kIo);
}

TEST(UnixSocket, APathThatNoSocketCanHaveIsAnError) {
  EXPECT_EQ(connect_to_unix_socket("/" + std::string(200, 'x')).error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace supercargo
