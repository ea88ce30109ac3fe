// Telling a log file again: after a restart of the agent, after it was compressed, copied or cut;
// and naming its lines.
//
// Functions over content, without state; on the thread of the output that reads it.
#pragma once

#include <cstdint>
#include <string>

#include "collectors/logs/journal_format.h"
#include "collectors/logs/log_bytes.h"
#include "collectors/logs/log_file.h"

namespace supercargo {

// XXH3 of the first `bytes` of the content; fails when there are fewer.
[[nodiscard]] Result<std::uint64_t> hash_head(const LogBytes& content, std::uint32_t bytes);

// What stands before the offset. Unknown for a .gz: it never changes, and going back in it is dear.
[[nodiscard]] TailMark mark_tail(const LogBytes& content, std::uint64_t offset);

// How a file fits an entry of the journal of the same inode.
enum class InodeFit : std::uint8_t {
  kOther,      // the inode was given to another file
  kSame,       // reading goes on at the entry's offsets
  kTruncated,  // the same file, but what the entry speaks of is not in it any more
  kShorter,    // it ends before the offsets, and begins as it did, as far as that can be told: cut,
               // or a host that crashed
};

[[nodiscard]] InodeFit fit_of_inode(const journal::Entry& entry, const LogBytes& content);

// Whether the file has the content that the entry speaks of, whatever its inode: it was compressed,
// copied (copytruncate), or moved to another disk. The head must be the same, and what stands
// before the offsets. A file without time stamps of its own that is written to is never taken for a
// copy: two runs of a program may begin alike.
[[nodiscard]] bool has_content_of(const journal::Entry& entry, const LogBytes& content);

// Whether the file begins as it did when the hash was made.
[[nodiscard]] bool has_head_of(const FileIdentity& identity, const LogBytes& content);

// Whether what stands before the entry's offsets is what stood there.
[[nodiscard]] bool has_tails_of(const journal::Entry& entry, const LogBytes& content);

// The identity of a file of which nothing is known yet.
[[nodiscard]] FileIdentity new_identity(const LogFile& file);

// Lets the hash cover what is there now, up to its full length. True when it changed. A file that
// does not begin as it did keeps its hash.
bool extend_identity(const LogBytes& content, FileIdentity& identity);

// The end of the last whole line of the file: reading begins there when what is old is not wanted.
[[nodiscard]] std::uint64_t last_line_end(const LogBytes& content);

// "<pod uid>/<container>/<restart>/<hash of the first line>", see Batch. Stable over restarts and
// copies: the first line never changes once it is whole.
[[nodiscard]] std::string make_id_prefix(const LogBytes& content);

}  // namespace supercargo
