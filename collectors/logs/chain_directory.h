// One directory of log files that make one chain: lists it, opens what is new, keeps the order.
//
// Owned by LogDiscovery, on the main thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include "agent/base/clock.h"
#include "agent/base/host_paths.h"
#include "collectors/logs/catalog.h"
#include "collectors/logs/directory_watcher.h"
#include "collectors/logs/log_file.h"

namespace supercargo {

// Oldest first: by restart, then by rotation; the file that is written to comes last.
struct LogFileOrder {
  std::uint32_t restart = 0;
  bool current = false;
  std::string rotated;  // sorts oldest first
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the default for a comparison with 0
  auto operator<=>(const LogFileOrder&) const = default;
};

// How the files of a directory are named, and which are not log files at all.
using FileNaming = std::optional<LogFileOrder> (*)(std::string_view name);

// 3.log, 3.log.20261122-143703; .gz and .tmp are no files of ours.
[[nodiscard]] std::optional<LogFileOrder> kubernetes_naming(std::string_view name);
// <id>-json.log, <id>-json.log.1: a higher number is older.
[[nodiscard]] std::optional<LogFileOrder> docker_naming(std::string_view name);

// What could not be listed or opened. A file that has just gone is no error.
struct ScanErrors {
  std::uint64_t count = 0;
  std::string last;  // for people: which, and why

  void add(const std::string& path, const Error& error);
  void add(ScanErrors&& others);
};

struct ChainDirectoryOptions {
  std::string path;  // on the host
  FileNaming naming = nullptr;
  std::string single_file{};  // only this name, whatever inode it has; naming is not asked
  LogFormat format = LogFormat::kCri;
  ContainerInfo container{};  // restart is filled in by file
  std::uint32_t outputs = 0;  // how many read each file
};

class ChainDirectory {
 public:
  ChainDirectory(ChainDirectoryOptions options, const HostPaths& host);

  // Lists the directory when it changed since the last look, or `force`. True when the list of
  // files changed.
  bool scan(bool first_look_skips, bool force);

  // Looks at the size of every open file; true when one changed.
  bool poll_sizes();

  // Lets go of files that all outputs are done with. True when the list changed.
  bool close_finished();

  // The list for outputs, made anew after a change.
  [[nodiscard]] std::shared_ptr<const LogChain> chain();

  // The directory (or the single file) is gone, and so is every file that was in it.
  [[nodiscard]] bool done() const {
    return files_.empty() && (gone_ || !options_.single_file.empty());
  }

  [[nodiscard]] bool gone() const { return gone_; }

  [[nodiscard]] const std::string& path() const { return options_.path; }

  [[nodiscard]] std::string key() const;
  [[nodiscard]] std::size_t open_files() const;

  // What failed since the last call.
  [[nodiscard]] ScanErrors take_errors() { return std::exchange(errors_, {}); }

  [[nodiscard]] Result<UniqueFd> open() const;

  // The watch's state, kept for LogDiscovery.
  std::optional<DirectoryWatcher::Watch> watch;
  bool polled = false;  // writes are seen by poll_sizes, the watch does not report them
  SteadyTime last_write{};

 private:
  struct Known {
    LogFileOrder order;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::shared_ptr<LogFile> file;  // null: closed, when it was like this:
    std::uint64_t closed_size = 0;
    std::int64_t closed_mtime_ns = 0;
    bool present = true;  // found at the last listing
  };

  [[nodiscard]] bool changed_since_listing(const struct stat& status) const;
  bool list(int directory, bool from_end);
  bool look_at(int directory, const char* name, LogFileOrder order, bool from_end);
  [[nodiscard]] std::shared_ptr<const ContainerInfo> container_of(std::uint32_t restart);
  void order_absent();
  bool forget_absent();

  const ChainDirectoryOptions options_;
  const HostPaths& host_;
  std::vector<Known> files_;
  std::map<std::uint32_t, std::weak_ptr<const ContainerInfo>> containers_;  // by restart
  std::shared_ptr<const LogChain> chain_;

  struct timespec listed_mtime_ {};

  std::int64_t listed_at_ns_ = 0;
  std::uint64_t directory_inode_ = 0;
  bool gone_ = false;
  ScanErrors errors_;
};

}  // namespace supercargo
