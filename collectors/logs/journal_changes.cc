#include "collectors/logs/journal_changes.h"

namespace supercargo::journal {
namespace {

// One record for both streams where they stand at the same place: the usual case, since what is
// below both was looked at for both.
void append_offsets(std::string& out,
                    std::uint64_t salt,
                    std::uint32_t file,
                    StreamSet streams,
                    const Entry& entry) {
  if (streams == kAllStreams && entry.settled[0] == entry.settled[1] &&
      entry.tails[0] == entry.tails[1]) {
    append_offset(out, salt, file, {streams, entry.settled[0], entry.tails[0]});
    return;
  }
  for (const Stream stream : {Stream::kStdout, Stream::kStderr}) {
    if ((streams & set_of(stream)) != 0) {
      const auto i = static_cast<std::size_t>(stream);
      append_offset(out, salt, file, {set_of(stream), entry.settled[i], entry.tails[i]});
    }
  }
}

}  // namespace

void Changes::forget(std::uint32_t file) {
  files_.erase(file);
  offsets_.erase(file);
  forgotten_.insert(file);
}

void Changes::clear() {
  files_.clear();
  offsets_.clear();
  forgotten_.clear();
}

void Changes::append_to(std::string& out, std::uint64_t salt, const Entries& entries) const {
  for (const std::uint32_t file : files_) {
    append_file(out, salt, file, entries.at(file));
  }
  for (const auto& [file, streams] : offsets_) {
    if (!files_.contains(file)) {
      append_offsets(out, salt, file, streams, entries.at(file));
    }
  }
  for (const std::uint32_t file : forgotten_) {
    append_forget(out, salt, file);
  }
  append_commit(out, salt);
}

void append_state(std::string& out,
                  std::uint64_t salt,
                  const Entries& entries,
                  std::string_view boot_id) {
  append_boot(out, salt, boot_id);
  for (const auto& [file, entry] : entries) {
    append_file(out, salt, file, entry);
  }
  append_commit(out, salt);
}

}  // namespace supercargo::journal
