#include "agent/app/demo_log_file.h"

#include <cerrno>
#include <ctime>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

namespace supercargo {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

std::tm utc(std::int64_t unix_ns) {
  const std::time_t seconds = unix_ns / kNanosecondsPerSecond;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  return parts;
}

// kubelet's suffix of a rotated file: `20261122-143703`.
std::string rotation_suffix(std::int64_t unix_ns) {
  const std::tm t = utc(unix_ns);
  return fmt::format("{:04}{:02}{:02}-{:02}{:02}{:02}",
                     t.tm_year + 1900,
                     t.tm_mon + 1,
                     t.tm_mday,
                     t.tm_hour,
                     t.tm_min,
                     t.tm_sec);
}

}  // namespace

std::string cri_time(std::int64_t unix_ns) {
  const std::tm t = utc(unix_ns);
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}",
                                 t.tm_year + 1900,
                                 t.tm_mon + 1,
                                 t.tm_mday,
                                 t.tm_hour,
                                 t.tm_min,
                                 t.tm_sec,
                                 unix_ns % kNanosecondsPerSecond);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) {
    text.pop_back();
  }
  return text += 'Z';
}

Status DemoLogFile::append(std::int64_t unix_ns, Stream stream, std::string_view line) {
  if (fd_ && size_ >= rotate_bytes_) {
    Status rotated = rotate(unix_ns);
    if (!rotated) {
      return rotated;
    }
  }
  if (!fd_) {
    Status opened = open();
    if (!opened) {
      return opened;
    }
  }
  while (line.size() > kPieceBytes) {
    Status piece = append_record(unix_ns, stream, 'P', line.substr(0, kPieceBytes));
    if (!piece) {
      return piece;
    }
    line.remove_prefix(kPieceBytes);
  }
  return append_record(unix_ns, stream, 'F', line);
}

Status DemoLogFile::open() {
  std::error_code error;
  std::filesystem::create_directories(path_.parent_path(), error);
  if (error) {
    return errno_error("create " + path_.parent_path().string(), error.value());
  }
  Result<UniqueFd> fd = open_at(AT_FDCWD, path_.c_str(), O_WRONLY | O_APPEND | O_CREAT);
  if (!fd) {
    return std::move(fd).error();
  }
  fd_ = std::move(*fd);
  if (::fchmod(fd_.get(), 0640) != 0) {  // as containerd's files
    return errno_error("chmod " + path_.string(), errno);
  }
  size_ = 0;
  return Ok{};
}

// kubelet renames, then asks the runtime to reopen; in between the runtime would write to the
// renamed file.
Status DemoLogFile::rotate(std::int64_t unix_ns) {
  std::filesystem::path to = path_;
  to += "." + rotation_suffix(unix_ns);
  std::error_code error;
  if (std::filesystem::exists(to, error)) {
    return Ok{};  // a second rotation in one second waits, rather than replace unread lines
  }
  std::filesystem::rename(path_, to, error);
  fd_.reset();  // also when the file is gone: the next line makes a new one
  if (error) {
    return errno_error("rename " + path_.string(), error.value());
  }
  rotated_.push_back(std::move(to));
  while (rotated_.size() > kRotatedKept) {
    std::filesystem::remove(rotated_.front(), error);
    rotated_.pop_front();
  }
  return Ok{};
}

Status DemoLogFile::append_record(std::int64_t unix_ns,
                                  Stream stream,
                                  char flag,
                                  std::string_view text) {
  record_ = fmt::format("{} {} {} {}\n", cri_time(unix_ns), stream_name(stream), flag, text);
  Status written = write_all(fd_.get(), record_);
  if (!written) {
    return std::move(written).error().with_context(path_.native());
  }
  size_ += record_.size();
  return Ok{};
}

}  // namespace supercargo
