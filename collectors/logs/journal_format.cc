#include "collectors/logs/journal_format.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include <xxhash.h>

namespace supercargo::journal {
namespace {

static_assert(std::endian::native == std::endian::little,
              "the journal's numbers are little-endian");

constexpr std::string_view kMagic = "SCJOURN1";
constexpr std::size_t kRecordHeader = 8;
constexpr std::size_t kMaxChain = 4096;
constexpr std::size_t kMaxBootId = 64;
constexpr std::uint8_t kFinished = 1;

template <class Number>
void put(std::string& out, Number value) {
  std::array<char, sizeof(Number)> bytes{};
  std::memcpy(bytes.data(), &value, sizeof(Number));
  out.append(bytes.data(), bytes.size());
}

// Reads numbers off a payload; after the first that is missing, ok() stays false.
class Fields {
 public:
  explicit Fields(std::string_view payload) : rest_(payload) {}

  template <class Number>
  Number take() {
    Number value{};
    if (rest_.size() < sizeof(Number)) {
      ok_ = false;
      return value;
    }
    std::memcpy(&value, rest_.data(), sizeof(Number));
    rest_.remove_prefix(sizeof(Number));
    return value;
  }

  [[nodiscard]] std::string_view rest() const { return rest_; }

  [[nodiscard]] bool ok() const { return ok_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

// Opens a record at the end of `out`, closes it when its payload is there.
class RecordWriter {
 public:
  RecordWriter(std::string& out, std::uint64_t salt, RecordType type)
      : out_(out), begin_(out.size()), salt_(salt) {
    put<std::uint32_t>(out_, 0);
    put<std::uint16_t>(out_, 0);
    put(out_, static_cast<std::uint16_t>(type));
  }

  RecordWriter(const RecordWriter&) = delete;
  RecordWriter& operator=(const RecordWriter&) = delete;

  ~RecordWriter() {
    const auto length = static_cast<std::uint16_t>(out_.size() - begin_ - kRecordHeader);
    std::memcpy(out_.data() + begin_ + 4, &length, sizeof(length));
    const auto checksum = static_cast<std::uint32_t>(
        XXH3_64bits_withSeed(out_.data() + begin_ + 4, out_.size() - begin_ - 4, salt_));
    std::memcpy(out_.data() + begin_, &checksum, sizeof(checksum));
  }

 private:
  std::string& out_;
  const std::size_t begin_;
  const std::uint64_t salt_;
};

bool take_tail(Fields& fields, TailMark& tail) {
  tail.bytes = fields.take<std::uint16_t>();
  tail.hash = tail.bytes > 0 ? fields.take<std::uint64_t>() : 0;
  return tail.bytes <= TailMark::kBytes;
}

void put_tail(std::string& out, const TailMark& tail) {
  put(out, tail.bytes);
  if (tail.bytes > 0) {
    put(out, tail.hash);
  }
}

bool decode_file(Fields& fields, Entry& entry) {
  entry.identity.inode = fields.take<std::uint64_t>();
  entry.identity.birth_ns = fields.take<std::int64_t>();
  entry.identity.head_bytes = fields.take<std::uint32_t>();
  entry.identity.head_hash = fields.take<std::uint64_t>();
  bool tails_ok = true;
  for (std::size_t stream = 0; stream < kStreamCount; ++stream) {
    entry.settled[stream] = fields.take<std::uint64_t>();
    tails_ok = take_tail(fields, entry.tails[stream]) && tails_ok;
  }
  entry.seen_unix_seconds = fields.take<std::int64_t>();
  entry.finished = (fields.take<std::uint8_t>() & kFinished) != 0;
  entry.chain = fields.rest();
  return fields.ok() && tails_ok && entry.identity.head_bytes <= FileIdentity::kHeadBytes;
}

bool decode_offset(Fields& fields, Offset& offset) {
  offset.streams = fields.take<StreamSet>();
  offset.offset = fields.take<std::uint64_t>();
  const bool tail_ok = take_tail(fields, offset.tail);
  return fields.ok() && tail_ok && offset.streams > 0 && offset.streams <= kAllStreams;
}

// False when the record is of no type, or not what its type says.
bool decode_payload(Fields& fields, RecordView& record) {
  record.file = fields.take<std::uint32_t>();
  switch (record.type) {
    case RecordType::kFile:
      return decode_file(fields, record.entry);
    case RecordType::kOffset:
      return decode_offset(fields, record.offset);
    case RecordType::kBoot:
      record.boot_id = fields.rest();
      return fields.ok();
    case RecordType::kForget:
    case RecordType::kCommit:
      return fields.ok();
  }
  return false;
}

}  // namespace

std::string encode_header(const Header& header) {
  std::string out(kMagic);
  put(out, header.generation);
  put(out, header.salt);
  put(out, header.version);
  put<std::uint32_t>(out, 0);
  put(out, std::uint64_t{XXH3_64bits(out.data(), out.size())});
  return out;
}

std::optional<Header> decode_header(std::string_view segment) {
  if (segment.size() < kHeaderBytes || !segment.starts_with(kMagic)) {
    return std::nullopt;
  }
  constexpr std::size_t kCovered = kHeaderBytes - sizeof(std::uint64_t);
  Fields fields(segment.substr(kMagic.size(), kHeaderBytes - kMagic.size()));
  Header header;
  header.generation = fields.take<std::uint64_t>();
  header.salt = fields.take<std::uint64_t>();
  header.version = fields.take<std::uint32_t>();
  (void)fields.take<std::uint32_t>();
  if (fields.take<std::uint64_t>() != XXH3_64bits(segment.data(), kCovered)) {
    return std::nullopt;
  }
  return header;
}

void append_file(std::string& out, std::uint64_t salt, std::uint32_t file, const Entry& entry) {
  const RecordWriter record(out, salt, RecordType::kFile);
  put(out, file);
  put(out, entry.identity.inode);
  put(out, entry.identity.birth_ns);
  put(out, entry.identity.head_bytes);
  put(out, entry.identity.head_hash);
  for (std::size_t stream = 0; stream < kStreamCount; ++stream) {
    put(out, entry.settled[stream]);
    put_tail(out, entry.tails[stream]);
  }
  put(out, entry.seen_unix_seconds);
  put(out, entry.finished ? kFinished : std::uint8_t{0});
  out += std::string_view(entry.chain).substr(0, kMaxChain);
}

void append_offset(std::string& out, std::uint64_t salt, std::uint32_t file, const Offset& offset) {
  const RecordWriter record(out, salt, RecordType::kOffset);
  put(out, file);
  put(out, offset.streams);
  put(out, offset.offset);
  put_tail(out, offset.tail);
}

void append_forget(std::string& out, std::uint64_t salt, std::uint32_t file) {
  const RecordWriter record(out, salt, RecordType::kForget);
  put(out, file);
}

void append_boot(std::string& out, std::uint64_t salt, std::string_view boot_id) {
  const RecordWriter record(out, salt, RecordType::kBoot);
  put<std::uint32_t>(out, 0);
  out += boot_id.substr(0, kMaxBootId);
}

void append_commit(std::string& out, std::uint64_t salt) {
  const RecordWriter record(out, salt, RecordType::kCommit);
  put<std::uint32_t>(out, 0);
}

std::optional<RecordView> take_record(std::string_view& rest, std::uint64_t salt) {
  Fields header(rest.substr(0, kRecordHeader));
  const auto checksum = header.take<std::uint32_t>();
  const std::size_t length = header.take<std::uint16_t>();
  const auto type = header.take<std::uint16_t>();
  if (!header.ok() || rest.size() < kRecordHeader + length ||
      checksum != static_cast<std::uint32_t>(
                      XXH3_64bits_withSeed(rest.data() + 4, kRecordHeader - 4 + length, salt))) {
    return std::nullopt;
  }
  Fields fields(rest.substr(kRecordHeader, length));
  RecordView record;
  record.type = static_cast<RecordType>(type);
  if (!decode_payload(fields, record)) {
    return std::nullopt;
  }
  rest.remove_prefix(kRecordHeader + length);
  return record;
}

}  // namespace supercargo::journal
