// The command line. Parsed once by main().
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "agent/app/probe.h"

namespace supercargo {

struct Options {
  enum class Command { kRun, kCheck, kDefaults, kSchema, kMetrics, kVersion, kCompletion, kProbe };
  Command command = Command::kRun;
  std::string config_file;               // empty: the built-in defaults
  std::optional<std::string> listen;     // in place of http.listen
  std::optional<std::string> host_root;  // in place of host_root
  std::optional<std::string> log_level;  // in place of log_level
  bool demo = false;                     // run: with made-up pods and an output to the terminal
  bool markdown = false;                 // defaults: as CONFIG.md
  ProbeOptions probe;
};

// The options, or the exit code when there is nothing to do but to exit: 0 after --help, 2 after a
// usage error. Texts go to stdout and stderr.
[[nodiscard]] std::variant<Options, int> parse_options(int argc, const char* const* argv);

// A script for bash: commands and their options by the tab key, else names of files.
[[nodiscard]] std::string bash_completion();

}  // namespace supercargo
