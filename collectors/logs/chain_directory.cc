#include "collectors/logs/chain_directory.h"

#include <algorithm>
#include <atomic>
#include <cerrno>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "agent/base/log.h"
#include "agent/base/text.h"
#include "collectors/kubernetes/log_paths.h"

namespace supercargo {
namespace {

std::uint64_t next_container_key() {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

// A directory's time stamp is as coarse as the kernel's tick: a file made right after the listing
// may not change it.
constexpr std::int64_t kCoarseNs = 50'000'000;

std::int64_t nanoseconds(const struct timespec& time) {
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

std::optional<LogFileOrder> kubernetes_naming(std::string_view name) {
  const std::optional<LogFileName> parsed = parse_log_file_name(name);
  if (!parsed || parsed->kind == LogFileName::Kind::kGzip ||
      parsed->kind == LogFileName::Kind::kTemporary) {
    return std::nullopt;
  }
  return LogFileOrder{parsed->restart,
                      parsed->kind == LogFileName::Kind::kCurrent,
                      std::string(parsed->rotated_at)};
}

std::optional<LogFileOrder> docker_naming(std::string_view name) {
  constexpr std::string_view kSuffix = "-json.log";
  const std::size_t suffix = name.find(kSuffix);
  if (suffix == std::string_view::npos) {
    return std::nullopt;
  }
  name.remove_prefix(suffix + kSuffix.size());
  if (name.empty()) {
    return LogFileOrder{0, /*current=*/true, {}};
  }
  const std::optional<std::uint64_t> number = parse_u64(name.substr(1));
  if (name[0] != '.' || !number || *number > 999'999) {
    return std::nullopt;
  }
  return LogFileOrder{0, /*current=*/false, std::to_string(1'999'999 - *number)};
}

void ScanErrors::add(const std::string& path, const Error& error) {
  if (error.code != ErrorCode::kNotFound) {
    ++count;
    last = path + ": " + error.message;
  }
}

void ScanErrors::add(ScanErrors&& others) {
  if (others.count > 0) {
    count += others.count;
    last = std::move(others.last);
  }
}

ChainDirectory::ChainDirectory(ChainDirectoryOptions options, const HostPaths& host)
    : options_(std::move(options)), host_(host) {}

std::string ChainDirectory::key() const {
  return options_.single_file.empty() ? options_.path : options_.path + "/" + options_.single_file;
}

Result<UniqueFd> ChainDirectory::open() const {
  return host_.open_in_root(options_.path, O_RDONLY | O_DIRECTORY);
}

bool ChainDirectory::changed_since_listing(const struct stat& status) const {
  return status.st_ino != directory_inode_ ||
         nanoseconds(status.st_mtim) != nanoseconds(listed_mtime_) ||
         listed_at_ns_ - nanoseconds(listed_mtime_) < kCoarseNs;
}

bool ChainDirectory::scan(bool first_look_skips, bool force) {
  Result<UniqueFd> directory = open();

  struct stat status {};

  const bool gone = directory ? ::fstat(directory->get(), &status) == 0 && status.st_nlink == 0
                              : directory.error().code == ErrorCode::kNotFound;
  if (!directory && !gone) {
    errors_.add(options_.path, directory.error());  // not now: what is known stays
    return false;
  }
  gone_ = gone;
  if (gone_) {
    for (Known& known : files_) {
      known.present = false;
    }
    return forget_absent();
  }
  if (!force && !changed_since_listing(status)) {
    return false;
  }
  directory_inode_ = status.st_ino;
  listed_mtime_ = status.st_mtim;
  listed_at_ns_ = unix_nanoseconds_now();
  return list(directory->get(), first_look_skips);
}

bool ChainDirectory::list(int directory, bool from_end) {
  DIR* const stream = ::fdopendir(::fcntl(directory, F_DUPFD_CLOEXEC, 0));
  if (stream == nullptr) {
    errors_.add(options_.path, errno_error("list", errno));
    return false;
  }
  for (Known& known : files_) {
    known.present = false;
  }
  bool changed = false;
  while (const dirent* entry = ::readdir(stream)) {  // NOLINT(concurrency-mt-unsafe): own stream
    const std::string_view name = entry->d_name;
    std::optional<LogFileOrder> order;
    if (!options_.single_file.empty()) {
      order = name == options_.single_file ? std::optional(LogFileOrder{0, /*current=*/true, {}})
                                           : std::nullopt;
    } else {
      order = options_.naming(name);
    }
    if (order) {
      changed = look_at(directory, entry->d_name, std::move(*order), from_end) || changed;
    }
  }
  ::closedir(stream);
  order_absent();
  std::stable_sort(files_.begin(), files_.end(), [](const Known& a, const Known& b) {
    return a.order < b.order;
  });
  return forget_absent() || changed;
}

bool ChainDirectory::look_at(int directory, const char* name, LogFileOrder order, bool from_end) {
  struct stat status {};

  if (::fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return false;  // renamed or deleted since the listing: the next one tells
  }
  UniqueFd target;
  if (S_ISLNK(status.st_mode)) {  // dockershim: a link, maybe to an absolute path of the host
    Result<UniqueFd> fd = host_.open_in_root(options_.path + "/" + name, O_RDONLY | O_NONBLOCK);
    if (!fd || ::fstat(fd->get(), &status) != 0) {
      errors_.add(options_.path + "/" + name, fd ? errno_error("fstat", errno) : fd.error());
      return false;
    }
    target = std::move(*fd);
  }
  const auto known = std::find_if(files_.begin(), files_.end(), [&status](const Known& candidate) {
    return candidate.inode == status.st_ino && candidate.device == status.st_dev;
  });
  // Closed, and it has grown since, or its inode was given to another file.
  const bool reopen = known != files_.end() && !known->file &&
                      (known->closed_size != static_cast<std::uint64_t>(status.st_size) ||
                       known->closed_mtime_ns != nanoseconds(status.st_mtim));
  if (known != files_.end() && !reopen) {
    const bool reordered = known->order != order;
    known->present = true;
    known->order = std::move(order);
    return reordered;
  }
  if (!target) {
    Result<UniqueFd> fd = open_at(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!fd) {
      errors_.add(options_.path + "/" + name, fd.error());
      return false;
    }
    target = std::move(*fd);
  }
  auto file = open_log_file(
      std::move(target), options_.format, container_of(order.restart), from_end && !reopen);
  if (!file) {
    errors_.add(options_.path + "/" + name, file.error());
    return false;
  }
  if (reopen) {
    files_.erase(known);
  }
  const std::uint64_t device = (*file)->device();
  const std::uint64_t inode = (*file)->inode();
  files_.push_back({std::move(order), device, inode, std::move(*file)});
  return true;
}

// Shared by the files of a restart as long as one is open: a container that restarts for ever must
// not grow the map.
std::shared_ptr<const ContainerInfo> ChainDirectory::container_of(std::uint32_t restart) {
  std::shared_ptr<const ContainerInfo> container = containers_[restart].lock();
  if (!container) {
    auto made = std::make_shared<ContainerInfo>(options_.container);
    made->restart = restart;
    made->key = next_container_key();
    container = std::move(made);
    std::erase_if(containers_, [](const auto& entry) { return entry.second.expired(); });
    containers_[restart] = container;
  }
  return container;
}

// A current file that lost its name between two listings was rotated at least twice: it is younger
// than the rotated files that were known with it, and older than those that came since.
void ChainDirectory::order_absent() {
  for (Known& absent : files_) {
    if (absent.present || !absent.order.current) {
      continue;
    }
    absent.order.current = false;
    for (const Known& known : files_) {
      if (&known == &absent) {
        break;  // those after it in the list are younger
      }
      if (known.order.restart == absent.order.restart && !known.order.current) {
        absent.order.rotated = std::max(absent.order.rotated, known.order.rotated);
      }
    }
  }
}

// A file without a name stays listed until all outputs have read it: they may not even have seen it
// yet.
bool ChainDirectory::forget_absent() {
  return std::erase_if(files_, [this](Known& known) {
           if (known.present) {
             return false;
           }
           if (known.file) {
             (void)known.file->update_size();
           }
           return !known.file || known.file->finished_by() >= options_.outputs;
         }) > 0;
}

bool ChainDirectory::poll_sizes() {
  bool changed = false;
  for (const Known& known : files_) {
    changed = (known.file && known.file->update_size()) || changed;
  }
  return changed;
}

bool ChainDirectory::close_finished() {
  bool changed = forget_absent();
  for (Known& known : files_) {
    if (known.file && options_.outputs > 0 && known.file->finished_by() >= options_.outputs) {
      known.closed_size = known.file->finished_size();
      known.closed_mtime_ns = known.file->changed_ns();
      known.file.reset();
      changed = true;
    }
  }
  return changed;
}

std::shared_ptr<const LogChain> ChainDirectory::chain() {
  auto chain = std::make_shared<LogChain>();
  chain->key = key();
  for (const Known& known : files_) {
    if (known.file) {
      chain->files.push_back(known.file);
    } else {
      chain->closed_inodes.push_back(known.inode);
    }
  }
  chain_ = std::move(chain);
  return chain_;
}

std::size_t ChainDirectory::open_files() const {
  return static_cast<std::size_t>(std::count_if(
      files_.begin(), files_.end(), [](const Known& known) { return known.file != nullptr; }));
}

}  // namespace supercargo
