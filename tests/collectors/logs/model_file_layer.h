// The journal's system calls on a DiskModel, each of which a test can look at before it happens,
// and make fail.
//
// One test owns one; one thread. Directories are names only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "collectors/logs/journal_file_layer.h"
#include "tests/collectors/logs/disk_model.h"

namespace supercargo::test {

enum class CallKind {
  kOpen,
  kRead,
  kWrite,
  kAllocate,
  kSync,
  kRename,
  kMakeDirectory,
  kSyncDirectory,
};

struct DiskCall {
  CallKind kind = CallKind::kOpen;
  DiskModel::FileId file = 0;  // of kRead to kSync
  std::string_view data{};     // of kWrite
  std::uint64_t offset = 0;    // of kWrite
};

// What becomes of a call instead of its success.
struct Fault {
  int error = 0;            // errno; 0: a write is short
  std::size_t written = 0;  // of a write's bytes, all the same
};

class ModelFileLayer : public journal::FileLayer {
 public:
  using Hook = std::function<std::optional<Fault>(const DiskCall&)>;

  explicit ModelFileLayer(DiskModel disk_at_first = {}) : disk(std::move(disk_at_first)) {}

  Result<std::unique_ptr<journal::File>> open_to_read(const std::string& path) override;
  Result<std::unique_ptr<journal::File>> open_to_write(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status make_directory(const std::string& path) override;
  Status sync_directory(const std::string& path) override;

  // Asked before each call; nothing: it happens.
  [[nodiscard]] std::optional<Fault> ask(const DiskCall& call) const;

  DiskModel disk;
  Hook before_call;
  bool alive = true;  // false: the process was killed, its calls do nothing any more
  DiskModel::FailedPages failed_pages = DiskModel::FailedPages::kKept;
  std::mt19937_64 random{1};
  std::uint64_t failed_writes = 0;
  std::uint64_t failed_syncs = 0;
};

}  // namespace supercargo::test
