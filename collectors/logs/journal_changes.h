// What the next flush of a journal has to write: which entries changed since the last one, and how.
//
// Owned by a Journal, on its thread. Values stay in the entries: many changes of one file between
// two flushes cost one record.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "collectors/logs/journal_format.h"

namespace supercargo::journal {

using Entries = std::map<std::uint32_t, Entry>;  // by file number

class Changes {
 public:
  void file(std::uint32_t file) { files_.insert(file); }

  void offset(std::uint32_t file, Stream stream) { offsets_[file] |= set_of(stream); }

  void forget(std::uint32_t file);

  [[nodiscard]] bool empty() const {
    return files_.empty() && offsets_.empty() && forgotten_.empty();
  }

  void clear();

  // One batch. Requires: `entries` has every file that changed and was not forgotten.
  void append_to(std::string& out, std::uint64_t salt, const Entries& entries) const;

 private:
  std::set<std::uint32_t> files_;               // the whole entry
  std::map<std::uint32_t, StreamSet> offsets_;  // only offsets
  std::set<std::uint32_t> forgotten_;
};

// The whole state, as the first batch of a segment has it.
void append_state(std::string& out,
                  std::uint64_t salt,
                  const Entries& entries,
                  std::string_view boot_id);

}  // namespace supercargo::journal
