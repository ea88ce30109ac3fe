// The bytes of a journal segment (JOURNAL.md in this folder): encoding and decoding, pure.
//
// Header, 40 bytes: "SCJOURN1", generation u64, salt u64, format version u32, reserved u32,
// checksum u64 of the 32 bytes before. Then records: checksum u32, payload length u16, type u16,
// payload. All numbers little-endian. A record's checksum is seeded with the salt, a random number
// of this use of the segment, so that what an earlier use left there ends the reading. The first
// records are the whole state, closed by a commit: without it a segment is damaged.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/pipeline/record.h"
#include "collectors/logs/log_file.h"

namespace supercargo::journal {

inline constexpr std::size_t kHeaderBytes = 40;
inline constexpr std::uint32_t kFormatVersion = 2;

// The settled offsets of one file: everything of a stream below its offset is delivered, dropped or
// lost, and counted.
struct Entry {
  std::string chain;
  FileIdentity identity;
  std::array<std::uint64_t, kStreamCount> settled{};
  std::int64_t seen_unix_seconds = 0;
  std::array<TailMark, kStreamCount> tails{};  // before each settled offset
  bool finished = false;  // complete and read to its end: that it goes is no loss
};

// One bit a stream.
using StreamSet = std::uint8_t;

[[nodiscard]] constexpr StreamSet set_of(Stream stream) {
  return static_cast<StreamSet>(1U << static_cast<unsigned>(stream));
}

inline constexpr StreamSet kAllStreams = (1U << kStreamCount) - 1;

// Where the streams of the set stand now.
struct Offset {
  StreamSet streams = 0;
  std::uint64_t offset = 0;
  TailMark tail;
};

enum class RecordType : std::uint16_t {
  kFile = 1,
  kOffset = 2,
  kForget = 3,
  kCommit = 4,
  kBoot = 5,
};

// One decoded record: entry for kFile, offset for kOffset, boot_id for kBoot.
struct RecordView {
  RecordType type = RecordType::kFile;
  std::uint32_t file = 0;
  Entry entry;
  Offset offset;
  std::string boot_id;
};

struct Header {
  std::uint64_t generation = 0;
  std::uint64_t salt = 0;
  std::uint32_t version = kFormatVersion;
};

[[nodiscard]] std::string encode_header(const Header& header);
// Nothing when it is not a header, or damaged.
[[nodiscard]] std::optional<Header> decode_header(std::string_view segment);

void append_file(std::string& out, std::uint64_t salt, std::uint32_t file, const Entry& entry);
void append_offset(std::string& out, std::uint64_t salt, std::uint32_t file, const Offset& offset);
void append_forget(std::string& out, std::uint64_t salt, std::uint32_t file);
void append_boot(std::string& out, std::uint64_t salt, std::string_view boot_id);
void append_commit(std::string& out, std::uint64_t salt);

// Takes the next record off `rest`. Nothing at the first record that is torn, damaged or of another
// use.
[[nodiscard]] std::optional<RecordView> take_record(std::string_view& rest, std::uint64_t salt);

}  // namespace supercargo::journal
