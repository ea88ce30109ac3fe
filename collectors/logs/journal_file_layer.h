// The system calls of a journal, so that a test can put a disk below it that fails, forgets and
// tears.
//
// Objects without locks: a File is written by one thread and synced by another, as the kernel
// allows; everything else happens on the thread that owns the journal.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "agent/base/result.h"

namespace supercargo::journal {

class File {
 public:
  File() = default;
  virtual ~File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  // How many bytes came; 0 at the file's end.
  [[nodiscard]] virtual Result<std::size_t> read_at(std::span<char> out, std::uint64_t offset) = 0;
  // How many bytes were taken, which may be fewer than there are.
  [[nodiscard]] virtual Result<std::size_t> write_at(std::string_view data,
                                                     std::uint64_t offset) = 0;
  // The file is at least this large, and its blocks are its own.
  [[nodiscard]] virtual Status allocate(std::uint64_t bytes) = 0;
  // What was written is on the disk (fdatasync).
  [[nodiscard]] virtual Status sync() = 0;
  // When it was written to last (Unix time); 0: unknown.
  [[nodiscard]] virtual std::int64_t written_ns() = 0;
};

class FileLayer {
 public:
  FileLayer() = default;
  virtual ~FileLayer() = default;
  FileLayer(const FileLayer&) = delete;
  FileLayer& operator=(const FileLayer&) = delete;

  // kNotFound when it does not exist.
  [[nodiscard]] virtual Result<std::unique_ptr<File>> open_to_read(const std::string& path) = 0;
  // For reading and writing; made when it does not exist.
  [[nodiscard]] virtual Result<std::unique_ptr<File>> open_to_write(const std::string& path) = 0;
  [[nodiscard]] virtual Status rename(const std::string& from, const std::string& to) = 0;
  // Ok when something of that name is there. One level only.
  [[nodiscard]] virtual Status make_directory(const std::string& path) = 0;
  // The names in it are on the disk.
  [[nodiscard]] virtual Status sync_directory(const std::string& path) = 0;
};

// As errno_error(), but a full disk is kUnavailable: there may be room later.
[[nodiscard]] Error disk_error(std::string_view what, int error_number);

// The kernel's.
[[nodiscard]] std::shared_ptr<FileLayer> real_file_layer();

}  // namespace supercargo::journal
