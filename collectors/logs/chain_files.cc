#include "collectors/logs/chain_files.h"

#include <algorithm>
#include <utility>

#include "agent/base/log.h"
#include "collectors/logs/cursor_account.h"
#include "collectors/logs/file_identity.h"

namespace supercargo {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

std::int64_t unix_seconds_now() {
  return unix_nanoseconds_now() / 1'000'000'000;
}

}  // namespace

ChainFiles::ChainFiles(std::string key,
                       ChainAccount& account,
                       Journal& journal,
                       InflaterPool& inflaters,
                       const ChainOptions& options)
    : key_(std::move(key)),
      account_(account),
      journal_(journal),
      inflaters_(inflaters),
      options_(options),
      journaled_(key_, journal) {}

// Inodes tell most files; content tells the others: first all that can be told by their inodes.
void ChainFiles::update(const LogChain& chain, SteadyTime now) {
  listed_ = true;
  const FileCursor* const newest = cursors_.empty() ? nullptr : &cursors_.back();
  const bool deleted_newest = newest != nullptr && !newest->file->linked();
  std::vector<std::shared_ptr<LogFile>> unknown = take_known(chain);
  std::vector<std::shared_ptr<const UniqueFd>> held;
  for (const std::shared_ptr<LogFile>& file : unknown) {
    held.push_back(file->hold());
    if (!held.back()) {
      return;  // the list comes again when it can be opened
    }
  }
  std::erase_if(unknown, [&](const auto& file) { return find_by_inode(chain, file, now); });
  std::erase_if(unknown, [&](const auto& file) { return find_by_content(chain, file, now); });
  if (deleted_newest && !unknown.empty()) {
    note_unseen(*newest);
  }
  for (const std::shared_ptr<LogFile>& file : unknown) {
    const Position position = position_of(chain, *file);
    if (file->only_continues() && position == cursors_.begin()) {
      file->mark_finished(file->size());  // older than all that is read: nobody asked for it
      set_aside(file);
      continue;
    }
    FileCursor& cursor = insert(position, file, now);
    const bool from_end = file->from_end() && !journal_.lost_its_state();
    const std::uint64_t begin = from_end ? last_line_end(cursor.bytes()) : 0;
    if (begin > 0) {
      account_.write(begin);
      account_.drop("start_at_end", {begin, 0});
    }
    start_new(cursor, begin);
  }
  remove_finished();
  forget_missing(chain);
}

// The newest file that was known is deleted, and younger ones are there: between them there may
// have been others, made and deleted between two looks. Plain files are replaced so without any
// between.
void ChainFiles::note_unseen(const FileCursor& newest) {
  if (newest.file->format() != LogFormat::kPlain && !newest.copy) {
    account_.gap("deleted_unseen");
  }
}

