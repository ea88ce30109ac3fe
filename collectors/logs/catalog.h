// The list of log files, handed from discovery to the outputs.
//
// Discovery (a thread of its own) publishes; each output's thread takes the newest list when its
// version has changed. A list is immutable; only the LogFile objects in it have atomics. This is
// all that outputs share.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "collectors/logs/log_file.h"

namespace supercargo {

struct ChainDirectoryOptions;

// The files of one container (all restarts) or of one plain file, oldest first: read in this order.
struct LogChain {
  std::string
      key;  // the directory, for the journal: stable over restarts of the agent and of the host
  std::vector<std::shared_ptr<LogFile>> files;
  std::vector<std::uint64_t>
      closed_inodes;  // files that all outputs are done with, and that are still there
  // The last listing and every open of it worked: a file that is not listed is really gone.
  bool complete = false;
  // For the discovery after this one (the configuration is loaded again).
  std::shared_ptr<const ChainDirectoryOptions> found_as{};
  std::string found_by{};  // the path of its source
};

using LogChains = std::vector<std::shared_ptr<const LogChain>>;

class LogCatalog {
 public:
  // `complete`: every directory that holds chains could be listed; a chain that is not in the list
  // is not there.
  void publish(std::shared_ptr<const LogChains> chains, bool complete) {
    const std::lock_guard lock(mutex_);
    complete_.store(complete, std::memory_order_relaxed);
    chains_ = std::move(chains);
    version_.fetch_add(1, std::memory_order_release);
  }

  [[nodiscard]] std::uint64_t version() const noexcept {
    return version_.load(std::memory_order_acquire);
  }

  [[nodiscard]] bool complete() const noexcept { return complete_.load(std::memory_order_relaxed); }

  // Null before the first publish.
  [[nodiscard]] std::shared_ptr<const LogChains> chains() const {
    const std::lock_guard lock(mutex_);
    return chains_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const LogChains> chains_;
  std::atomic<std::uint64_t> version_{0};
  std::atomic<bool> complete_{false};
};

}  // namespace supercargo
