// graylog_stand_in [--tcp PORT] [--udp PORT] [--http PORT] [--output FILE.jsonl] [--hold-ms N]
//                  [--receive-buffer BYTES] [--http-delay-ms N] [--bulk] [--discard]
//
// Receives GELF on 127.0.0.1 until SIGTERM or SIGINT; then prints, as JSON, what it got. Port 0
// (the default) is any free one; the ports are printed at the start. Lines on its standard input
// are orders; "done" is printed when one has been carried out:
//   deaf          TCP connections are accepted and not read; all other orders end that
//   well          no faults
//   cut N         the next TCP connection that has sent N bytes is reset
//   reset, close  all connections, now
//   crash         as reset, and messages that are held (--hold-ms) are lost
//   http STATUS [SECONDS]  the answer to requests, without accepting them, with that Retry-After
//   body N        bodies of HTTP of more than N bytes are answered by 413
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <string>
#include <string_view>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "agent/base/text.h"
#include "tests/support/graylog_stand_in.h"

namespace {

using supercargo::parse_number;
using supercargo::take_until;
using supercargo::test::GraylogStandIn;

bool parse(int argc, char** argv, GraylogStandIn::Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--discard" || name == "--bulk") {
      (name == "--bulk" ? options.http.bulk : options.discard) = true;
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
    } else if (name == "--receive-buffer") {
      options.receive_buffer_bytes = static_cast<int>(std::strtol(value, nullptr, 10));
    } else if (name == "--http-delay-ms") {
      options.http_delay = std::chrono::milliseconds(std::strtol(value, nullptr, 10));
    } else if (name == "--hold-ms") {
      options.hold = std::chrono::milliseconds(std::strtol(value, nullptr, 10));
    } else {
      return false;
    }
  }
  return true;
}

void obey(std::string_view order, GraylogStandIn& server) {
  GraylogStandIn::Faults faults;
  const std::string_view verb = take_until(order, ' ');
  if (verb == "deaf") {
    faults.do_not_read = true;
  } else if (verb == "cut") {
    faults.close_after_bytes = parse_number<std::uint64_t>(order).value_or(0);
    faults.reset = true;
  } else if (verb == "http") {
    const std::string_view status = take_until(order, ' ');
    faults.http_status = parse_number<int>(status).value_or(503);
    if (!order.empty()) {
      faults.http_header = "Retry-After: " + std::string(order) + "\r\n";
    }
  } else if (verb == "body") {
    faults.max_body = parse_number<std::size_t>(order).value_or(0);
  } else if (verb == "reset" || verb == "close") {
    server.close_connections(verb == "reset");
  } else if (verb == "crash") {
    server.crash();
  }
  server.set_faults(faults);
  server.wait_for_orders();
  std::puts("done");
  std::fflush(stdout);
}

// Until a signal in `ends`. The end of the orders ends nothing.
void serve(GraylogStandIn& server, const sigset_t& ends) {
  const supercargo::UniqueFd signals(::signalfd(-1, &ends, SFD_CLOEXEC));
  pollfd entries[] = {{signals.get(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  std::string orders;
  while (entries[0].revents == 0) {
    ::poll(entries, 2, -1);
    if (entries[1].revents == 0) {
      continue;
    }
    char buffer[4096];
    const ssize_t count = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (count <= 0) {
      entries[1] = {-1, 0, 0};
      continue;
    }
    orders.append(buffer, static_cast<std::size_t>(count));
    for (std::size_t end = orders.find('\n'); end != std::string::npos; end = orders.find('\n')) {
      obey(std::string_view(orders).substr(0, end), server);
      orders.erase(0, end + 1);
    }
  }
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
        "[--output FILE.jsonl] [--hold-ms N] [--receive-buffer BYTES] [--http-delay-ms N] "
        "[--bulk] [--discard]\n",
        stderr);
    return 2;
  }
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);  // before the server's thread inherits it
  try {
    GraylogStandIn server(options);
    std::printf(
        "tcp %d udp %d http %d\n", server.tcp_port(), server.udp_port(), server.http_port());
    std::fflush(stdout);
    serve(server, ends);
    print_summary(server);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
