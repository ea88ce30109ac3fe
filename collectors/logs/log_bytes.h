// The bytes of log files as their writers wrote them, whether they lie on the disk plain or
// compressed.
//
// One InflaterPool an output, owned by its LogReader, on the output's thread. A LogBytes is a view:
// made for a call, on the same thread.
#pragma once

#include <cstdint>
#include <list>
#include <utility>

#include <sys/types.h>

#include "agent/base/clock.h"
#include "collectors/logs/inflater.h"
#include "collectors/logs/log_file.h"

namespace supercargo {

// A few inflaters, kept over turns for the files that were read last.
class InflaterPool {
 public:
  static constexpr std::size_t kInflaters = 4;

  [[nodiscard]] Inflater& of(const LogFile& file);

  // Whether to read a part of the file now: it has an inflater, or can have one that nobody used
  // within the last second. Else it had better wait: files that take each other's inflaters begin
  // at their start again and again.
  [[nodiscard]] bool has_one_for(const LogFile& file, SteadyTime now) const;

  // The file will not be read any more.
  void release(const LogFile& file);

 private:
  struct Used {
    explicit Used(std::uint64_t file_serial) : serial(file_serial) {}

    std::uint64_t serial;
    SteadyTime at = steady_now();
    Inflater inflater;
  };

  std::list<Used> used_;  // the last one used comes first
};

class LogBytes {
 public:
  LogBytes(const LogFile& file, InflaterPool& inflaters) : file_(file), inflaters_(inflaters) {}

  [[nodiscard]] const LogFile& file() const { return file_; }

  // As pread(2), EINTR aside, but may give fewer than asked for before the end; -1 and errno, which
  // is EBADMSG for damaged compressed bytes.
  ssize_t read(char* to, std::size_t bytes, std::uint64_t offset) const;

  // Reads on until all is there, the file ends, or an error. Returns what is there.
  std::size_t read_all(char* to, std::size_t bytes, std::uint64_t offset) const;

  struct End {
    std::uint64_t offset = 0;
    bool certain = false;  // not when what comes there is damaged, or cannot be read now
  };

  // Where the content ends, found by reading on from `offset`.
  [[nodiscard]] End find_end(std::uint64_t offset) const;

 private:
  const LogFile& file_;
  InflaterPool& inflaters_;
};

}  // namespace supercargo
