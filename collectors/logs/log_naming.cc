#include "collectors/logs/log_naming.h"

#include "agent/base/text.h"
#include "collectors/kubernetes/log_paths.h"

namespace supercargo {
namespace {

constexpr std::string_view kGzipSuffix = ".gz";

// Takes ".gz" off the name.
bool take_gzip(std::string_view& name) {
  const bool compressed = name.ends_with(kGzipSuffix);
  name.remove_suffix(compressed ? kGzipSuffix.size() : 0);
  return compressed;
}

// As many digits for each, the higher number first.
std::optional<std::string> order_of_number(std::string_view digits) {
  const std::optional<std::uint64_t> number = parse_u64(digits);
  if (!number || *number > 999'999) {
    return std::nullopt;
  }
  return std::to_string(1'999'999 - *number);
}

}  // namespace

std::optional<LogFileOrder> kubernetes_naming(std::string_view name) {
  const std::optional<LogFileName> parsed = parse_log_file_name(name);
  if (!parsed || parsed->kind == LogFileName::Kind::kTemporary) {
    return std::nullopt;
  }
  return LogFileOrder{parsed->restart,
                      parsed->kind == LogFileName::Kind::kCurrent,
                      std::string(parsed->rotated_at),
                      parsed->kind == LogFileName::Kind::kGzip};
}

std::optional<LogFileOrder> docker_naming(std::string_view name) {
  constexpr std::string_view kSuffix = "-json.log";
  const std::size_t suffix = name.find(kSuffix);
  if (suffix == std::string_view::npos) {
    return std::nullopt;
  }
  name.remove_prefix(suffix + kSuffix.size());
  if (name.empty()) {
    return LogFileOrder{.current = true, .numbered = true};
  }
  const bool compressed = take_gzip(name);
  if (!name.starts_with('.')) {
    return std::nullopt;
  }
  std::optional<std::string> rotated = order_of_number(name.substr(1));
  if (!rotated) {
    return std::nullopt;
  }
  return LogFileOrder{.rotated = std::move(*rotated), .compressed = compressed, .numbered = true};
}

}  // namespace supercargo
