// One listing of a chain's directory: which names lead to files that are known, and which files are
// opened.
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include "collectors/logs/chain_directory.h"

namespace supercargo {
namespace {

std::int64_t nanoseconds(const struct timespec& time) {
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

// Names of one chain of several come from a reading that all of them share. `before`: what the
// directory was then.
Result<std::vector<ListedName>> ChainDirectory::names_of(int directory,
                                                         bool anew,
                                                         struct stat& before) {
  if (!options_.base_name.empty()) {
    const auto reading = names_.read(directory, options_.base_name, anew);
    if (!reading) {
      return reading.error();
    }
    before = (*reading)->status;
    listed_.remember(before, (*reading)->looked_ns);
    return order_log_files((*reading)->of(options_.base_name), options_.naming);
  }
  if (::fstat(directory, &before) != 0) {
    return errno_error("fstat", errno);
  }
  listed_.remember(before, unix_nanoseconds_now());
  return list_log_files(directory, options_.naming);
}

ChainDirectory::Listing ChainDirectory::list_once(int directory, bool from_end, bool anew) {
  struct stat before {};

  struct stat after {};

  const Result<std::vector<ListedName>> names = names_of(directory, anew, before);
  Listing listing;
  listing.from_end = from_end;
  if (!names) {
    errors_.add(options_.path, names.error());
    listed_.forget();
    listing.failed = true;
    return listing;
  }
  for (KnownFile& known : files_) {
    known.present = false;
  }
  for (const ListedName& listed : *names) {
    const Look look = look_at(directory, listed, listing);
    listing.changed = listing.changed || look == Look::kChanged;
    listing.failed = listing.failed || look == Look::kFailed;
    listing.waits = listing.waits || look == Look::kWaits;
    listing.overtaken = listing.overtaken || look == Look::kVanished;
  }
  listing.overtaken = listing.overtaken || ::fstat(directory, &after) != 0 ||
                      nanoseconds(after.st_mtim) != nanoseconds(before.st_mtim);
  return listing;
}

ChainDirectory::Look ChainDirectory::look_at(int directory,
                                             const ListedName& listed,
                                             const Listing& listing) {
  Result<SeenFile> seen = SeenFile::at(directory, listed.name.c_str());
  if (!seen) {
    return seen.error().code == ErrorCode::kNotFound ? Look::kVanished : fail(listed, seen.error());
  }
  UniqueFd target;
  if (seen->link) {
    Result<UniqueFd> fd = open_listed(AT_FDCWD, listed);
    if (!fd && fd.error().code == ErrorCode::kNotFound) {
      return Look::kSame;  // a link that leads nowhere
    }
    seen = fd ? SeenFile::of(fd->get()) : fd.error();
    if (!seen) {
      return fail(listed, seen.error());
    }
    target = std::move(*fd);
  }
  KnownFile* const known = find_file(files_, *seen);
  if (known != nullptr && !known->to_be_opened(listed.order, *seen)) {
    return known->see(listed) ? Look::kChanged : Look::kSame;
  }
  if (listed.maybe_half) {
    return Look::kSame;
  }
  if (known != nullptr) {
    known->present = true;
  }
  if (listing.waits) {
    return Look::kWaits;  // an older one does: lines keep their order
  }
  open_files_.make_room();
  if (!target) {
    Result<UniqueFd> fd = open_listed(directory, listed);
    if (!fd) {
      return fd.error().code == ErrorCode::kNotFound ? Look::kVanished : fail(listed, fd.error());
    }
    target = std::move(*fd);
  }
  return take(std::move(target), listed, listing.from_end, known);
}

// A link (of dockershim) may lead to an absolute path of the host: it is opened by its whole path.
Result<UniqueFd> ChainDirectory::open_listed(int directory, const ListedName& listed) {
  return directory == AT_FDCWD
             ? host_->open_in_root(options_.path + "/" + listed.name, O_RDONLY | O_NONBLOCK)
             : open_at(directory, listed.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
}

// Opens the file: a new one, or one that was closed.
ChainDirectory::Look ChainDirectory::take(UniqueFd target,
                                          const ListedName& listed,
                                          bool from_end,
                                          KnownFile* closed) {
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
  files_.push_back({listed.name,
                    listed.order,
                    (*file)->device(),
                    (*file)->inode(),
                    (*file)->birth_ns(),
                    std::move(*file)});
  return Look::kChanged;
}

// What had the name at the last listing stays known.
ChainDirectory::Look ChainDirectory::fail(const ListedName& listed, const Error& error) {
  errors_.add(options_.path + "/" + listed.name, error);
  for (KnownFile& known : files_) {
    known.present = known.present || known.name == listed.name;
  }
  return error.code == ErrorCode::kUnavailable ? Look::kWaits : Look::kFailed;
}

}  // namespace supercargo
