// What becomes of the files that discovery lists: ones that are read already, ones that are known
// from before (chain_files_known.cc), and new ones.
#include <algorithm>
#include <utility>

#include "agent/base/log.h"
#include "collectors/logs/chain_files.h"
#include "collectors/logs/cursor_account.h"

namespace supercargo {
namespace {

bool hold_all(const std::vector<std::shared_ptr<LogFile>>& files,
              std::vector<std::shared_ptr<const UniqueFd>>& held) {
  return std::all_of(files.begin(), files.end(), [&held](const auto& file) {
    return held.emplace_back(file->hold()) != nullptr;
  });
}

}  // namespace

// Inodes tell most files; content tells the others: first all that can be told by their inodes.
void ChainFiles::update(const LogChain& chain, std::int64_t old_before_ns, SteadyTime now) {
  listed_ = true;
  const FileCursor* const newest = cursors_.empty() ? nullptr : &cursors_.back();
  const bool deleted_newest = newest != nullptr && !newest->file->linked();
  std::vector<std::shared_ptr<LogFile>> unknown = take_known(chain);
  std::erase_if(unknown, [this](const auto& file) { return is_gone_unread(file); });
  std::vector<std::shared_ptr<const UniqueFd>> held;
  unknown_waits_ = !hold_all(unknown, held);
  if (unknown_waits_) {
    return;  // the list comes again when they can be opened
  }
  std::erase_if(unknown, [&](const auto& file) { return find_by_inode(chain, file, now); });
  std::erase_if(unknown, [&](const auto& file) { return find_by_content(chain, file, now); });
  const bool unseen = deleted_newest && !unknown.empty() && note_unseen(*newest);
  for (const std::shared_ptr<LogFile>& file : unknown) {
    if (find_by_content(chain, file, now)) {
      continue;  // of one that is new itself: both were seen at once
    }
    const Position position = position_of(chain, *file);
    if (file->only_continues() && position == cursors_.begin()) {
      file->mark_finished(file->size());  // older than all that is read: nobody asked for it
      set_aside(file);
      continue;
    }
    FileCursor& cursor = insert(position, file, now);
    cursor.after_gap = unseen && file == unknown.front();
    // A journal that was lost cannot tell which files are new.
    start_new(cursor,
              journal_.lost_its_state() ? 0 : count_unwanted(cursor, account_, old_before_ns));
  }
  for (const std::shared_ptr<LogFile>& file : chain.files) {
    const SetAside* const aside = find_set_aside(*file);
    const Position next =
        aside != nullptr && aside->lost ? position_of(chain, *file) : cursors_.end();
    if (next != cursors_.end() && next->read_from() == 0) {
      next->after_gap = true;
    }
  }
  remove_finished();
  forget_missing(chain, now);
}

// Deleted before this output came to look into it: above the bound on open files.
bool ChainFiles::is_gone_unread(const std::shared_ptr<LogFile>& file) {
  if (!file->gone()) {
    return false;
  }
  account_.gap("deleted_unopened");  // it may have grown since the last look
  if (const std::uint64_t bytes = file->size(); bytes > 0) {
    account_.write(bytes);
    account_.lose("deleted_unopened", {bytes, 0});
  }
  file->mark_finished(file->size());
  set_aside(file, /*lost=*/true);
  return true;
}

// The newest file that was known is deleted, and younger ones are there: between them there may
// have been others, made and deleted between two looks. Plain files are replaced so without any
// between.
bool ChainFiles::note_unseen(const FileCursor& newest) {
  if (newest.file->format() == LogFormat::kPlain || newest.copy) {
    return false;
  }
  account_.gap("deleted_unseen");
  return true;
}

// Marks what is listed; gives the files that are not known yet, oldest first.
std::vector<std::shared_ptr<LogFile>> ChainFiles::take_known(const LogChain& chain) {
  for (FileCursor& cursor : cursors_) {
    cursor.listed = false;
  }
  std::vector<std::shared_ptr<LogFile>> unknown;
  std::vector<SetAside> set_aside;
  for (const std::shared_ptr<LogFile>& file : chain.files) {
    if (const SetAside* const aside = find_set_aside(*file)) {
      set_aside.push_back(*aside);
    } else if (const Position known = find(*file); known == cursors_.end()) {
      unknown.push_back(file);
    } else {
      known->listed = true;
      if (known->file != file) {  // closed and opened again between two lists: it has grown
        known->file = file;
        known->finished = false;
      }
    }
  }
  set_aside_ = std::move(set_aside);
  return unknown;
}

const ChainFiles::SetAside* ChainFiles::find_set_aside(const LogFile& file) const {
  const auto known = std::find_if(set_aside_.begin(), set_aside_.end(), [&file](const auto& aside) {
    return aside.file->serial() == file.serial();
  });
  return known == set_aside_.end() ? nullptr : &*known;
}

// While the file is there its inode cannot be another one's.
ChainFiles::Position ChainFiles::find(const LogFile& file) {
  return std::find_if(cursors_.begin(), cursors_.end(), [&file](const FileCursor& known) {
    const bool same_inode = known.file->inode() == file.inode() &&
                            known.file->device() == file.device() &&
                            known.file->birth_ns() == file.birth_ns();
    return known.file->serial() == file.serial() ||
           (same_inode && !known.file->gone() && !file.gone());
  });
}

// Before the next younger file that is known.
ChainFiles::Position ChainFiles::position_of(const LogChain& chain, const LogFile& file) {
  auto listed = std::find_if(chain.files.begin(), chain.files.end(), [&file](const auto& known) {
    return known->serial() == file.serial();
  });
  for (; listed != chain.files.end(); ++listed) {
    if (const Position younger = find(**listed); younger != cursors_.end()) {
      return younger;
    }
  }
  return cursors_.end();
}

FileCursor& ChainFiles::insert(Position before,
                               const std::shared_ptr<LogFile>& file,
                               SteadyTime now) {
  FileCursor& cursor = *cursors_.emplace(before);
  cursor.file = file;
  cursor.inflaters = &inflaters_;
  cursor.unchanged_since = now;
  cursor.last_size = file->size();
  cursor.modified_ns = file->modified_ns();
  return cursor;
}

// Not read, or not yet: nothing of it would be missed.
void ChainFiles::set_aside(const std::shared_ptr<LogFile>& file, bool lost) {
  file->marks().settled(&journal_, file->size());
  set_aside_.push_back({file, lost});
}

void ChainFiles::take_back(const LogFile& file) {
  std::erase_if(set_aside_,
                [&file](const SetAside& known) { return known.file->serial() == file.serial(); });
}

void ChainFiles::unlist() {
  listed_ = false;
  unknown_waits_ = false;
  for (FileCursor& cursor : cursors_) {
    cursor.listed = false;
  }
  set_aside_.clear();
  const bool moved_away = std::any_of(
      cursors_.begin(), cursors_.end(), [](const auto& cursor) { return cursor.file->linked(); });
  remove_finished();
  if (moved_away) {
    journaled_.release();
  } else {
    count_unseen(journaled_.forget_all());
  }
}

void ChainFiles::forget_missing(const LogChain& chain, SteadyTime now) {
  if (chain.complete) {
    count_unseen(journaled_.forget_missing(chain, now));
  }
}

void ChainFiles::count_unseen(std::size_t unread) {
  for (; unread > 0; --unread) {
    log_warn("A log file was deleted while no agent was there: what was not read of it is lost.",
             {{"chain", key_}});
    account_.gap("deleted_while_down");
  }
}

}  // namespace supercargo
