#include "collectors/kubernetes/log_paths.h"

#include <algorithm>

#include "agent/base/text.h"
#include "collectors/kubernetes/hex.h"

namespace supercargo {
namespace {

constexpr std::size_t kMaxFileName = 255;  // NAME_MAX, and kubelet's bound for its links
constexpr std::size_t kRotationTimeSize = std::string_view("20261122-143703").size();
constexpr std::size_t kRotationDateSize = std::string_view("20261122").size();

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_rotation_time(std::string_view text) {
  return text.size() == kRotationTimeSize && text[kRotationDateSize] == '-' &&
         std::all_of(text.begin(), text.begin() + kRotationDateSize, is_digit) &&
         std::all_of(text.begin() + kRotationDateSize + 1, text.end(), is_digit);
}

// False for ".", ".." and what no name in Kubernetes can be: those must never become part of a
// path.
bool is_name(std::string_view text) {
  return !text.empty() && text.front() != '.' && text.find('/') == std::string_view::npos;
}

}  // namespace

std::optional<PodDirName> parse_pod_dir_name(std::string_view name) {
  std::string_view uid = name;
  const std::string_view pod_namespace = take_until(uid, '_');
  const std::string_view pod = take_until(uid, '_');
  const bool valid = is_name(pod_namespace) && is_name(pod) && is_name(uid) &&
                     uid.find('_') == std::string_view::npos;
  if (!valid) {
    return std::nullopt;
  }
  return PodDirName{pod_namespace, pod, uid};
}

std::optional<LogFileName> parse_log_file_name(std::string_view name) {
  std::string_view rest = name;
  const std::optional<std::uint32_t> restart = parse_number<std::uint32_t>(take_until(rest, '.'));
  if (!restart) {
    return std::nullopt;
  }
  if (rest == "log") {
    return LogFileName{*restart, {}, LogFileName::Kind::kCurrent};
  }
  if (take_until(rest, '.') != "log") {
    return std::nullopt;
  }
  const std::string_view rotated_at = rest.substr(0, kRotationTimeSize);
  const std::string_view suffix = rest.substr(rotated_at.size());
  if (!is_rotation_time(rotated_at)) {
    return std::nullopt;
  }
  if (suffix.empty()) {
    return LogFileName{*restart, rotated_at, LogFileName::Kind::kRotated};
  }
  if (suffix == ".gz") {
    return LogFileName{*restart, rotated_at, LogFileName::Kind::kGzip};
  }
  if (suffix == ".tmp") {
    return LogFileName{*restart, rotated_at, LogFileName::Kind::kTemporary};
  }
  return std::nullopt;
}

std::optional<ContainerLinkName> parse_container_link_name(std::string_view name) {
  constexpr std::string_view kSuffix = ".log";
  if (!name.ends_with(kSuffix)) {
    return std::nullopt;
  }
  std::string_view tail = name.substr(0, name.size() - kSuffix.size());
  ContainerLinkName link;
  link.pod = take_until(tail, '_');
  link.pod_namespace = take_until(tail, '_');
  if (!is_name(link.pod) || !is_name(link.pod_namespace) || !is_name(tail)) {
    return std::nullopt;
  }
  const std::size_t dash = tail.rfind('-');
  if (dash != std::string_view::npos && dash > 0 && is_container_id(tail.substr(dash + 1))) {
    link.container = tail.substr(0, dash);
    link.container_id = tail.substr(dash + 1);
    return link;
  }
  if (name.size() != kMaxFileName) {
    return std::nullopt;
  }
  link.cut_tail = tail;
  return link;
}

std::optional<LogFilePath> parse_log_file_path(std::string_view path) {
  const std::size_t file_slash = path.rfind('/');
  if (file_slash == std::string_view::npos || file_slash == 0) {
    return std::nullopt;
  }
  const std::size_t container_slash = path.rfind('/', file_slash - 1);
  if (container_slash == std::string_view::npos || container_slash == 0) {
    return std::nullopt;
  }
  const std::string_view parent = path.substr(0, container_slash);
  const std::size_t pod_slash = parent.rfind('/');
  const std::string_view pod_dir =
      pod_slash == std::string_view::npos ? parent : parent.substr(pod_slash + 1);
  const std::optional<PodDirName> pod = parse_pod_dir_name(pod_dir);
  const std::optional<LogFileName> file = parse_log_file_name(path.substr(file_slash + 1));
  const std::string_view container =
      path.substr(container_slash + 1, file_slash - container_slash - 1);
  if (!pod || !file || !is_name(container)) {
    return std::nullopt;
  }
  return LogFilePath{*pod, container, *file};
}

}  // namespace supercargo
