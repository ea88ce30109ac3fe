#include "exporters/gelf/make_gelf_sender.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

struct MakeGelfSenderTest : testing::Test {
  std::string error() {
    const auto sender = make_gelf_sender(config, {}, "graylog", metrics);
    return sender ? "" : sender.error().message;
  }

  SelfMetrics metrics;
  GelfConfig config;
};

TEST_F(MakeGelfSenderTest, KnowsEveryTransport) {
  for (const char* url :
       {"tcp://127.0.0.1", "tls://127.0.0.1", "udp://127.0.0.1", "http://h", "https://h"}) {
    config.url = url;
    EXPECT_EQ(error(), "") << url;
  }
}

TEST_F(MakeGelfSenderTest, SaysWhatIsWrong) {
  config.url = "graylog:12201";
  EXPECT_EQ(error(), "url: expected tcp://, tls://, udp://, http:// or https://");
  config.url = "udp://h";
  config.udp_chunk_bytes = 12;
  EXPECT_EQ(error(), "udp_chunk_bytes: expected 128 to 65507");
  config.udp_chunk_bytes = 1420;
  config.udp_compression = "zstd";
  EXPECT_EQ(error(), "udp_compression: expected gzip or none");
  config.url = "tcp://h";
  config.static_fields["pod"] = "x";
  EXPECT_EQ(error(), "static_fields: the name \"pod\" is taken; choose another");
  config.static_fields = {{"big", std::string(2'000'000, 'x')}};
  EXPECT_NE(error().find("max_message_bytes"), std::string::npos);
  config.static_fields.clear();
  config.url = "tls://h";
  config.tls.ca_file = "/nonexistent/ca.pem";
  EXPECT_NE(error().find("/nonexistent/ca.pem"), std::string::npos) << error();
}

}  // namespace
}  // namespace supercargo
