#include "collectors/logs/chain_directory.h"

#include <algorithm>
#include <cerrno>
#include <iterator>

#include <fcntl.h>
#include <unistd.h>

namespace supercargo {
namespace {

// A listing that was overtaken by a rename or a gzip is made again at once: else the file might
// seem gone under both of its names.
constexpr int kListTries = 4;

std::int64_t nanoseconds(const struct timespec& time) {
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

ChainDirectory::ChainDirectory(ChainDirectoryOptions options,
                               const HostPaths& host,
                               OpenFiles& open_files)
    : found_as_(std::make_shared<const ChainDirectoryOptions>(std::move(options))),
      options_(*found_as_),
      host_(std::make_shared<const HostPaths>(host)),
      open_files_(open_files),
      containers_(options_.container) {}

std::string ChainDirectory::key_of(const ChainDirectoryOptions& options) {
  return options.base_name.empty() ? options.path : options.path + "/" + options.base_name;
}

Result<UniqueFd> ChainDirectory::open() const {
  return host_->open_in_root(options_.path, O_RDONLY | O_DIRECTORY);
}

// What nearly every look finds, and the cheapest way to find it.
bool ChainDirectory::looks_unchanged(Depth depth) const {
  const bool entries_only =
      depth == Depth::kEntries ||
      (depth == Depth::kClosed &&
       std::none_of(files_.begin(), files_.end(), [](const auto& known) { return !known.file; }));
  return entries_only && complete_ && !gone_ && listed_.is_at(*host_, options_.path);
}

bool ChainDirectory::scan(bool first_look_skips, Depth depth) {
  if (looks_unchanged(depth)) {
    return false;
  }
  Result<UniqueFd> directory = open();

  struct stat status {};

  const bool gone = directory ? ::fstat(directory->get(), &status) == 0 && status.st_nlink == 0
                              : directory.error().code == ErrorCode::kNotFound;
  if (!directory && !gone) {
    errors_.add(options_.path, directory.error());  // not now: what is known stays
    return std::exchange(complete_, false);
  }
  gone_ = gone;
  if (gone_) {
    for (KnownFile& known : files_) {
      known.present = false;
    }
    complete_ = true;
    overtaken_ = false;
    return forget_absent();
  }
  const bool due = depth == Depth::kAll || !complete_ || !listed_.is(status) ||
                   (depth == Depth::kClosed && any_closed_changed(files_, directory->get()));
  return due && list(directory->get(), first_look_skips);
}

bool ChainDirectory::list(int directory, bool from_end) {
  Listing listing;
  bool changed = false;
  bool doubtful = true;
  for (int tries = 0; tries < kListTries && doubtful; ++tries) {
    listing = list_once(directory, from_end);
    changed = changed || listing.changed;
    doubtful = listing.overtaken || misses_linked_file(files_);
  }
  overtaken_ = listing.overtaken;
  const bool complete = !listing.overtaken && !listing.failed;
  changed = std::exchange(complete_, complete) != complete || changed;
  order_files(files_);
  return forget_absent() || changed;
}

ChainDirectory::Listing ChainDirectory::list_once(int directory, bool from_end) {
  struct stat before {};

  struct stat after {};

  const Result<std::vector<ListedName>> names = ::fstat(directory, &before) == 0
                                                    ? list_log_files(directory, options_.naming)
                                                    : errno_error("fstat", errno);
  Listing listing;
  if (!names) {
    errors_.add(options_.path, names.error());
    listing.failed = true;
    return listing;
  }
  listed_.remember(before);
  for (KnownFile& known : files_) {
    known.present = false;
  }
  for (const ListedName& listed : *names) {
    const Look look = look_at(directory, listed, from_end);
    listing.changed = listing.changed || look == Look::kChanged;
    listing.failed = listing.failed || look == Look::kFailed;
    listing.overtaken = listing.overtaken || look == Look::kVanished;
  }
  listing.overtaken = listing.overtaken || ::fstat(directory, &after) != 0 ||
                      nanoseconds(after.st_mtim) != nanoseconds(before.st_mtim);
  return listing;
}

ChainDirectory::Look ChainDirectory::look_at(int directory,
                                             const ListedName& listed,
                                             bool from_end) {
  const char* const name = listed.name.c_str();

  struct stat status {};

  if (::fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return errno == ENOENT ? Look::kVanished : fail(listed, errno_error("stat", errno));
  }
  UniqueFd target;
  if (S_ISLNK(status.st_mode)) {  // dockershim: a link, maybe to an absolute path of the host
    Result<UniqueFd> fd = host_->open_in_root(options_.path + "/" + name, O_RDONLY | O_NONBLOCK);
    if (!fd && fd.error().code == ErrorCode::kNotFound) {
      return Look::kSame;  // a link that leads nowhere
    }
    if (!fd || ::fstat(fd->get(), &status) != 0) {
      return fail(listed, fd ? errno_error("fstat", errno) : fd.error());
    }
    target = std::move(*fd);
  }
  KnownFile* const known = find_file(files_, status, listed);
  if (known != nullptr && !known->to_be_opened(listed.order, status)) {
    return known->see(listed) ? Look::kChanged : Look::kSame;
  }
  if (listed.maybe_half) {
    return Look::kSame;
  }
  open_files_.make_room();
  if (!target) {
    Result<UniqueFd> fd = open_at(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!fd) {
      return fd.error().code == ErrorCode::kNotFound ? Look::kVanished : fail(listed, fd.error());
    }
    target = std::move(*fd);
  }
  return take(std::move(target), listed, from_end, known);
}

// Opens the file: a new one, or one that was closed.
ChainDirectory::Look ChainDirectory::take(UniqueFd target,
                                          const ListedName& listed,
                                          bool from_end,
                                          KnownFile* closed) {
  if (closed != nullptr) {
    closed->present = true;
  }
  auto file = open_log_file(std::move(target),
                            options_.format,
                            containers_.of(listed.order.restart),
                            from_end && closed == nullptr,
                            listed.order.compressed ? LogEncoding::kGzip : LogEncoding::kPlain,
                            {host_, options_.path, listed.name});
  if (!file) {
    return fail(listed, file.error());
  }
  const std::chrono::nanoseconds age(unix_nanoseconds_now() - (*file)->modified_ns());
  (*file)->set_too_old(options_.max_age.count() > 0 && age > options_.max_age);
  (*file)->set_current(listed.order.current);
  (*file)->set_only_continues(listed.order.only_continues);
  open_files_.add(*file);
  if (closed != nullptr) {
    // Its place among the known ones tells nothing: the inode may have been given to a new file.
    files_.erase(files_.begin() + (closed - files_.data()));
  }
  files_.push_back(
      {listed.name, listed.order, (*file)->device(), (*file)->inode(), std::move(*file)});
  return Look::kChanged;
}

// What had the name at the last listing stays known.
ChainDirectory::Look ChainDirectory::fail(const ListedName& listed, const Error& error) {
  errors_.add(options_.path + "/" + listed.name, error);
  for (KnownFile& known : files_) {
    known.present = known.present || known.name == listed.name;
  }
  return Look::kFailed;
}

// A file without a name stays listed until all outputs have read it: they may not even have seen it
// yet.
bool ChainDirectory::forget_absent() {
  if (overtaken_) {
    return false;  // the next listing tells
  }
  bool changed = false;
  for (auto known = files_.begin(); known != files_.end();) {
    if (known->present) {
      ++known;
      continue;
    }
    changed = known->lose_name() || changed;
    const bool done = !known->file || known->file->finished_by() >= options_.outputs;
    changed = changed || done;
    known = done ? files_.erase(known) : std::next(known);
  }
  return changed;
}

void ChainDirectory::inherit(const LogChain& chain) {
  std::vector<KnownFile> inherited;
  for (const std::shared_ptr<LogFile>& file : chain.files) {
    const bool found = std::any_of(files_.begin(), files_.end(), [&file](const KnownFile& known) {
      return known.inode == file->inode() && known.device == file->device();
    });
    (void)file->update_size();
    const bool unwanted = complete_ && file->linked();  // moved away, or not asked for any more
    std::shared_ptr<LogFile> ours = found || unwanted ? nullptr : file->again({host_, path(), ""});
    if (ours) {
      LogFileOrder order;
      order.restart = file->container()->restart;
      open_files_.add(ours);
      inherited.push_back({"", order, file->device(), file->inode(), std::move(ours)});
      inherited.back().present = false;
    }
  }
  files_.insert(files_.begin(),
                std::make_move_iterator(inherited.begin()),
                std::make_move_iterator(inherited.end()));
  order_files(files_);
}

bool ChainDirectory::poll_sizes() {
  bool changed = false;
  for (const KnownFile& known : files_) {
    changed = (known.file && known.file->update_size()) || changed;
  }
  return changed;
}

bool ChainDirectory::close_finished() {
  bool changed = forget_absent();
  for (KnownFile& known : files_) {
    if (known.file && options_.outputs > 0 && known.file->finished_by() >= options_.outputs) {
      known.closed_size =
          known.file->compressed() ? known.file->disk_size() : known.file->finished_size();
      (void)known.file->update_size();
      known.closed_mtime_ns = known.file->modified_ns();
      known.file.reset();
      changed = true;
    }
  }
  return changed;
}

std::shared_ptr<const LogChain> ChainDirectory::chain() {
  auto chain = std::make_shared<LogChain>();
  chain->key = key();
  chain->found_as = found_as_;
  chain->complete = complete_;
  for (const KnownFile& known : files_) {
    if (known.file) {
      chain->files.push_back(known.file);
    } else {
      chain->closed_inodes.push_back(known.inode);
    }
  }
  chain_ = std::move(chain);
  return chain_;
}

}  // namespace supercargo
