#include "collectors/logs/journaled_files.h"

#include <algorithm>
#include <utility>

namespace supercargo {
namespace {

// How long after a file a copy of it may be listed for the first time.
constexpr Milliseconds kCopyMayCome{5'000};

bool lists(const LogChain& chain, std::uint64_t inode) {
  return std::find(chain.closed_inodes.begin(), chain.closed_inodes.end(), inode) !=
             chain.closed_inodes.end() ||
         std::any_of(chain.files.begin(), chain.files.end(), [inode](const auto& file) {
           return file->inode() == inode;
         });
}

}  // namespace

std::optional<JournaledFiles::Found> JournaledFiles::by_inode(const LogBytes& content) {
  std::optional<FileNumber> closed_here;
  const auto [first_closed, end] = closed_.equal_range(content.file().inode());
  const auto closed = std::find_if(first_closed, end, [&content](const auto& known) {
    return known.second.birth_ns == content.file().birth_ns();
  });
  if (closed != end) {
    const FileNumber number = closed->second.number;
    closed_here = number;
    journal_.release(number);  // it grew after it was closed, and a copy that was closed with it
    std::erase_if(closed_, [number](const auto& known) { return known.second.number == number; });
  }
  std::optional<Found> found;
  for (const FileNumber number : journal_.unclaimed(chain_)) {
    const InodeFit fit = fit_of_inode(journal_.entries().at(number), content);
    // What a file held before it was truncated may still have an entry, beside the one of now.
    const bool first = fit != InodeFit::kOther && !found;
    const bool better = fit == InodeFit::kSame && found && found->fit != InodeFit::kSame;
    if (first || better) {
      found = Found{number, fit, number == closed_here};
    }
  }
  return found;
}

std::optional<JournaledFiles::FileNumber> JournaledFiles::by_content(const LogBytes& content) {
  for (const FileNumber number : journal_.unclaimed(chain_)) {
    if (has_content_of(journal_.entries().at(number), content)) {
      if (truncated_ == number) {
        truncated_.reset();  // this is the copy
      }
      return number;
    }
  }
  return std::nullopt;
}

bool JournaledFiles::is_closed(const LogBytes& content) {
  const auto closed = std::find_if(closed_.begin(), closed_.end(), [&](const auto& known) {
    const journal::Entry& entry = journal_.entries().at(known.second.number);
    return entry.settled[0] == content.file().size() && has_content_of(entry, content);
  });
  if (closed == closed_.end()) {
    return false;
  }
  close(content.file(), closed->second.number);
  return true;
}

void JournaledFiles::close(const LogFile& file, FileNumber number) {
  closed_.emplace(file.inode(), Closed{number, file.birth_ns()});
}

std::size_t JournaledFiles::forget_all() {
  for (const auto& [inode, closed] : std::exchange(closed_, {})) {
    journal_.forget(closed.number);
  }
  return forget_unclaimed();
}

void JournaledFiles::release() {
  for (const auto& [inode, closed] : closed_) {
    journal_.release(closed.number);
  }
  closed_.clear();
}

void JournaledFiles::expect_copy(FileNumber number) {
  if (truncated_ && truncated_ != number && !has_closed(*truncated_)) {
    journal_.forget(*truncated_);
  }
  truncated_.reset();
  if (journal_.entries().at(number).identity.head_bytes == 0) {
    journal_.forget(number);  // nothing was read of it: any file would look like its copy
    return;
  }
  journal_.set_finished(number, true);
  journal_.release(number);
  truncated_ = number;
}

bool JournaledFiles::has_closed(FileNumber number) const {
  return std::any_of(closed_.begin(), closed_.end(), [number](const auto& closed) {
    return closed.second.number == number;
  });
}

std::size_t JournaledFiles::forget_missing(const LogChain& chain, SteadyTime now) {
  forget_closed(chain, now);
  return forget_unclaimed();
}

std::size_t JournaledFiles::forget_unclaimed() {
  std::size_t unread = 0;
  for (const FileNumber number : journal_.unclaimed(chain_)) {
    const journal::Entry& entry = journal_.entries().at(number);
    if (number == truncated_) {
      continue;
    }
    unread += entry.finished ? 0 : 1;
    journal_.forget(number);
  }
  return unread;
}

void JournaledFiles::forget_closed(const LogChain& chain, SteadyTime now) {
  for (auto closed = closed_.begin(); closed != closed_.end();) {
    const std::uint64_t inode = closed->first;
    Closed& known = closed->second;
    // Once it is missing, its inode may be given again: that it is listed then says nothing.
    if (!known.missing_since && !lists(chain, inode)) {
      known.missing_since = now;
    }
    if (!known.missing_since || now - *known.missing_since < kCopyMayCome) {
      ++closed;
      continue;
    }
    const FileNumber number = known.number;
    closed = closed_.erase(closed);
    if (!has_closed(number)) {
      journal_.forget(number);
    }
  }
}

}  // namespace supercargo