// Marks what is listed; gives the files that are not known yet, oldest first.
std::vector<std::shared_ptr<LogFile>> ChainFiles::take_known(const LogChain& chain) {
  for (FileCursor& cursor : cursors_) {
    cursor.listed = false;
  }
  std::vector<std::shared_ptr<LogFile>> unknown;
  std::vector<std::shared_ptr<LogFile>> set_aside;
  for (const std::shared_ptr<LogFile>& file : chain.files) {
    if (is_set_aside(*file)) {
      set_aside.push_back(file);
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

bool ChainFiles::is_set_aside(const LogFile& file) const {
  return std::any_of(set_aside_.begin(), set_aside_.end(), [&file](const auto& known) {
    return known->serial() == file.serial();
  });
}

// Both are open, so the inode cannot be another file's.
ChainFiles::Position ChainFiles::find(const LogFile& file) {
  return std::find_if(cursors_.begin(), cursors_.end(), [&file](const FileCursor& known) {
    return known.file->inode() == file.inode() && known.file->device() == file.device() &&
           !known.file->gone();
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

bool ChainFiles::find_by_inode(const LogChain& chain,
                               const std::shared_ptr<LogFile>& file,
                               SteadyTime now) {
  const LogBytes content(*file, inflaters_);
  const std::optional<JournaledFiles::Found> found = journaled_.by_inode(content);
  if (!found) {
    return false;
  }
  FileCursor& cursor = insert(position_of(chain, *file), file, now);
  if (found->fit == InodeFit::kSame) {
    resume(cursor, found->number);
  } else if (found->fit == InodeFit::kShorter && journal_.rebooted()) {
    log_warn("Log file is shorter than before the host's restart: going on at its end.",
             {{"chain", key_}, {"inode", file->inode()}});
    account_.gap("host_lost_tail");
    journal_.forget(found->number);
    start_new(cursor, file->size());
  } else {
    account_.gap("truncated");
    journaled_.expect_copy(found->number);
    start_new(cursor, 0);
  }
  return true;
}

bool ChainFiles::find_by_content(const LogChain& chain,
                                 const std::shared_ptr<LogFile>& file,
                                 SteadyTime now) {
  const LogBytes content(*file, inflaters_);
  if (const auto number = journaled_.by_content(content)) {
    resume(insert(position_of(chain, *file), file, now), *number);
    return true;
  }
  if (journaled_.is_closed(content)) {
    file->mark_finished(file->size());
    set_aside(file);
    return true;
  }
  if (FileCursor* const original = original_of(content)) {
    original->copy = file;
    original->file->marks().copied(&journal_, true);
    original->copy_size = file->size();
    set_aside(file);
    if (original->finished) {
      file->mark_finished(file->size());
    }
    return true;
  }
  return false;
}

// The file that is being read of which this one is a copy.
FileCursor* ChainFiles::original_of(const LogBytes& copy) {
  for (FileCursor& cursor : cursors_) {
    refresh_identity(cursor);  // it may have been empty when it was found
    if (!copy.file().current() && !cursor.copy &&
        has_content_of(journal_.entries().at(cursor.number), copy)) {
      return &cursor;
    }
  }
  return nullptr;
}

void ChainFiles::resume(FileCursor& cursor, Journal::FileNumber number) {
  const journal::Entry& entry = journal_.entries().at(number);
  journal_.claim(number);
  cursor.number = number;
  cursor.identity = entry.identity;
  cursor.settled = entry.settled;
  cursor.sent_end = entry.settled;
  cursor.rewind();
  if (cursor.identity.inode != cursor.file->inode()) {
    cursor.identity.inode = cursor.file->inode();
    cursor.identity.birth_ns = cursor.file->birth_ns();
    journal_.set_identity(number, cursor.identity);
  }
  if (entry.seen_unix_seconds + kDaySeconds < unix_seconds_now()) {
    journal_.set_seen(number, unix_seconds_now());
  }
  count_resumed(cursor, account_, options_.max_line_bytes);
  count_written(cursor, cursor.last_size, cursor.unchanged_since);
  tell_settled(cursor);
}

void ChainFiles::start_new(FileCursor& cursor, std::uint64_t begin) {
  cursor.identity = new_identity(*cursor.file);
  cursor.start_at(begin);
  cursor.tally.begin(begin);
  count_written(cursor, cursor.last_size, cursor.unchanged_since);
  cursor.number = journal_.add({key_, cursor.identity, cursor.settled, unix_seconds_now()});
  refresh_identity(cursor);
  tell_settled(cursor);
}

// Not read, or not yet: nothing of it would be missed.
void ChainFiles::set_aside(const std::shared_ptr<LogFile>& file) {
  file->marks().settled(&journal_, file->size());
  set_aside_.push_back(file);
}

// The youngest file first: what was written to an older one before is then seen, too.
void ChainFiles::begin_drain() {
  for (auto cursor = cursors_.rbegin(); cursor != cursors_.rend(); ++cursor) {
    cursor->file->update_size();
    cursor->limit = cursor->file->size();
  }
}

void ChainFiles::observe(SteadyTime now) {
  read_growing_copies(now);
  for (auto cursor = cursors_.begin(); cursor != cursors_.end(); ++cursor) {
    const bool has_successor =
        std::any_of(std::next(cursor), cursors_.end(), [](const FileCursor& younger) {
          return younger.file->size() > 0;
        });
    observe_file(*cursor, has_successor, now);
  }
  remove_finished();
}

void ChainFiles::observe_file(FileCursor& cursor, bool has_successor, SteadyTime now) {
  if (cursor.content != Content::kThere) {
    if (const std::uint64_t size = cursor.file->size();
        size < std::exchange(cursor.last_size, size)) {
      account_.gap("truncated");  // again, before its new text was looked at
    }
    return;
  }
  if (cursor.file->gone() || cursor.file->released()) {
    cursor.content = cursor.finished ? Content::kThere : Content::kDeleted;
    return;
  }
  const bool last_look = has_successor || !cursor.listed || !cursor.file->linked();
  const bool due = last_look && now - cursor.unchanged_since >= options_.settle_time;
  if (due && !cursor.complete) {
    cursor.file->update_size();  // discovery may not look at it any more
  }
  std::uint64_t size = cursor.file->size();
  if (size < cursor.tally.written_to()) {
    size = cursor.file->size_now();
  }
  if (size < cursor.tally.written_to() || was_rewritten(cursor)) {
    cursor.content = Content::kTruncated;
    cursor.last_size = size;
    return;
  }
  if (size != cursor.last_size) {
    cursor.last_size = size;
    cursor.unchanged_since = now;
    go_on(cursor);
    refresh_identity(cursor);
  }
  count_written(cursor, size, now);
  cursor.complete = cursor.file->compressed() ||
                    (last_look && now - cursor.unchanged_since >= options_.settle_time);
  if (cursor.complete && !cursor.finished && cursor.all_settled_to(size) && !has_more(cursor)) {
    finish(cursor);
  }
}

void ChainFiles::count_written(FileCursor& cursor, std::uint64_t size, SteadyTime now) {
  if (count_growth(cursor, account_, size, now)) {
    go_on(cursor);
  }
}

// The size of a .gz is a guess until its end was read.
bool ChainFiles::has_more(FileCursor& cursor) {
  if (!cursor.file->compressed()) {
    return false;
  }
  const std::uint64_t end = cursor.bytes().find_end(cursor.last_size);
  cursor.file->extend_content(end);
  return end > cursor.last_size;
}

// Cut, and grown again to the very size that it had.
bool ChainFiles::was_rewritten(FileCursor& cursor) {
  if (cursor.file->descriptor().missing()) {
    return false;
  }
  const std::int64_t modified_ns = cursor.file->modified_ns();
  if (std::exchange(cursor.modified_ns, modified_ns) == modified_ns ||
      cursor.file->size() != cursor.last_size) {
    return false;
  }
  cursor.checked_size = 0;
  return !still_holds(cursor);
}

void ChainFiles::finish(FileCursor& cursor) {
  cursor.finished = true;
  cursor.file->mark_finished(cursor.last_size);
  if (cursor.copy) {
    cursor.copy->mark_finished(cursor.last_size);
  }
  journal_.set_finished(cursor.number, true);
}

// It has grown although it seemed to be done with.
void ChainFiles::go_on(FileCursor& cursor) {
  cursor.complete = false;
  if (std::exchange(cursor.finished, false)) {
    cursor.file->unmark_finished();
    journal_.set_finished(cursor.number, false);
  }
}

// A copy is made in one go: one that is written to is a file of its own, which begins alike. One
// that is gone, or must be let go of, is none any more.
void ChainFiles::read_growing_copies(SteadyTime now) {
  for (auto cursor = cursors_.begin(); cursor != cursors_.end(); ++cursor) {
    if (cursor->copy && (cursor->copy->gone() || cursor->copy->released())) {
      cursor->file->marks().copied(&journal_, false);
      take_back(*cursor->copy);
      cursor->copy->mark_finished(cursor->copy_size);
      cursor->copy.reset();
    }
    if (cursor->copy && cursor->copy->size() != cursor->copy_size && !cursor->finished) {
      const std::shared_ptr<LogFile> file = std::exchange(cursor->copy, nullptr);
      cursor->file->marks().copied(&journal_, false);
      take_back(*file);
      start_new(insert(std::next(cursor), file, now), 0);
    }
  }
}

void ChainFiles::take_back(const LogFile& file) {
  std::erase_if(set_aside_,
                [&file](const auto& known) { return known->serial() == file.serial(); });
}

bool ChainFiles::has_lost_content() const {
  return std::any_of(cursors_.begin(), cursors_.end(), [](const FileCursor& cursor) {
    return cursor.content != Content::kThere;
  });
}

void ChainFiles::replace_lost(SteadyTime now) {
  for (auto cursor = cursors_.begin(); cursor != cursors_.end();) {
    const Position lost = cursor++;
    if (lost->content == Content::kTruncated) {
      replace_truncated(lost, now);
    } else if (lost->content == Content::kDeleted) {
      replace_deleted(*lost, now);
    }
  }
}

// What is in the file now is new. What was in it is read from a copy, if one was made; else what
// was seen of it is lost. What stood between the last look and the cut nobody can know.
void ChainFiles::replace_truncated(Position cursor, SteadyTime now) {
  const std::shared_ptr<LogFile> file = cursor->file;
  log_warn("Log file was truncated: reading it from its start.",
           {{"chain", key_}, {"inode", file->inode()}, {"copied", cursor->copy != nullptr}});
  account_.gap("truncated");
  const Position after = std::next(cursor);
  if (cursor->copy) {
    switch_to_copy(*cursor, now);
  } else {
    count_truncated(*cursor, account_, /*to=*/0);
    journaled_.expect_copy(cursor->number);
    cursors_.erase(cursor);
  }
  start_new(insert(after, file, now), 0);
}

// The rest is read from a copy, or lost.
void ChainFiles::replace_deleted(FileCursor& cursor, SteadyTime now) {
  if (cursor.copy) {
    cursor.file->mark_finished(cursor.last_size);
    switch_to_copy(cursor, now);
    return;
  }
  count_deleted(cursor, account_);
  cursor.content = Content::kThere;
  for (const Stream stream : {Stream::kStdout, Stream::kStderr}) {
    settle(cursor, stream, cursor.tally.written_to());
  }
  cursor.rewind();
  cursor.complete = true;
  finish(cursor);
}

void ChainFiles::switch_to_copy(FileCursor& cursor, SteadyTime now) {
  cursor.file = std::exchange(cursor.copy, nullptr);
  take_back(*cursor.file);
  cursor.content = Content::kThere;
  cursor.last_size = cursor.file->size();
  cursor.unchanged_since = now;
  count_truncated(cursor, account_, cursor.last_size);
  cursor.identity.inode = cursor.file->inode();
  cursor.identity.birth_ns = cursor.file->birth_ns();
  journal_.set_identity(cursor.number, cursor.identity);
}

// Also of a record that began in an older file, when it is completed.
bool ChainFiles::hold_parked(std::vector<std::shared_ptr<const UniqueFd>>& held) const {
  for (const FileCursor& cursor : cursors_) {
    if (cursor.file->descriptor().parked() && !cursor.finished) {
      held.push_back(cursor.file->hold());
      if (!held.back()) {
        return false;
      }
    }
  }
  return true;
}

bool ChainFiles::still_holds(FileCursor& cursor) {
  const auto held = cursor.file->hold();
  if (!held) {
    return true;  // not now; it is looked at when it can be
  }
  const LogBytes content = cursor.bytes();
  const std::uint64_t size = cursor.file->size();
  if (cursor.file->compressed() || std::exchange(cursor.checked_size, size) == size) {
    return true;
  }
  const bool stamped = cursor.file->format() != LogFormat::kPlain;
  if (has_head_of(cursor.identity, content) &&
      (stamped || has_tails_of(journal_.entries().at(cursor.number), content))) {
    refresh_identity(cursor);  // of what was read: later it may be gone
    return true;
  }
  cursor.content = Content::kTruncated;
  cursor.last_size = size;
  return false;
}

FileCursor* ChainFiles::next_to_read() {
  if (has_lost_content()) {
    return nullptr;
  }
  for (auto cursor = cursors_.begin(); cursor != cursors_.end(); ++cursor) {
    if (cursor->readable()) {
      FileCursor* const older = grown_before(cursor);
      return older != nullptr ? older : &*cursor;
    }
    if (cursor->unread_bytes() > 0) {
      return nullptr;
    }
  }
  return nullptr;
}

// What was written to an older file before the younger one had its first byte is there now, but the
// last look may have come before it.
FileCursor* ChainFiles::grown_before(Position younger) {
  for (auto cursor = cursors_.begin(); cursor != younger; ++cursor) {
    if (!cursor->complete && cursor->file->update_size() && cursor->readable()) {
      return &*cursor;
    }
  }
  return nullptr;
}

std::uint64_t ChainFiles::readable_bytes() const {
  std::uint64_t bytes = 0;
  for (const FileCursor& cursor : cursors_) {
    if (cursor.content != Content::kThere) {
      return 0;
    }
    if (cursor.readable()) {
      bytes += cursor.unread_bytes();
    } else if (cursor.unread_bytes() > 0) {
      break;
    }
  }
  return bytes;
}

bool ChainFiles::complete() const {
  return std::all_of(
      cursors_.begin(), cursors_.end(), [](const FileCursor& cursor) { return cursor.complete; });
}

void ChainFiles::settle(FileCursor& cursor, Stream stream, std::uint64_t to) {
  cursor.settled[static_cast<std::size_t>(stream)] = to;
  tell_settled(cursor);
  const bool there = cursor.content == Content::kThere;  // else another text stands in its place
  if (there) {
    refresh_identity(cursor);
  }
  if (cursor.marked_offset != to) {  // mostly both streams move to the same place
    cursor.marked_offset = to;
    cursor.marked_tail = there ? mark_tail(cursor.bytes(), to) : TailMark{};
  }
  journal_.settle(cursor.number, stream, to, cursor.marked_tail);
}

// Discovery keeps open what somebody still has to read.
void ChainFiles::tell_settled(FileCursor& cursor) {
  cursor.file->marks().settled(&journal_,
                               *std::min_element(cursor.settled.begin(), cursor.settled.end()));
}

void ChainFiles::rewind() {
  for (FileCursor& cursor : cursors_) {
    cursor.rewind();
    cursor.tally.rewind();
  }
}

void ChainFiles::refresh_identity(FileCursor& cursor) {
  if (extend_identity(cursor.bytes(), cursor.identity)) {
    journal_.set_identity(cursor.number, cursor.identity);
  }
}

// A finished file goes once discovery has let go of it, too.
void ChainFiles::remove_finished() {
  for (auto cursor = cursors_.begin(); cursor != cursors_.end();) {
    if (cursor->finished && !cursor->listed) {
      let_go(*cursor);
      cursor = cursors_.erase(cursor);
    } else {
      ++cursor;
    }
  }
}

// The entry stays in the journal while the file or a copy is there, so that it is not read again
// after a restart.
void ChainFiles::let_go(FileCursor& cursor) {
  inflaters_.release(*cursor.file);
  if (!listed_ && cursor.file->linked()) {
    journal_.release(cursor.number);  // it may come back
    return;
  }
  if (cursor.file->linked()) {
    journaled_.close(*cursor.file, cursor.number);
  }
  if (cursor.copy) {
    journaled_.close(*cursor.copy, cursor.number);
  }
  if (!cursor.file->linked() && !cursor.copy) {
    journal_.forget(cursor.number);
  }
}

void ChainFiles::unlist() {
  listed_ = false;
  for (FileCursor& cursor : cursors_) {
    cursor.listed = false;
  }
  set_aside_.clear();
  remove_finished();
  LogChain nothing;
  nothing.complete = true;
  forget_missing(nothing);
}

void ChainFiles::forget_missing(const LogChain& chain) {
  if (!chain.complete) {
    return;
  }
  for (std::size_t unread = journaled_.forget_missing(chain); unread > 0; --unread) {
    log_warn("A log file was deleted while no agent was there: what was not read of it is lost.",
             {{"chain", key_}});
    account_.gap("deleted_while_down");
  }
}

}  // namespace supercargo
