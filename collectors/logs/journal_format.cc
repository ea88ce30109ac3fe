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

bool decode_file(Fields& fields, Entry& entry) {
  entry.identity.inode = fields.take<std::uint64_t>();
  entry.identity.birth_ns = fields.take<std::int64_t>();
  entry.identity.head_bytes = fields.take<std::uint32_t>();
  entry.identity.head_hash = fields.take<std::uint64_t>();
  for (std::uint64_t& offset : entry.settled) {
    offset = fields.take<std::uint64_t>();
  }
  entry.seen_unix_seconds = fields.take<std::int64_t>();
  entry.chain = fields.rest();
  return fields.ok() && entry.identity.head_bytes <= FileIdentity::kHeadBytes;
}

bool decode_offset(Fields& fields, RecordView& record) {
  const auto stream = fields.take<std::uint8_t>();
  record.stream = static_cast<Stream>(stream);
  record.offset = fields.take<std::uint64_t>();
  return fields.ok() && stream < kStreamCount;
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
  for (const std::uint64_t offset : entry.settled) {
    put(out, offset);
  }
  put(out, entry.seen_unix_seconds);
  out += std::string_view(entry.chain).substr(0, kMaxChain);
}

void append_offset(
    std::string& out, std::uint64_t salt, std::uint32_t file, Stream stream, std::uint64_t offset) {
  const RecordWriter record(out, salt, RecordType::kOffset);
  put(out, file);
  put(out, static_cast<std::uint8_t>(stream));
  put(out, offset);
}

void append_forget(std::string& out, std::uint64_t salt, std::uint32_t file) {
  const RecordWriter record(out, salt, RecordType::kForget);
  put(out, file);
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
  record.file = fields.take<std::uint32_t>();
  bool ok = fields.ok();
  if (record.type == RecordType::kFile) {
    ok = decode_file(fields, record.entry);
  } else if (record.type == RecordType::kOffset) {
    ok = decode_offset(fields, record);
  } else {
    ok = ok && (record.type == RecordType::kForget || record.type == RecordType::kCommit);
  }
  if (!ok) {
    return std::nullopt;
  }
  rest.remove_prefix(kRecordHeader + length);
  return record;
}

}  // namespace supercargo::journal
