// The files of one chain as one output sees them: where it stands in each, and which of them are
// done with.
//
// Owned by a ChainReader, on the output's thread. Keeps the journal's entries of these files true.
// chain_files_listing.cc takes over what discovery finds, chain_files_known.cc tells which file it
// is, chain_files_content.cc watches what happens to the files, chain_files_lost.cc goes on where
// their content is lost, chain_files.cc tells what is read next and settles it.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "collectors/logs/catalog.h"
#include "collectors/logs/chain_account.h"
#include "collectors/logs/file_cursor.h"
#include "collectors/logs/journal.h"
#include "collectors/logs/journaled_files.h"

namespace supercargo {

struct ChainOptions {
  std::uint64_t max_line_bytes = 256 << 10;
  Milliseconds partial_idle{30'000};
  // A file that is done with is closed when it did not change for that long.
  Milliseconds settle_time{1'000};
  // A file that has bytes, could be read, and was not for that long is reported.
  Milliseconds stalled_after{60'000};
};

class ChainFiles {
 public:
  ChainFiles(std::string key,
             ChainAccount& account,
             Journal& journal,
             InflaterPool& inflaters,
             const ChainOptions& options);

  // Takes over the list that discovery gives; files that it no longer lists are read to their end
  // first. `old_before_ns`: start_at: end skips files that stand since before then.
  void update(const LogChain& chain, std::int64_t old_before_ns, SteadyTime now);
  // Discovery has forgotten the whole chain (the pod is deleted).
  void unlist();

  // From now on only what the files hold now is to be read.
  void begin_drain();

  // Counts what was written; finds files that were truncated, are complete, or are finished.
  void observe(SteadyTime now);

  // A parked file, or one that was not looked into yet, cannot be opened now: nothing is read until
  // it can, since a record may go on in it, and nothing of a younger file comes before it.
  [[nodiscard]] bool misses_file() const;

  // A .gz has more than its size told, which is true then. To be called before a read to its end.
  static bool has_more(FileCursor& cursor);

  // False while other files are inflated: see InflaterPool. True for files that are not compressed.
  [[nodiscard]] bool may_inflate(const FileCursor& cursor) const;
  // After a read: another file may be inflated when this one was read to its end.
  void note_inflated(const FileCursor& cursor);

  // The file has this size now. To be called before each read of it.
  void count_written(FileCursor& cursor, std::uint64_t size, SteadyTime now);

  // What was read of a file cannot be read again: nothing is read from the chain until what is in
  // flight is settled or given back, then replace_lost() goes on with what there is.
  [[nodiscard]] bool has_lost_content() const;
  // Requires: nothing is in flight or open, and rewind() was called.
  void replace_lost(SteadyTime now);

  // The oldest file that has something new, or null. A younger one waits until the older one is
  // read to its end, also for a last line that has no end yet, so that records keep their order
  // over a rotation.
  [[nodiscard]] FileCursor* next_to_read();

  // Looks at the sizes of files that may grow, however long ago discovery did: true when one has.
  [[nodiscard]] bool has_grown();

  // Opens parked files that a read may come to, for as long as they are held. False: not now.
  [[nodiscard]] bool hold_parked(std::vector<std::shared_ptr<const UniqueFd>>& held) const;

  // After a read: false when it was not what was read before that stands in the file. Then what was
  // read does not count.
  [[nodiscard]] bool still_holds(FileCursor& cursor);

  [[nodiscard]] std::uint64_t readable_bytes() const;

  [[nodiscard]] bool done() const { return !listed_ && cursors_.empty(); }

  // No file can grow any more.
  [[nodiscard]] bool complete() const;

  [[nodiscard]] const std::string& key() const { return key_; }

  [[nodiscard]] std::list<FileCursor>& cursors() { return cursors_; }

  // Everything of the stream below `to` is settled.
  void settle(FileCursor& cursor, Stream stream, std::uint64_t to);
  void rewind();

 private:
  using Position = std::list<FileCursor>::iterator;

  // Listed, and not to be read: a copy, one that goes on in its copy, or one that is lost.
  struct SetAside {
    std::shared_ptr<LogFile> file;
    bool lost = false;
  };

  [[nodiscard]] std::vector<std::shared_ptr<LogFile>> take_known(const LogChain& chain);
  [[nodiscard]] bool is_gone_unread(const std::shared_ptr<LogFile>& file);
  [[nodiscard]] bool note_unseen(const FileCursor& newest);
  [[nodiscard]] const SetAside* find_set_aside(const LogFile& file) const;
  [[nodiscard]] Position position_of(const LogChain& chain, const LogFile& file);
  FileCursor& insert(Position before, const std::shared_ptr<LogFile>& file, SteadyTime now);
  [[nodiscard]] Position find(const LogFile& file);
  [[nodiscard]] bool find_by_inode(const LogChain& chain,
                                   const std::shared_ptr<LogFile>& file,
                                   SteadyTime now);
  [[nodiscard]] bool find_by_content(const LogChain& chain,
                                     const std::shared_ptr<LogFile>& file,
                                     SteadyTime now);
  [[nodiscard]] FileCursor* original_of(const LogBytes& copy);
  void resume(FileCursor& cursor, Journal::FileNumber number);
  void start_new(FileCursor& cursor, std::uint64_t begin);
  void observe_file(FileCursor& cursor, bool has_successor, SteadyTime now);
  void observe_deleted(FileCursor& cursor, SteadyTime now);
  [[nodiscard]] bool was_rewritten(FileCursor& cursor);
  void finish(FileCursor& cursor);
  void go_on(FileCursor& cursor);
  void set_aside(const std::shared_ptr<LogFile>& file, bool lost = false);
  void read_growing_copies(SteadyTime now);
  void take_back(const LogFile& file);
  void replace_truncated(Position cursor, SteadyTime now);
  void replace_deleted(FileCursor& cursor, SteadyTime now);
  void see_last_growth(FileCursor& cursor, SteadyTime now);
  void lose_growth(FileCursor& cursor, std::uint64_t size);
  void switch_to_copy(FileCursor& cursor, SteadyTime now);
  [[nodiscard]] FileCursor* grown_before(Position younger);
  void refresh_identity(FileCursor& cursor);
  void tell_settled(FileCursor& cursor);
  void remove_finished();
  void let_go(FileCursor& cursor);
  void forget_missing(const LogChain& chain, SteadyTime now);
  void count_unseen(std::size_t unread);

  const std::string key_;
  ChainAccount& account_;
  Journal& journal_;
  InflaterPool& inflaters_;
  const ChainOptions& options_;
  std::list<FileCursor> cursors_;  // oldest first; addresses are stable
  std::vector<SetAside> set_aside_;
  JournaledFiles journaled_;
  bool listed_ = true;
  bool unknown_waits_ = false;  // a listed file could not be looked into at the last update
};

}  // namespace supercargo
