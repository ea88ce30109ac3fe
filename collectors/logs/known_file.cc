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

// Right behind it and before all that a later time stamp or number names: "~" is greater than what
// either is made of.
std::string behind(const std::string& rotated) {
  return rotated + (rotated.empty() ? "!" : "~");
}

// A current file that lost its name between two listings was rotated at least twice: it is younger
// than the rotated files that were known with it, and older than those that came since: right
// behind the youngest of the former, or before all that names tell of.
void order_after_older(KnownFile& absent, std::span<const KnownFile> older) {
  absent.order.current = false;
  for (const KnownFile& known : older) {
    if (known.order.restart == absent.order.restart && !known.order.current) {
      absent.order.rotated = std::max(absent.order.rotated, behind(known.order.rotated));
    }
  }
}

}  // namespace

bool KnownFile::see(const ListedName& listed) {
  const bool moved = order != listed.order;
  present = true;
  name = listed.name;
  order = listed.order;
  if (file) {
    file->descriptor().moved_to(name);
    file->set_current(order.current);
    if (!order.only_continues) {
      file->set_only_continues(false);
    }
  }
  return moved;
}

bool KnownFile::lose_name(bool listing_is_whole) {
  if (!file) {
    return false;
  }
  file->set_current(false);
  (void)file->update_size();
  if (!listing_is_whole || !file->descriptor().parked() || file->gone()) {
    return false;
  }
  file->set_gone();
  return true;
}

void KnownFile::close() {
  closed_size = file->compressed() ? file->disk_size() : file->finished_size();
  closed_mtime_ns = file->modified_ns();
  file.reset();
}

bool KnownFile::to_be_opened(const LogFileOrder& listed, const SeenFile& seen) const {
  const bool asked_for = order.only_continues && !listed.only_continues;
  return !file && (asked_for || changed_since_closed(seen));
}

bool KnownFile::changed_since_closed(const SeenFile& seen) const {
  return inode != seen.inode || birth_ns != seen.birth_ns || closed_size != seen.size ||
         closed_mtime_ns != seen.mtime_ns;
}

KnownFile* find_file(std::vector<KnownFile>& files, const SeenFile& seen) {
  const auto known = std::find_if(files.begin(), files.end(), [&seen](const KnownFile& candidate) {
    return candidate.inode == seen.inode && candidate.device == seen.device &&
           candidate.birth_ns == seen.birth_ns && !(candidate.file && candidate.file->gone());
  });
  return known == files.end() ? nullptr : &*known;
}

bool misses_linked_file(const std::vector<KnownFile>& files) {
  return std::any_of(files.begin(), files.end(), [](const KnownFile& known) {
    if (known.present || !known.file) {
      return false;
    }
    (void)known.file->update_size();
    return known.file->linked();
  });
}

bool any_linked(const std::vector<KnownFile>& files) {
  return std::any_of(files.begin(), files.end(), [](const KnownFile& known) {
    if (!known.file || known.file->descriptor().parked()) {
      return false;
    }
    (void)known.file->update_size();
    return known.file->linked();
  });
}

bool any_closed_changed(const std::vector<KnownFile>& files, int directory) {
  return std::any_of(files.begin(), files.end(), [directory](const KnownFile& known) {
    if (known.file || !known.present) {
      return false;
    }
    const Result<SeenFile> seen = SeenFile::at(directory, known.name.c_str());
    return !seen || (seen->regular && known.changed_since_closed(*seen));
  });
}

LogFileOrder order_behind(const KnownFile* older, std::uint32_t restart) {
  LogFileOrder order;
  order.restart = restart;
  if (older != nullptr && older->order.restart == restart) {
    order.current = older->order.current;
    order.numbered = older->order.numbered;
    order.rotated = older->order.current ? "" : behind(older->order.rotated);
  }
  return order;
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
