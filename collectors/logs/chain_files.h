// The files of one chain as one output sees them: where it stands in each, and which of them are
// done with.
//
// Owned by a ChainReader, on the output's thread. Keeps the journal's entries of these files true.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "agent/base/clock.h"
#include "agent/pipeline/ledger.h"
#include "collectors/logs/catalog.h"
#include "collectors/logs/file_cursor.h"
#include "collectors/logs/journal.h"

namespace supercargo {

class ChainFiles {
 public:
  // A file is closed when it is read to its end and did not change for `settle_time`.
  ChainFiles(std::string key,
             std::shared_ptr<ContainerAccount> account,
             Journal& journal,
             InflaterPool& inflaters,
             Milliseconds settle_time);

  // Takes over the list that discovery gives; files that it no longer lists are read to their end
  // first.
  void update(const LogChain& chain, SteadyTime now);
  // Discovery has forgotten the whole chain (the pod is deleted).
  void unlist();

  // Finds files that were truncated, are complete, or are finished. True when one was truncated:
  // everything that is in flight or open is to be read again.
  [[nodiscard]] bool observe(SteadyTime now);

  // The oldest file that has something new, or null. A younger one waits until the older one is
  // read to its end, also for a last line that has no end yet, so that records keep their order
  // over a rotation.
  [[nodiscard]] FileCursor* next_to_read();

  [[nodiscard]] std::uint64_t readable_bytes() const;
  [[nodiscard]] std::uint64_t unread_bytes() const;

  [[nodiscard]] bool done() const { return !listed_ && cursors_.empty(); }

  // No file can grow any more.
  [[nodiscard]] bool complete() const;

  [[nodiscard]] std::list<FileCursor>& cursors() { return cursors_; }

  // Everything of the stream below `to` is settled.
  void settle(FileCursor& cursor, Stream stream, std::uint64_t to);
  void rewind();

 private:
  void add_file(const std::shared_ptr<LogFile>& file, SteadyTime now);
  [[nodiscard]] FileCursor* find(const LogFile& file);
  [[nodiscard]] bool resume(FileCursor& cursor);
  void start_new(FileCursor& cursor);
  [[nodiscard]] bool observe_file(FileCursor& cursor, bool has_successor, SteadyTime now);
  void start_over(FileCursor& cursor);
  [[nodiscard]] FileCursor* grown_before(std::list<FileCursor>::iterator younger);
  void refresh_identity(FileCursor& cursor);
  void remove_finished();
  void forget_deleted(const LogChain& chain);

  const std::string key_;
  const std::shared_ptr<ContainerAccount> account_;
  Journal& journal_;
  InflaterPool& inflaters_;
  const Milliseconds settle_time_;
  std::list<FileCursor> cursors_;  // oldest first; addresses are stable
  std::map<std::uint64_t, Journal::FileNumber>
      closed_;  // by inode: finished, closed, and still there
  bool listed_ = true;
};

}  // namespace supercargo
