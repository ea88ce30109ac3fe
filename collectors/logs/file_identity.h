// Telling a log file again after a restart of the agent, and naming its lines.
//
// Functions over an open file, without state; on the thread of the output that reads it.
#pragma once

#include <cstdint>
#include <string>

#include "collectors/logs/journal_format.h"
#include "collectors/logs/log_bytes.h"
#include "collectors/logs/log_file.h"

namespace supercargo {

// XXH3 of the first `bytes` of the content; fails when there are fewer.
[[nodiscard]] Result<std::uint64_t> hash_head(const LogBytes& content, std::uint32_t bytes);

// Whether the file is the one of the journal's entry. The same inode with another head is another
// file: inodes are given out again. Another inode with the same full head is the same file that was
// copied (a restored disk, a log that was moved), unless its lines carry no time stamps of their
// own: then two files may begin alike.
[[nodiscard]] bool is_same_file(const journal::Entry& entry, const LogBytes& bytes);

// The identity of a file of which nothing is known yet.
[[nodiscard]] FileIdentity new_identity(const LogFile& file);

// Lets the hash cover what is there now, up to its full length. True when it changed.
bool extend_identity(const LogBytes& bytes, FileIdentity& identity);

// The end of the last whole line of the file: reading begins there when what is old is not wanted.
[[nodiscard]] std::uint64_t last_line_end(const LogBytes& bytes);

// "<pod uid>/<container>/<restart>/<hash of the first line>", see Batch. Stable over restarts and
// copies: the first line never changes once it is whole.
[[nodiscard]] std::string make_id_prefix(const LogBytes& bytes);

}  // namespace supercargo
