// Programs that are not ours read what we send: Wireshark's GELF dissector (chunks, compression)
// and rsyslog (framing by NUL). Skipped where they are not installed.
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exporters/gelf/make_gelf_sender.h"
#include "tests/exporters/gelf/gelf_test_support.h"
#include "tests/support/graylog_stand_in.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using std::chrono::seconds;
using test::GraylogStandIn;
using test::pump;

std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = ::popen(command.c_str(), "r");
  std::array<char, 4096> buffer{};
  for (std::size_t count = 0; (count = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    out.append(buffer.data(), count);
  }
  ::pclose(pipe);
  return out;
}

// The first line that a shell command prints; empty where it fails.
std::string line_of(const std::string& command) {
  const std::string out = output_of("PATH=\"$PATH:/usr/sbin\"; " + command + " 2>/dev/null");
  return out.substr(0, out.find('\n'));
}

void append_little(std::string& out, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) {
    out += static_cast<char>(value >> shift);
  }
}

void append_big16(std::string& out, std::size_t value) {
  out += static_cast<char>(value >> 8U);
  out += static_cast<char>(value);
}

// The datagrams as a capture file of raw IP packets (link type 101), port 12201; checksums left
// out.
std::string capture(const std::vector<std::string>& datagrams) {
  std::string out("\xD4\xC3\xB2\xA1\x02\x00\x04\x00", 8);
  for (const std::uint32_t value : {0U, 0U, 65'535U, 101U}) {
    append_little(out, value);
  }
  for (const std::string& datagram : datagrams) {
    std::string packet("\x45\x00", 2);
    append_big16(packet, 28 + datagram.size());
    packet.append("\x00\x00\x00\x00\x40\x11\x00\x00\x7F\x00\x00\x01\x7F\x00\x00\x01", 16);
    append_big16(packet, 40'000);
    append_big16(packet, 12'201);
    append_big16(packet, 8 + datagram.size());
    packet.append(2, '\0');
    packet += datagram;
    append_little(out, 1);
    append_little(out, 0);
    append_little(out, static_cast<std::uint32_t>(packet.size()));
    append_little(out, static_cast<std::uint32_t>(packet.size()));
    out += packet;
  }
  return out;
}

std::size_t lines_with_text(const std::string& text) {
  std::istringstream in(text);
  std::size_t count = 0;
  for (std::string line; std::getline(in, line);) {
    count += line.empty() ? 0U : 1U;
  }
  return count;
}

TEST(GelfJudges, WiresharkReassemblesOurChunks) {
  if (line_of("command -v tshark").empty()) {
    GTEST_SKIP() << "tshark is not installed";
  }
  GraylogStandIn server;
  SelfMetrics metrics;
  GelfConfig config;
  config.url = "udp://127.0.0.1:" + std::to_string(server.udp_port());
  std::vector<Outcome> outcomes;
  for (const char* compression : {"none", "gzip"}) {
    config.udp_compression = compression;
    auto sender = make_gelf_sender(config, {}, "graylog", metrics);
    ASSERT_TRUE(sender);
    test::send_batch(**sender, 1, {test::noise(30'000), std::string(1000, 'x'), "small"});
    outcomes.clear();
    ASSERT_TRUE(pump(**sender, outcomes, 1));
  }
  ASSERT_TRUE(server.wait_for_messages(6, seconds(20)));

  test::TempTree tree;
  tree.file("gelf.pcap", capture(server.datagrams()));
  const std::string tshark =
      "tshark -n -r " + tree.path("gelf.pcap") + " -d udp.port==12201,gelf -T fields -e ";
  const auto field = [&](const char* name) { return output_of(tshark + name + " 2>/dev/null"); };
  EXPECT_EQ(lines_with_text(field("gelf.fragments")), 2U);
  for (const char* fault : {"gelf.invalid_header",
                            "gelf.broken_compression",
                            "gelf.fragment.error",
                            "gelf.fragment.overlap",
                            "gelf.fragment.multiple_tails",
                            "gelf.fragment.too_long_fragment"}) {
    EXPECT_EQ(lines_with_text(field(fault)), 0U) << fault;
  }
  // Its JSON dissector reads the messages, reassembled and decompressed.
  const std::string keys = field("json.key");
  EXPECT_EQ(lines_with_text(keys), 6U) << keys;
}

// Its modules lie beside it, be it installed or only unpacked somewhere.
class Rsyslog {
 public:
  Rsyslog(const std::string& program, const test::TempTree& tree) {
    const std::string modules = line_of("ls -d \"$(dirname " + program + ")\"/../lib/*/rsyslog");
    const std::string config = tree.path("rsyslog.conf");
    const std::string pid_file = tree.path("pid");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::execl(program.c_str(),
              "rsyslogd",
              "-M",
              modules.c_str(),
              "-n",
              "-f",
              config.c_str(),
              "-i",
              pid_file.c_str(),
              static_cast<char*>(nullptr));
      ::_exit(127);
    }
  }

  Rsyslog(const Rsyslog&) = delete;
  Rsyslog& operator=(const Rsyslog&) = delete;

  ~Rsyslog() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }

 private:
  pid_t pid_ = -1;
};

std::uint16_t free_port() {
  const GraylogStandIn taken;
  return taken.tcp_port();
}

TEST(GelfJudges, RsyslogSplitsOurStream) {
  const std::string program = line_of("command -v rsyslogd");
  if (program.empty()) {
    GTEST_SKIP() << "rsyslogd is not installed";
  }
  test::TempTree tree;
  const std::uint16_t port = free_port();
  tree.file("rsyslog.conf",
            "global(workDirectory=\"" + tree.root().string() + "\" maxMessageSize=\"1m\")\n" +
                "module(load=\"imtcp\" AddtlFrameDelimiter=\"0\" DisableLFDelimiter=\"on\")\n" +
                "template(name=\"raw\" type=\"string\" string=\"%rawmsg%\\n\")\n" +
                "ruleset(name=\"gelf\") { action(type=\"omfile\" template=\"raw\" file=\"" +
                tree.path("out.jsonl") + "\") }\n" +
                "input(type=\"imtcp\" address=\"127.0.0.1\" port=\"" + std::to_string(port) +
                "\" ruleset=\"gelf\" SupportOctetCountedFraming=\"off\")\n");
  const Rsyslog rsyslog(program, tree);

  SelfMetrics metrics;
  GelfConfig config;
  config.url = "tcp://127.0.0.1:" + std::to_string(port);
  config.confirm_after = Milliseconds(0);
  auto sender = make_gelf_sender(config, {}, "graylog", metrics);
  ASSERT_TRUE(sender);
  std::vector<std::string> texts;
  for (std::uint64_t i = 0; i < 50; ++i) {
    texts.push_back(test::noise(20'000, i + 1));
  }
  texts.emplace_back("two\nlines \"quoted\"");
  // The first requests fail until rsyslogd listens.
  std::vector<Outcome> outcomes;
  const SteadyTime end = steady_now() + seconds(20);
  for (RequestId id = 1; steady_now() < end; ++id) {
    test::send_batch(**sender, id, texts);
    ASSERT_TRUE(pump(**sender, outcomes, id));
    if (outcomes.back().kind == Outcome::Kind::kDelivered) {
      break;
    }
    ::poll(nullptr, 0, 20);
  }
  ASSERT_EQ(outcomes.back().kind, Outcome::Kind::kDelivered);
  std::string written;
  while (steady_now() < end && lines_with_text(written) < texts.size()) {
    ::poll(nullptr, 0, 20);
    written = tree.read("out.jsonl");
  }
  std::istringstream in(written);
  std::vector<std::string> got;
  for (std::string line; std::getline(in, line);) {
    ASSERT_EQ(test::gelf_refusal(line), "") << line.substr(0, 300);
    got.push_back(test::short_message(line));
  }
  texts.back() = "two";
  EXPECT_EQ(got, texts);
}

}  // namespace
}  // namespace supercargo
