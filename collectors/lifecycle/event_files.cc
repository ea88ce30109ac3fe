#include "collectors/lifecycle/event_files.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/fd.h"

namespace supercargo {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::string_view kFile = "/0.log";

struct EventFile {
  std::string path;
  std::uint64_t bytes = 0;
  std::int64_t written_ns = 0;
};

// "20261122-100000", as the kubelet names what it rotates.
std::string rotation_stamp(std::int64_t time_ns) {
  const std::string text = rfc3339_nano(time_ns);
  std::string stamp;
  for (const char c : text.substr(0, 19)) {
    if (c != '-' && c != ':') {
      stamp += c == 'T' ? '-' : c;
    }
  }
  return stamp;
}

// A name that can be one directory; what cannot is no name of Kubernetes'.
bool is_path_part(std::string_view name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string_view::npos &&
         name.find('_') == std::string_view::npos;
}

// Oldest first. What vanishes meanwhile is left out.
std::vector<EventFile> list_files(const std::string& directory) {
  std::vector<EventFile> files;
  std::error_code error;
  fs::recursive_directory_iterator entry(directory, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    struct stat status {};

    if (::lstat(entry->path().c_str(), &status) == 0 && S_ISREG(status.st_mode)) {
      files.push_back({entry->path().string(),
                       static_cast<std::uint64_t>(status.st_size),
                       std::int64_t{status.st_mtim.tv_sec} * kSecondNs + status.st_mtim.tv_nsec});
    }
  }
  std::sort(files.begin(), files.end(), [](const EventFile& a, const EventFile& b) {
    return a.written_ns < b.written_ns;
  });
  return files;
}

// The file, and the directories of its container and pod when they are empty then.
void remove_file(const std::string& path) {
  (void)::unlink(path.c_str());
  const fs::path container = fs::path(path).parent_path();
  if (::rmdir(container.c_str()) == 0) {
    (void)::rmdir(container.parent_path().c_str());
  }
}

}  // namespace

EventFiles::EventFiles(std::string directory, EventFileLimits limits)
    : directory_(std::move(directory)), limits_(limits) {}

bool EventFiles::append(const LifecycleEvent& event) {
  const std::string_view container =
      event.name.container.empty() ? kNoContainerDirectory : std::string_view(event.name.container);
  if (!is_path_part(event.name.pod_namespace) || !is_path_part(event.name.pod) ||
      !is_path_part(event.pod_uid) || !is_path_part(container)) {
    return false;
  }
  std::string path = directory_;
  for (const std::string_view part : {std::string_view("/"),
                                      std::string_view(event.name.pod_namespace),
                                      std::string_view("_"),
                                      std::string_view(event.name.pod),
                                      std::string_view("_"),
                                      std::string_view(event.pod_uid),
                                      std::string_view("/"),
                                      container}) {
    path += part;
  }
  std::error_code error;
  fs::create_directories(path, error);  // what is wrong with it, the open tells
  path += kFile;
  const std::string line = lifecycle_log_line(event);
  Status written = rotate_if_full(path, line.size(), event.time_ns);
  if (written) {
    written = write(path, line);
  }
  if (std::uint64_t suppressed = 0; !written && trouble_.allow(steady_now(), suppressed)) {
    log_warn("An event of a container is not told to the outputs.",
             {{"error", written.error().message}, {"suppressed", suppressed}});
  }
  return written.has_value();
}

// Half of a line would be taken for a line: it is cut off again.
Status EventFiles::write(const std::string& path, std::string_view line) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640));
  if (!file) {
    return errno_error("open " + path, errno);
  }
  const off_t before = ::lseek(file.get(), 0, SEEK_END);
  Status written = write_all(file.get(), line);
  if (written) {
    return Ok{};
  }
  Error error = std::move(written).error().with_context("write " + path);
  if (before < 0 || ::ftruncate(file.get(), before) != 0) {
    error.message += "; half of a line may stand there";
  }
  return error;
}

Status EventFiles::rotate_if_full(const std::string& path,
                                  std::size_t more,
                                  std::int64_t now_ns) const {
  struct stat status {};

  if (::stat(path.c_str(), &status) != 0 ||
      static_cast<std::uint64_t>(status.st_size) + more <= limits_.file_bytes) {
    return Ok{};
  }
  const std::string rotated = path + "." + rotation_stamp(now_ns);
  if (::access(rotated.c_str(), F_OK) == 0) {
    return Ok{};  // a second one within a second: the file may grow for that long
  }
  std::error_code error;
  fs::directory_iterator entry(fs::path(path).parent_path(), error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (entry->path().string().starts_with(path + ".")) {
      (void)::unlink(entry->path().c_str());
    }
  }
  if (::rename(path.c_str(), rotated.c_str()) != 0) {
    return errno_error("rename " + path, errno);
  }
  return Ok{};
}

std::uint64_t EventFiles::clean(std::int64_t now_ns, const std::function<bool()>& all_read) {
  const std::vector<EventFile> files = list_files(directory_);
  if (files.empty()) {
    return 0;
  }
  std::uint64_t bytes = 0;
  for (const EventFile& file : files) {
    bytes += file.bytes;
  }
  const bool read = all_read();
  std::uint64_t beyond = 0;
  std::size_t left = files.size();
  for (const EventFile& file : files) {
    const bool old = read && now_ns - file.written_ns > limits_.keep.count() * kSecondNs;
    const bool too_much = bytes > limits_.max_bytes || left > limits_.max_files;
    if (!old && !too_much) {
      break;  // the others are younger
    }
    remove_file(file.path);
    bytes -= file.bytes;
    --left;
    beyond += old ? 0 : 1;
  }
  return beyond;
}

}  // namespace supercargo
