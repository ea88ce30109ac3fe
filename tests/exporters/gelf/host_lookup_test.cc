#include "exporters/gelf/host_lookup.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>

namespace supercargo {
namespace {

TEST(HostLookup, AnswersDigitsAtOnce) {
  HostLookup lookup("127.0.0.1", 80);
  EXPECT_FALSE(lookup.take());
  lookup.start();
  EXPECT_EQ(lookup.fd(), -1);
  const auto answer = lookup.take();
  ASSERT_TRUE(answer && *answer);
  ASSERT_EQ((*answer)->size(), 1U);
  EXPECT_EQ((**answer)[0].family(), AF_INET);
  EXPECT_FALSE(lookup.take());
}

TEST(HostLookup, TakesIpv6) {
  HostLookup lookup("::1", 80);
  lookup.start();
  const auto answer = lookup.take();
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ((**answer)[0].family(), AF_INET6);
}

TEST(HostLookup, TellsByItsDescriptorWhenANameIsFound) {
  HostLookup lookup("localhost", 80);
  lookup.start();
  lookup.start();  // one at a time: no second thread
  ASSERT_GE(lookup.fd(), 0);
  pollfd entry{lookup.fd(), POLLIN, 0};
  ASSERT_EQ(::poll(&entry, 1, 20'000), 1);
  const auto answer = lookup.take();
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ(lookup.fd(), -1);
}

TEST(HostLookup, MayBeForgottenWhileItRuns) {
  HostLookup lookup("name.invalid", 80);
  lookup.start();
}

}  // namespace
}  // namespace supercargo
