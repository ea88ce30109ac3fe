#include "agent/app/options.h"

#include <utility>

#include <CLI/CLI.hpp>

#include "agent/base/version.h"
#include "agent/config/units.h"

namespace supercargo {
namespace {

constexpr int kUsageError = 2;

void add_run(CLI::App& app, Options& options) {
  CLI::App* run = app.add_subcommand(
      "run", "Run the agent until SIGTERM or Ctrl-C; SIGHUP reloads the configuration.");
  run->add_option(
      "-c,--config", options.config_file, "Configuration file; without one the built-in defaults.");
  run->add_option(
      "--listen", options.listen, "Address of the HTTP server, in place of http.listen.");
  run->add_option(
      "--host-root", options.host_root, "Where the host's / is mounted, in place of host_root.");
  run->add_option(
      "--log-level", options.log_level, "debug, info, warn or error, in place of log_level.");
  run->add_flag("--demo",
                options.demo,
                "Add a few made-up pods that write logs, and print all lines. Keeps nothing.");
  run->callback([&options] { options.command = Options::Command::kRun; });
}

void add_printers(CLI::App& app, Options& options) {
  CLI::App* check = app.add_subcommand(
      "check", "Check a configuration file and print everything that is wrong with it.");
  check->add_option("-c,--config", options.config_file, "Configuration file.")->required();
  check->callback([&options] { options.command = Options::Command::kCheck; });

  CLI::App* defaults = app.add_subcommand(
      "defaults", "Print the default configuration with a comment on every key.");
  defaults->add_flag("--markdown", options.markdown, "As the reference, CONFIG.md.");
  defaults->callback([&options] { options.command = Options::Command::kDefaults; });

  app.add_subcommand("schema", "Print the JSON schema of the configuration.")->callback([&options] {
    options.command = Options::Command::kSchema;
  });
  app.add_subcommand("metrics", "Print the reference of all metrics, METRICS.md.")
      ->callback([&options] { options.command = Options::Command::kMetrics; });
  app.add_subcommand("version", "Print the version.")->callback([&options] {
    options.command = Options::Command::kVersion;
  });
  app.add_subcommand("completion",
                     "Print a script for bash, by which the tab key completes all of "
                     "this: source <(supercargo completion).")
      ->callback([&options] { options.command = Options::Command::kCompletion; });
}

// Empty: the text is a duration that a probe can wait.
std::string refuse_timeout(const std::string& text) {
  const auto timeout = config::parse_duration(text);
  const bool good = timeout && timeout->count() > 0 && *timeout <= std::chrono::hours(1);
  return good ? "" : "\"" + text + "\" is no time between 1ms and 1h, such as 500ms or 2s";
}

void add_probe(CLI::App& app, Options& options) {
  CLI::App* command =
      app.add_subcommand("probe",
                         "GET a URL: exit with 0 when the answer is 2xx, else with 1 "
                         "and one line that says why. For probes of kubelet and "
                         "for helm test, where there is no shell.");
  ProbeOptions& probe = options.probe;
  command->add_option("url", probe.url, "http:// or https://; no proxy, no redirects.")->required();
  command
      ->add_option_function<std::string>(
          "--timeout",
          [&probe](const std::string& text) { probe.timeout = *config::parse_duration(text); },
          "For all of it, name and answer; 2s by default.")
      ->check(refuse_timeout);
  command
      ->add_option_function<std::string>(
          "--wait",
          [&probe](const std::string& text) { probe.wait = *config::parse_duration(text); },
          "Ask again for as long while the answer is another; by default it is asked once.")
      ->check(refuse_timeout);
  command->add_option("--ca-file", probe.tls.ca_file, "Authorities to trust, as PEM.");
  command->add_flag("--insecure",
                    probe.tls.skip_verify,
                    "Take any certificate, such as the server's own self-signed one.");
  command->footer(std::string("Basic authentication: set ") + kProbeUsernameVariable + " and " +
                  kProbePasswordVariable + ".");
  command->callback([&options] { options.command = Options::Command::kProbe; });
}

void add_all(CLI::App& app, Options& options) {
  app.description(
      "Ships every container's log lines of this node to Loki and Graylog, and exposes what "
      "containers and the node use to Prometheus.");
  app.name("supercargo");
  app.set_version_flag("--version", std::string("supercargo ") + std::string(kVersion));
  app.require_subcommand(1);
  add_run(app, options);
  add_printers(app, options);
  add_probe(app, options);
}

// All that may stand behind that command, separated by blanks.
std::string words_behind(const CLI::App& command) {
  std::string words;
  for (const CLI::App* subcommand : command.get_subcommands(/*filter=*/{})) {
    words += subcommand->get_name() + ' ';
  }
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      words += "--" + name + ' ';
    }
  }
  return words;
}

}  // namespace

std::string bash_completion() {
  Options options;
  CLI::App app;
  add_all(app, options);
  std::string script =
      "_supercargo() {\n"
      "  local words=\n"
      "  case \"$COMP_CWORD ${COMP_WORDS[1]}\" in\n"
      "    \"1 \"*) words=\"" +
      words_behind(app) + "\" ;;\n";
  for (const CLI::App* command : std::as_const(app).get_subcommands(/*filter=*/{})) {
    script +=
        "    *\" " + command->get_name() + "\") words=\"" + words_behind(*command) + "\" ;;\n";
  }
  script +=
      "  esac\n"
      "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\")\n"
      "}\n"
      "complete -o default -F _supercargo supercargo\n";
  return script;
}

std::variant<Options, int> parse_options(int argc, const char* const* argv) {
  Options options;
  CLI::App app;
  add_all(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsageError;
  }
  return options;
}

}  // namespace supercargo
