#include "agent/app/commands.h"

#include <cstdio>
#include <optional>

#include <fmt/format.h>

#include "agent/app/app.h"
#include "agent/app/host.h"
#include "agent/app/metric_part.h"
#include "agent/app/probe.h"
#include "agent/base/log.h"
#include "agent/base/version.h"
#include "agent/config/environment.h"
#include "agent/config/load.h"
#include "agent/config/reference.h"
#include "agent/http/web_access.h"

namespace supercargo {
namespace {

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kWrongConfig = 2;

LogLevel parse_level(const std::string& name) {
  if (name == "debug") {
    return LogLevel::kDebug;
  }
  if (name == "warn") {
    return LogLevel::kWarn;
  }
  return name == "error" ? LogLevel::kError : LogLevel::kInfo;
}

// Prints everything that is wrong, or odd.
std::optional<LoadedConfig> load(const Options& options) {
  if (options.config_file.empty()) {
    return LoadedConfig{};
  }
  ConfigResult result = load_config(options.config_file);
  for (const std::string& error : result.errors) {
    fmt::print(stderr, "{}\n", error);
  }
  if (!result) {
    fmt::print(stderr,
               "{} error{} in the configuration.\n",
               result.errors.size(),
               result.errors.size() == 1 ? "" : "s");
    return std::nullopt;
  }
  for (const std::string& warning : result.loaded->warnings) {
    fmt::print(stderr, "warning: {}\n", warning);
  }
  if (auto web = WebAccess::open(result.loaded->config.http.web_config_file); !web) {
    fmt::print(stderr, "{}\n", web.error().message);
    return std::nullopt;
  }
  if (const Status metrics = check_metrics(result.loaded->config); !metrics) {
    fmt::print(stderr, "{}\n", with_place(result.loaded->places, metrics.error().message));
    return std::nullopt;
  }
  return std::move(*result.loaded);
}

int run(const Options& options) {
  std::optional<LoadedConfig> loaded = load(options);
  if (!loaded) {
    return kWrongConfig;
  }
  apply_options(loaded->config, options);
  if (options.listen) {
    loaded->places.erase("http.listen");
  }
  apply_defaults(loaded->config, default_node_name());
  start_logging(parse_level(loaded->config.log_level));
  return App(options, std::move(*loaded)).run();
}

int check(const Options& options) {
  const std::optional<LoadedConfig> loaded = load(options);
  if (!loaded) {
    return kWrongConfig;
  }
  const std::size_t outputs = loaded->config.outputs.size();
  fmt::print("{}: ok, {} output{}\n", options.config_file, outputs, outputs == 1 ? "" : "s");
  return kOk;
}

int run_probe(ProbeOptions options) {
  const EnvironmentLookup environment = process_environment();
  options.username = environment(kProbeUsernameVariable).value_or("");
  options.password = environment(kProbePasswordVariable).value_or("");
  const Result<int> status = probe(options);
  if (!status) {
    fmt::print(stderr, "{}\n", status.error().message);
    return kFailed;
  }
  fmt::print("{}: {}\n", options.url, *status);
  return kOk;
}

int print(const std::string& text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? kOk : kFailed;
}

}  // namespace

void apply_options(AgentConfig& config, const Options& options) {
  config.http.listen = options.listen.value_or(config.http.listen);
  config.host_root = options.host_root.value_or(config.host_root);
  config.log_level = options.log_level.value_or(config.log_level);
}

int run_command(const Options& options) {
  switch (options.command) {
    case Options::Command::kRun:
      return run(options);
    case Options::Command::kCheck:
      return check(options);
    case Options::Command::kDefaults:
      return print(options.markdown ? config_reference_markdown() : commented_default_config());
    case Options::Command::kSchema:
      return print(config_json_schema());
    case Options::Command::kMetrics:
      return print(metrics_markdown());
    case Options::Command::kCompletion:
      return print(bash_completion());
    case Options::Command::kProbe:
      return run_probe(options.probe);
    case Options::Command::kVersion:
      break;
  }
  return print(fmt::format("supercargo {}\n", kVersion));
}

}  // namespace supercargo
