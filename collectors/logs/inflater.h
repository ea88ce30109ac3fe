// The bytes that a .gz file was made of, read mostly forwards.
//
// Owned by an InflaterPool, on the output's thread. About 450 KiB each. What was inflated last is
// kept, so that going back by a line or two is free; going back further begins at the file's start
// again.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <sys/types.h>

struct z_stream_s;

namespace supercargo {

class LogFile;

class Inflater {
 public:
  Inflater();
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // As pread(2) on the inflated bytes, but may give fewer than asked for before the end: 0 only at
  // the end; -1 with errno, which is EBADMSG where the file is damaged or cut. Every call is for
  // the same file.
  ssize_t read(const LogFile& file, char* to, std::size_t bytes, std::uint64_t offset);

 private:
  struct EndStream {
    void operator()(z_stream_s* stream) const;
  };

  void begin();
  bool inflate_block(const LogFile& file);
  bool fill_input(const LogFile& file);
  void make_room();

  std::unique_ptr<z_stream_s, EndStream> stream_;
  std::string input_;
  std::uint64_t input_offset_ = 0;  // in the file on the disk, of what is read next
  std::string output_;              // the last inflated bytes
  std::size_t output_used_ = 0;
  std::uint64_t produced_ = 0;  // inflated since the file's start
  bool ended_ = false;
};

}  // namespace supercargo
