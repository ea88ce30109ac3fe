#include "collectors/logs/chain_directory.h"

#include <algorithm>
#include <iterator>

#include <fcntl.h>
#include <sys/stat.h>

namespace supercargo {
namespace {

// A listing that was overtaken by a rename or a gzip is made again at once: else the file might
// seem gone under both of its names.
constexpr int kListTries = 4;

}  // namespace

ChainDirectory::ChainDirectory(ChainDirectoryOptions options,
                               const HostPaths& host,
                               OpenFiles& open_files,
                               DirectoryNames& names)
    : found_as_(std::make_shared<const ChainDirectoryOptions>(std::move(options))),
      options_(*found_as_),
      host_(std::make_shared<const HostPaths>(host)),
      open_files_(open_files),
      names_(names),
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
  if (!directory && directory.error().code == ErrorCode::kUnavailable && open_files_.free_spare()) {
    directory = open();
  }

  struct stat status {};

  const bool gone = directory ? ::fstat(directory->get(), &status) == 0 && status.st_nlink == 0
                              : directory.error().code == ErrorCode::kNotFound;
  if (!directory && !gone) {
    errors_.add(options_.path, directory.error());  // not now: what is known stays
    return std::exchange(complete_, false);
  }
  gone_ = gone;
  if (gone_ && any_linked(files_)) {
    return std::exchange(complete_, false);  // moved away with its files: they may come back
  }
  if (gone_) {
    for (KnownFile& known : files_) {
      known.present = false;
    }
    complete_ = true;
    overtaken_ = false;
    waits_ = false;
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
    listing = list_once(directory, from_end, /*anew=*/tries > 0);
    changed = changed || listing.changed;
    doubtful = listing.overtaken || misses_linked_file(files_) ||
               (listing.waits && open_files_.free_spare());
  }
  overtaken_ = listing.overtaken;
  waits_ = listing.waits;
  const bool complete = !listing.overtaken && !listing.failed && !listing.waits;
  changed = std::exchange(complete_, complete) != complete || changed;
  order_files(files_);
  return forget_absent() || changed;
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
    changed = known->lose_name(/*listing_is_whole=*/!waits_) || changed;
    const bool done = !known->file || known->file->finished_by() >= options_.outputs;
    changed = changed || done;
    known = done ? files_.erase(known) : std::next(known);
  }
  return changed;
}

void ChainDirectory::inherit(const LogChain& chain) {
  auto place = files_.begin();  // behind what was older and is found again, or was inherited
  for (const std::shared_ptr<LogFile>& file : chain.files) {
    const auto found = std::find_if(files_.begin(), files_.end(), [&file](const KnownFile& known) {
      return known.inode == file->inode() && known.device == file->device() &&
             known.birth_ns == file->birth_ns();
    });
    if (found != files_.end()) {
      place = std::next(found);
      continue;
    }
    (void)file->update_size();
    const bool unwanted = complete_ && file->linked();  // moved away, or not asked for any more
    std::shared_ptr<LogFile> ours = unwanted ? nullptr : file->again({host_, path(), ""});
    if (ours) {
      const KnownFile* const older = place == files_.begin() ? nullptr : &*std::prev(place);
      const LogFileOrder order = order_behind(older, file->container()->restart);
      open_files_.add(ours);
      KnownFile known{"", order, file->device(), file->inode(), file->birth_ns(), std::move(ours)};
      known.present = false;
      place = std::next(files_.insert(place, std::move(known)));
    }
  }
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
  chain->found_by = options_.found_by;
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
