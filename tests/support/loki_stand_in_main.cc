// The program loki_stand_in: LokiStandIn for end-to-end tests and benchmarks.

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <map>

#include <CLI/CLI.hpp>

#include "agent/base/text.h"
#include "tests/support/loki_stand_in.h"

namespace {

using supercargo::parse_number;
using supercargo::take_until;
using supercargo::test::loki_limit_fields;
using supercargo::test::LokiFault;
using supercargo::test::LokiLimitField;
using supercargo::test::LokiStandIn;
using supercargo::test::LokiStandInOptions;

struct Arguments {
  std::string listen = "127.0.0.1:0";
  std::string status_sequence;
  int delay_ms = 0;
  bool discard = false;
  bool quiet = false;
  bool forget_lines = false;
  std::string keep;
  bool default_limits = false;
  std::map<std::string, std::string> given;  // limits by name; empty: not given
  LokiStandInOptions options;
};

void describe(CLI::App& app, Arguments& arguments) {
  app.add_option("--listen", arguments.listen, "ADDRESS:PORT; port 0: the kernel chooses");
  app.add_option("--output", arguments.options.output_file, "append stored lines as JSON");
  app.add_option("--refused-output", arguments.options.refused_file, "likewise refused lines");
  app.add_option("--status-sequence", arguments.status_sequence, "answers of the first pushes");
  app.add_option("--delay-ms", arguments.delay_ms, "before every answer to a push");
  app.add_flag("--discard", arguments.discard, "answer 204 without looking at the body");
  app.add_option("--keep", arguments.keep, "LABEL=VALUE: keep only such lines in memory");
  app.add_flag("--forget-lines", arguments.forget_lines, "keep no lines in memory");
  app.add_flag("--quiet", arguments.quiet, "print nothing but the port");
  app.add_flag("--tenant-needed", arguments.options.tenant_needed, "401 without X-Scope-OrgID");
  app.add_flag("--default-limits", arguments.default_limits, "those of a Loki 3 as it comes");
  for (const LokiLimitField& field : loki_limit_fields()) {
    std::string flag(field.name);
    std::replace(flag.begin(), flag.end(), '_', '-');
    app.add_option("--" + flag, arguments.given[std::string(field.name)], std::string(field.help));
  }
}

void add_sequence(LokiStandIn& stand_in, std::string_view sequence) {
  while (!sequence.empty()) {
    LokiFault fault;
    fault.status = parse_number<int>(take_until(sequence, ',')).value_or(0);
    stand_in.add_fault(fault);
  }
}

bool set_limits(const Arguments& arguments, supercargo::test::LokiLimits& limits) {
  if (arguments.default_limits) {
    limits = supercargo::test::default_loki_limits();
  }
  for (const auto& [name, value] : arguments.given) {
    if (!value.empty() && !supercargo::test::set_limit(limits, name, value)) {
      std::fprintf(stderr, "loki_stand_in: %s: no number: %s\n", name.c_str(), value.c_str());
      return false;
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Behaves like Grafana Loki's push endpoint.");
  describe(app, arguments);
  CLI11_PARSE(app, argc, argv);
  if (!set_limits(arguments, arguments.options.limits)) {
    return 2;
  }

  // Blocked before the first thread starts, so that only sigwait() below gets them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  std::string_view listen = arguments.listen;
  LokiStandInOptions& options = arguments.options;
  options.http.address = take_until(listen, ':');
  options.http.port = parse_number<std::uint16_t>(listen).value_or(0);
  options.http.discard_bodies = arguments.discard;
  options.keep_lines = !arguments.forget_lines;
  if (std::string_view keep = arguments.keep; !keep.empty()) {
    std::string label(take_until(keep, '='));
    options.keep_only.emplace_back(std::move(label), keep);
  }
  options.delay = std::chrono::milliseconds(arguments.delay_ms);
  LokiStandIn stand_in(options);
  add_sequence(stand_in, arguments.status_sequence);
  std::printf("%u\n", unsigned{stand_in.port()});
  std::fflush(stdout);

  int signal = 0;
  sigwait(&signals, &signal);
  const auto counters = stand_in.counters();
  if (!arguments.quiet) {
    std::fprintf(stderr,
                 "loki_stand_in: requests=%llu lines=%llu refused=%llu duplicates=%llu "
                 "lost_silently=%llu\n",
                 static_cast<unsigned long long>(counters.requests),
                 static_cast<unsigned long long>(counters.stored_lines),
                 static_cast<unsigned long long>(counters.refused_lines),
                 static_cast<unsigned long long>(counters.duplicate_lines),
                 static_cast<unsigned long long>(counters.lost_silently));
  }
  return 0;
}
