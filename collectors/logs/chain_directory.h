// One directory of log files that make one chain: lists it, opens what is new, keeps the order.
//
// Owned by LogDiscovery, on its thread. chain_directory_listing.cc makes a listing,
// chain_directory.cc tells what follows from it. While a file cannot be opened for want of
// descriptors, none that is younger is added to the chain, and none of it is taken for deleted.
#pragma once

#include <chrono>
#include <cstdint>
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
#include "collectors/logs/container_infos.h"
#include "collectors/logs/directory_names.h"
#include "collectors/logs/directory_watcher.h"
#include "collectors/logs/known_file.h"
#include "collectors/logs/log_file.h"
#include "collectors/logs/log_listing.h"
#include "collectors/logs/log_naming.h"
#include "collectors/logs/open_files.h"
#include "collectors/logs/scan_errors.h"
#include "collectors/logs/seen_directory.h"

namespace supercargo {

struct ChainDirectoryOptions {
  std::string path;        // on the host
  std::string found_by{};  // the path of its source
  FileNaming naming{};
  std::string base_name{};  // one chain of several in the directory: that of this name
  LogFormat format = LogFormat::kCri;
  ContainerInfo container{};  // restart is filled in by file
  std::uint32_t outputs = 0;  // how many read each file
  // What was not written to for that long is not wanted; 0: all is.
  std::chrono::seconds max_age{0};
};

class ChainDirectory {
 public:
  // `open_files` and `names` outlive it.
  ChainDirectory(ChainDirectoryOptions options,
                 const HostPaths& host,
                 OpenFiles& open_files,
                 DirectoryNames& names);

  // How much a look at the directory looks at when its time stamp says that nothing changed.
  enum class Depth : std::uint8_t {
    kEntries,  // nothing: writes to its files are told
    kClosed,   // files that are closed: they may have grown
    kAll,
  };

  // Lists the directory where there is something new. True when the list of files changed.
  bool scan(bool first_look_skips, Depth depth);

  // Takes over what the discovery before this one (the configuration was loaded again) holds open
  // and the first scan() did not find: files that have no name any more, at their places among
  // those that it did find. To be called after that scan: what it found has not been missed.
  void inherit(const LogChain& chain);

  // Looks at the size of every open file; true when one changed.
  bool poll_sizes();

  // Lets go of files that all outputs are done with. True when the list changed.
  bool close_finished();

  // The list for outputs, made anew after a change.
  [[nodiscard]] std::shared_ptr<const LogChain> chain();

  // The directory (or all of its files that are ours) is gone, and so is every file that was in it.
  [[nodiscard]] bool done() const {
    return files_.empty() && (gone_ || !options_.base_name.empty());
  }

  [[nodiscard]] bool gone() const { return gone_; }

  [[nodiscard]] const std::string& path() const { return options_.path; }

  [[nodiscard]] std::string key() const { return key_of(options_); }

  [[nodiscard]] static std::string key_of(const ChainDirectoryOptions& options);

  // What failed since the last call.
  [[nodiscard]] ScanErrors take_errors() { return std::exchange(errors_, {}); }

  [[nodiscard]] Result<UniqueFd> open() const;

  // The watch's state, kept for LogDiscovery.
  std::optional<DirectoryWatcher::Watch> watch;
  bool polled = false;   // writes are seen by poll_sizes, the watch does not report them
  bool written = false;  // told by the watch, and closed files not looked at since
  SteadyTime last_write{};

 private:
  // What a listed name led to.
  enum class Look : std::uint8_t { kSame, kChanged, kVanished, kFailed, kWaits };

  struct Listing {
    bool changed = false;
    bool failed = false;     // something could not be looked at
    bool waits = false;      // something could not, for want of descriptors
    bool overtaken = false;  // names changed meanwhile: something may have been missed
    bool from_end = false;   // new files are read from their ends
  };

  [[nodiscard]] bool looks_unchanged(Depth depth) const;
  bool list(int directory, bool from_end);
  [[nodiscard]] Listing list_once(int directory, bool from_end, bool anew);
  [[nodiscard]] Result<std::vector<ListedName>> names_of(int directory,
                                                         bool anew,
                                                         struct stat& before);
  [[nodiscard]] Look look_at(int directory, const ListedName& listed, const Listing& listing);
  [[nodiscard]] Result<UniqueFd> open_listed(int directory, const ListedName& listed);
  [[nodiscard]] Look take(UniqueFd target,
                          const ListedName& listed,
                          bool from_end,
                          KnownFile* closed);
  [[nodiscard]] Look fail(const ListedName& listed, const Error& error);
  bool forget_absent();

  const std::shared_ptr<const ChainDirectoryOptions> found_as_;
  const ChainDirectoryOptions& options_;
  const std::shared_ptr<const HostPaths> host_;  // of its files, too
  OpenFiles& open_files_;
  DirectoryNames& names_;
  ContainerInfos containers_;
  std::vector<KnownFile> files_;
  std::shared_ptr<const LogChain> chain_;

  SeenDirectory listed_;
  bool gone_ = false;
  bool complete_ = false;  // the last listing
  bool overtaken_ = false;
  bool waits_ = false;  // a file, for a descriptor
  ScanErrors errors_;
};

}  // namespace supercargo
