// graylog_stand_in [--tcp PORT] [--udp PORT] [--http PORT] [--output FILE.jsonl] [--discard]
//
// Receives GELF on 127.0.0.1 until SIGTERM or SIGINT; then prints, as JSON, what it got. Port 0
// (the default) is any free one; the ports are printed at the start.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <string>
#include <string_view>

#include "tests/support/graylog_stand_in.h"

namespace {

using supercargo::test::GraylogStandIn;

bool parse(int argc, char** argv, GraylogStandIn::Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--discard") {
      options.discard = true;
      continue;
    }
    if (i + 1 == argc) {
      return false;
    }
    const char* value = argv[++i];
    const auto port = static_cast<std::uint16_t>(std::strtoul(value, nullptr, 10));
    if (name == "--tcp") {
      options.tcp_port = port;
    } else if (name == "--udp") {
      options.udp_port = port;
    } else if (name == "--http") {
      options.http_port = port;
    } else if (name == "--output") {
      options.output_file = value;
      options.keep_messages = false;
    } else {
      return false;
    }
  }
  return true;
}

void print_summary(const GraylogStandIn& server) {
  std::map<std::string, int> reasons;
  for (const std::string& reason : server.refusals()) {
    ++reasons[reason];
  }
  std::printf(
      "{\"accepted\":%llu,\"connections\":%llu,\"stream_bytes\":%llu,\"delimiters\":%llu}\n",
      static_cast<unsigned long long>(server.accepted()),
      static_cast<unsigned long long>(server.connections()),
      static_cast<unsigned long long>(server.stream_bytes()),
      static_cast<unsigned long long>(server.delimiters()));
  for (const auto& [reason, count] : reasons) {
    std::fprintf(stderr, "refused %d: %s\n", count, reason.c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  GraylogStandIn::Options options;
  if (!parse(argc, argv, options)) {
    std::fputs(
        "usage: graylog_stand_in [--tcp PORT] [--udp PORT] [--http PORT] "
        "[--output FILE.jsonl] [--discard]\n",
        stderr);
    return 2;
  }
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);  // before the server's thread inherits it
  try {
    const GraylogStandIn server(options);
    std::printf(
        "tcp %d udp %d http %d\n", server.tcp_port(), server.udp_port(), server.http_port());
    std::fflush(stdout);
    int received = 0;
    sigwait(&ends, &received);
    print_summary(server);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
