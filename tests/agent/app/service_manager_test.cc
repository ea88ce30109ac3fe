#include "agent/app/service_manager.h"

#include <array>
#include <cstddef>
#include <string>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/base/fd.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

// A socket as systemd has one; a first character of @ stands for the abstract name space's NUL.
UniqueFd listen_at(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(&address.sun_path[0], sizeof(address.sun_path) - 1);
  if (name.front() == '@') {
    address.sun_path[0] = '\0';
  }
  UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), length), 0);
  return fd;
}

std::string received(const UniqueFd& fd) {
  std::array<char, 256> text{};
  const ssize_t length = ::recv(fd.get(), text.data(), text.size(), 0);
  return length < 0 ? "nothing" : std::string(text.data(), static_cast<std::size_t>(length));
}

TEST(ServiceManager, IsToldAtAPath) {
  const test::TempTree tree;
  const std::string path = tree.path("notify");
  const UniqueFd manager = listen_at(path);
  ASSERT_TRUE(tell_service_manager(path, "READY=1\nSTATUS=x"));
  EXPECT_EQ(received(manager), "READY=1\nSTATUS=x");
}

TEST(ServiceManager, IsToldAtAnAbstractName) {
  const std::string name = "@supercargo-test-" + std::to_string(::getpid());
  const UniqueFd manager = listen_at(name);
  ASSERT_TRUE(tell_service_manager(name, "STOPPING=1"));
  EXPECT_EQ(received(manager), "STOPPING=1");
}

TEST(ServiceManager, IsNotMissedWhereThereIsNone) {
  EXPECT_TRUE(tell_service_manager("", "READY=1"));
}

TEST(ServiceManager, ThatHasGoneIsAnError) {
  const test::TempTree tree;
  const Status told = tell_service_manager(tree.path("gone"), "READY=1");
  ASSERT_FALSE(told);
  EXPECT_NE(told.error().message.find("/gone: "), std::string::npos) << told.error().message;
}

TEST(ServiceManager, WithAPathThatNoSocketHasIsAnError) {
  EXPECT_FALSE(tell_service_manager("/" + std::string(200, 'x'), "READY=1"));
}

}  // namespace
}  // namespace supercargo
