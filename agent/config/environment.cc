#include "agent/config/environment.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <utility>

#include <unistd.h>

namespace supercargo {
namespace {

// More than the kernel allows a single variable to hold.
constexpr std::size_t kMaxExpandedBytes = 256 << 10;

bool is_name(std::string_view text) {
  const auto is_name_byte = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && (text[0] < '0' || text[0] > '9') &&
         std::all_of(text.begin(), text.end(), is_name_byte);
}

std::string host_name() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : "unknown";
}

Error config_error(std::string message) {
  return {ErrorCode::kConfig, std::move(message)};
}

// `inside` is what stands between the braces.
Result<std::string> value_of(std::string_view inside, const EnvironmentLookup& lookup) {
  const std::size_t separator = inside.find(":-");
  const std::string name(inside.substr(0, separator));
  if (!is_name(name)) {
    return config_error(
        "\"${\" must be followed by the name of an environment variable and \"}\" (a plain dollar "
        "is written $$)");
  }
  std::optional<std::string> value = lookup(name);
  if (separator != std::string_view::npos && (!value || value->empty())) {
    return std::string(inside.substr(separator + 2));
  }
  if (!value) {
    return config_error("environment variable " + name + " is not set (${" + name +
                        ":-text} gives a default)");
  }
  return std::move(*value);
}

}  // namespace

EnvironmentLookup process_environment() {
  return [](std::string_view name) -> std::optional<std::string> {
    // Nothing in this program changes the environment.
    const char* value = std::getenv(std::string(name).c_str());  // NOLINT(concurrency-mt-unsafe)
    if (name == "NODE_NAME" && (value == nullptr || *value == '\0')) {
      return host_name();
    }
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

namespace config {

Result<std::string> expand_environment(std::string_view text, const EnvironmentLookup& lookup) {
  std::string out;
  while (!text.empty()) {
    const std::size_t plain = std::min(text.find('$'), text.size());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.starts_with("$$")) {
      out += '$';
      text.remove_prefix(2);
    } else if (text.starts_with("${")) {
      const std::size_t close = text.find('}');
      auto value =
          value_of(close == std::string_view::npos ? "" : text.substr(2, close - 2), lookup);
      if (!value) {
        return std::move(value).error();
      }
      out += *value;
      text.remove_prefix(close + 1);
    } else if (!text.empty()) {
      out += '$';
      text.remove_prefix(1);
    }
    if (out.size() > kMaxExpandedBytes) {
      return config_error("longer than 256 KiB after its environment variables are filled in");
    }
  }
  return out;
}

std::string escape_dollars(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] == '$' && (next == '$' || next == '{')) {
      out += '$';
    }
  }
  return out;
}

}  // namespace config
}  // namespace supercargo
