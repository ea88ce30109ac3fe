#include "exporters/gelf/gelf_endpoint.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

std::string normal(std::string_view url) {
  const auto endpoint = parse_gelf_url(url);
  return endpoint ? endpoint->text() : "error: " + endpoint.error().message;
}

TEST(GelfEndpoint, KnowsTheFiveTransports) {
  EXPECT_EQ(normal("tcp://graylog"), "tcp://graylog:12201");
  EXPECT_EQ(normal("tls://graylog:443/"), "tls://graylog:443");
  EXPECT_EQ(normal("udp://10.0.0.1:1"), "udp://10.0.0.1:1");
  EXPECT_EQ(normal("http://graylog:12201"), "http://graylog:12201/gelf");
  EXPECT_EQ(normal("https://graylog"), "https://graylog:443/gelf");
  EXPECT_EQ(normal("http://graylog/in/gelf"), "http://graylog:80/in/gelf");
  EXPECT_EQ(normal("http://graylog?x=1"), "http://graylog:80/?x=1");
}

TEST(GelfEndpoint, TakesAddressesInBrackets) {
  const auto endpoint = parse_gelf_url("tls://[2001:db8::1]:12345");
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->host, "2001:db8::1");
  EXPECT_EQ(endpoint->port, 12345);
  EXPECT_EQ(normal("udp://[::1]"), "udp://[::1]:12201");
}

TEST(GelfEndpoint, RefusesWhatIsNoAddress) {
  for (const char* url : {"",
                          "graylog:12201",
                          "ftp://x",
                          "tcp://",
                          "tcp://:1",
                          "tcp://h:",
                          "tcp://h:0",
                          "tcp://h:65536",
                          "tcp://h:1x",
                          "tcp://[::1",
                          "tcp://[::1]x",
                          "tcp://gr\xC3\xA4y:1",
                          "tcp://h/path",
                          "tcp://a b",
                          "http://user:word@h/"}) {
    EXPECT_FALSE(parse_gelf_url(url)) << url;
  }
}

TEST(GelfEndpoint, NeverRepeatsCredentials) {
  EXPECT_EQ(normal("http://user:secret@h/").find("secret"), std::string::npos);
}

}  // namespace
}  // namespace supercargo
