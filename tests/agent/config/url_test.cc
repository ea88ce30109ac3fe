#include "agent/config/url.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(ParseUrl, TakesThePartsApart) {
  const auto url = parse_url("HTTPS://loki.example.org:3100/a/b");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "loki.example.org");
  EXPECT_EQ(url->port, 3100);
  EXPECT_EQ(url->path, "/a/b");
}

TEST(ParseUrl, TakesBracketsOffAnIpv6Address) {
  const auto url = parse_url("tcp://[fd00::1]:12201");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "fd00::1");
  EXPECT_EQ(url->port, 12201);
  EXPECT_EQ(url->text(), "tcp://[fd00::1]:12201");
}

TEST(ParseUrl, LeavesAMissingPortAndPathEmpty) {
  const auto url = parse_url("udp://graylog");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->port, 0);
  EXPECT_EQ(url->path, "");
  EXPECT_EQ(url->text(), "udp://graylog");
}

TEST(ParseUrl, RefusesBrokenTexts) {
  for (const auto* text : {"",
                           "loki:3100",
                           "://a",
                           "http://",
                           "http:///path",
                           "http://:3100",
                           "http://a:0",
                           "http://a:65536",
                           "http://a:",
                           "http://a:b",
                           "http://[::1",
                           "http://[]:1",
                           "http://[::1]x",
                           "http://a b",
                           "http://l\xC3\xB6ki",
                           "http://a/\n",
                           "http://a?x=1",
                           "http://a#x",
                           "h2 t://a"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

TEST(ParseUrl, SaysWhereCredentialsBelongWithoutRepeatingThem) {
  for (const auto* text : {"http://user:hunter2@loki", "http://user:hun/ter2@loki"}) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url);
    EXPECT_EQ(url.error().message,
              "credentials do not belong in a URL: use auth.username and auth.password_file");
  }
}

}  // namespace
}  // namespace supercargo
