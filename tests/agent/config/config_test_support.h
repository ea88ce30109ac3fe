// Parsing of configuration text in tests, with an environment that the test names. One thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "agent/config/load.h"

namespace supercargo::test {

using Environment = std::map<std::string, std::string, std::less<>>;

inline EnvironmentLookup lookup_in(Environment environment) {
  return [environment = std::move(environment)](std::string_view name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
}

inline ConfigResult parse(std::string_view text, Environment environment = {}) {
  return parse_config(text, "a.yaml", lookup_in(std::move(environment)));
}

// All errors, or all warnings when there are none, a line each.
inline std::string messages_of(std::string_view text, Environment environment = {}) {
  const ConfigResult result = parse(text, std::move(environment));
  std::string out;
  for (const std::string& line : result ? result.loaded->warnings : result.errors) {
    out += line + "\n";
  }
  return out;
}

}  // namespace supercargo::test
