#include "collectors/logs/open_files.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace supercargo {
std::vector<std::shared_ptr<LogFile>> OpenFiles::files() {
  std::vector<std::shared_ptr<LogFile>> held;
  held.reserve(files_.size());
  std::erase_if(files_, [&held](const std::weak_ptr<LogFile>& known) {
    std::shared_ptr<LogFile> file = known.lock();
    if (!file) {
      return true;
    }
    held.push_back(std::move(file));
    return false;
  });
  return held;
}

std::size_t OpenFiles::open() {
  const auto held = files();
  return static_cast<std::size_t>(std::count_if(
      held.begin(), held.end(), [](const auto& file) { return !file->descriptor().parked(); }));
}

std::size_t OpenFiles::parked() {
  const auto held = files();
  return static_cast<std::size_t>(std::count_if(
      held.begin(), held.end(), [](const auto& file) { return file->descriptor().parked(); }));
}

bool OpenFiles::unread(const LogFile& file) const {
  return file.marks().settled_by(outputs_) < file.size();
}

std::vector<std::shared_ptr<LogFile>> OpenFiles::ranked(bool parked) {
  std::vector<std::shared_ptr<LogFile>> candidates = files();
  std::erase_if(candidates, [parked](const auto& file) {
    return !file->linked() || file->descriptor().parked() != parked;
  });
  // Of those with something to be read a rotated one is the next to be deleted, the oldest first;
  // of the others, only a current one will have something again.
  const auto rank = [this](const LogFile& file) {
    const bool wanted = unread(file);
    const bool rotated = !file.current();
    return std::tuple(
        wanted, rotated == wanted, wanted && rotated ? -file.modified_ns() : file.modified_ns());
  };
  std::sort(candidates.begin(), candidates.end(), [&rank](const auto& a, const auto& b) {
    return rank(*a) < rank(*b);
  });
  return candidates;
}

void OpenFiles::park(std::size_t wanted, bool unread_too) {
  std::size_t parked = 0;
  for (const std::shared_ptr<LogFile>& file : ranked(/*parked=*/false)) {
    if (parked == wanted || (!unread_too && unread(*file))) {
      break;
    }
    parked += file->descriptor().park() ? 1U : 0U;
  }
}

void OpenFiles::make_room() {
  if (files_.size() < bound_) {
    return;  // the usual case
  }
  if (const std::size_t now = open(); now >= bound_) {
    park(now - std::min(now, goal()), /*unread_too=*/now >= most_ || shortage_lasts());
  }
}

void OpenFiles::add(const std::shared_ptr<LogFile>& file) {
  files_.push_back(file);
}

bool OpenFiles::free_spare() {
  if (!spare_.give_up()) {
    return false;
  }
  freed_spare_ = true;
  return true;
}

void OpenFiles::out_of_descriptors() {
  constexpr std::uint32_t kMostPatience = 64;
  if (free_spare() || freed_spare_) {
    freed_spare_ = false;  // that may do
    return;
  }
  if (std::exchange(tried_more_, false)) {
    patience_ = std::min(2 * patience_, kMostPatience);
  }
  good_looks_ = 0;
  ++short_looks_;
  const std::size_t now = open();
  bound_ = std::max<std::size_t>(std::min(bound_, now - now / 8), 1);
  park(now - std::min(now, goal()), /*unread_too=*/shortage_lasts());
}

void OpenFiles::had_descriptors() {
  freed_spare_ = false;
  short_looks_ = 0;
  if (!spare_.take()) {
    return;
  }
  if (bound_ == most_) {
    patience_ = 1;
    tried_more_ = false;
  } else if (++good_looks_ >= patience_) {
    good_looks_ = 0;
    tried_more_ = true;
    bound_ = std::min(most_, 2 * bound_);
  }
}

void OpenFiles::balance() {
  open_unread();
  std::size_t room = goal() - std::min(open(), goal());
  const std::vector<std::shared_ptr<LogFile>> parked = ranked(/*parked=*/true);
  for (auto file = parked.rbegin(); file != parked.rend() && room > 0; ++file) {
    room -= (*file)->current() && (*file)->descriptor().unpark() ? 1U : 0U;
  }
}

void OpenFiles::open_unread() {
  std::vector<std::shared_ptr<LogFile>> wanted = ranked(/*parked=*/true);
  std::erase_if(wanted, [this](const auto& file) { return !unread(*file); });
  if (wanted.empty()) {
    return;
  }
  std::size_t room = bound_ - std::min(open(), bound_);
  if (room < wanted.size()) {
    park(wanted.size() - room, /*unread_too=*/false);
    room = bound_ - std::min(open(), bound_);
  }
  for (auto file = wanted.rbegin(); file != wanted.rend() && room > 0; ++file) {
    room -= (*file)->descriptor().unpark() ? 1U : 0U;
  }
}

bool OpenFiles::found_missing() {
  bool found = false;
  for (const std::shared_ptr<LogFile>& file : files()) {
    found = (file->descriptor().missing() && file->hold()) || found;
  }
  return found;
}

}  // namespace supercargo
