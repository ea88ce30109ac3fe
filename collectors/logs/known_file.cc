#include "collectors/logs/known_file.h"

#include <algorithm>
#include <iterator>
#include <span>

namespace supercargo {
namespace {

// Its number is that of an earlier listing, and says nothing among those of this one.
void order_before_younger(KnownFile& absent, std::span<const KnownFile> younger) {
  for (const KnownFile& known : younger) {
    if (known.present && known.order < absent.order) {
      absent.order = known.order;
      absent.order.compressed = false;
    }
  }
}

// A current file that lost its name between two listings was rotated at least twice: it is younger
// than the rotated files that were known with it, and older than those that came since.
void order_after_older(KnownFile& absent, std::span<const KnownFile> older) {
  absent.order.current = false;
  for (const KnownFile& known : older) {
    if (known.order.restart == absent.order.restart && !known.order.current) {
      absent.order.rotated = std::max(absent.order.rotated, known.order.rotated + "~");
    }
  }
}

}  // namespace

void KnownFile::close() {
  closed_size = file->compressed() ? file->disk_size() : file->finished_size();
  closed_mtime_ns = file->modified_ns();
  file.reset();
}

bool KnownFile::to_be_opened(const LogFileOrder& listed, const struct stat& status) const {
  const bool asked_for = order.only_continues && !listed.only_continues;
  return !file && (asked_for || changed_since_closed(status));
}

bool KnownFile::changed_since_closed(const struct stat& status) const {
  return inode != status.st_ino || closed_size != static_cast<std::uint64_t>(status.st_size) ||
         closed_mtime_ns != status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
}

void order_files(std::vector<KnownFile>& files) {
  const bool any_numbered = std::any_of(
      files.begin(), files.end(), [](const KnownFile& file) { return file.order.numbered; });
  for (auto absent = files.begin(); absent != files.end(); ++absent) {
    if (absent->present) {
      continue;
    }
    if (absent->order.current ? any_numbered : absent->order.numbered) {
      order_before_younger(*absent, {std::next(absent), files.end()});
    } else if (absent->order.current) {
      order_after_older(*absent, {files.begin(), absent});
    }
  }
  std::stable_sort(files.begin(), files.end(), [](const KnownFile& a, const KnownFile& b) {
    return a.order < b.order;
  });
}

}  // namespace supercargo
