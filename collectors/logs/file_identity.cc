#include "collectors/logs/file_identity.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>
#include <xxhash.h>

namespace supercargo {
namespace {

// Fewer bytes without time stamps do not tell two files apart.
constexpr std::uint32_t kTellingHeadBytes = 64;

std::uint64_t furthest(const journal::Entry& entry) {
  return *std::max_element(entry.settled.begin(), entry.settled.end());
}

bool has_tail(const TailMark& tail, std::uint64_t offset, const LogBytes& content) {
  std::array<char, TailMark::kBytes> before{};
  if (tail.bytes == 0 || tail.bytes > before.size() || tail.bytes > offset) {
    return tail.bytes == 0;
  }
  const std::size_t count = content.read_all(before.data(), tail.bytes, offset - tail.bytes);
  return count == tail.bytes && XXH3_64bits(before.data(), count) == tail.hash;
}

}  // namespace

Result<std::uint64_t> hash_head(const LogBytes& content, std::uint32_t bytes) {
  std::array<char, FileIdentity::kHeadBytes> head{};
  bytes = std::min(bytes, FileIdentity::kHeadBytes);
  const std::size_t used = content.read_all(head.data(), bytes, 0);
  if (used < bytes) {
    return Error{ErrorCode::kIo,
                 "read the head: " + std::to_string(used) + " bytes of " + std::to_string(bytes)};
  }
  return std::uint64_t{XXH3_64bits(head.data(), used)};
}

TailMark mark_tail(const LogBytes& content, std::uint64_t offset) {
  std::array<char, TailMark::kBytes> before{};
  const auto bytes = static_cast<std::size_t>(std::min<std::uint64_t>(offset, before.size()));
  if (content.file().compressed() ||
      content.read_all(before.data(), bytes, offset - bytes) != bytes) {
    return {};
  }
  return {static_cast<std::uint16_t>(bytes), XXH3_64bits(before.data(), bytes)};
}

InodeFit fit_of_inode(const journal::Entry& entry, const LogBytes& content) {
  const LogFile& file = content.file();
  const FileIdentity& known = entry.identity;
  const bool births_known = known.birth_ns != 0 && file.birth_ns() != 0;
  if (known.inode != file.inode() || (births_known && known.birth_ns != file.birth_ns())) {
    return InodeFit::kOther;
  }
  if (file.compressed()) {  // content tells it, unless there is none that can be read
    const bool same = births_known && known.head_bytes == 0 && furthest(entry) == file.size();
    return same ? InodeFit::kSame : InodeFit::kOther;
  }
  // Without a time of birth another head is another file's, or that of this one after a cut.
  const InodeFit changed = births_known ? InodeFit::kTruncated : InodeFit::kOther;
  if (file.size() < known.head_bytes) {  // too little to tell
    return births_known ? InodeFit::kShorter : InodeFit::kOther;
  }
  if (!has_head_of(known, content)) {
    return changed;
  }
  if (file.size() < furthest(entry)) {
    return InodeFit::kShorter;
  }
  return has_tails_of(entry, content) ? InodeFit::kSame : changed;
}

bool has_content_of(const journal::Entry& entry, const LogBytes& content) {
  const LogFile& file = content.file();
  const bool stamped = file.format() != LogFormat::kPlain;
  const std::uint32_t telling = stamped ? 1 : kTellingHeadBytes;
  if (file.size() < furthest(entry) || (!stamped && file.current()) ||
      (entry.identity.head_bytes < telling && file.size() != furthest(entry)) ||
      entry.identity.head_bytes == 0 || !has_head_of(entry.identity, content)) {
    return false;
  }
  // What was finished had this size: nothing more is to be read, so the rest need not be looked at,
  // unless another file may begin alike and be as long.
  const bool whole = stamped && entry.finished && file.size() == furthest(entry);
  return whole || has_tails_of(entry, content);
}

bool has_head_of(const FileIdentity& identity, const LogBytes& content) {
  const Result<std::uint64_t> head = hash_head(content, identity.head_bytes);
  return head && *head == identity.head_hash;
}

bool has_tails_of(const journal::Entry& entry, const LogBytes& content) {
  for (std::size_t stream = 0; stream < kStreamCount; ++stream) {
    if (!has_tail(entry.tails.at(stream), entry.settled.at(stream), content)) {
      return false;
    }
  }
  return true;
}

FileIdentity new_identity(const LogFile& file) {
  return {file.inode(), file.birth_ns(), 0, XXH3_64bits("", 0)};
}

bool extend_identity(const LogBytes& content, FileIdentity& identity) {
  const auto covered = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(FileIdentity::kHeadBytes, content.file().size()));
  if (identity.head_bytes >= covered) {
    return false;
  }
  std::array<char, FileIdentity::kHeadBytes> head{};
  if (content.read_all(head.data(), covered, 0) != covered ||
      XXH3_64bits(head.data(), identity.head_bytes) != identity.head_hash) {
    return false;
  }
  identity.head_bytes = covered;
  identity.head_hash = XXH3_64bits(head.data(), covered);
  return true;
}

std::uint64_t last_line_end(const LogBytes& content) {
  constexpr std::uint64_t kLook = std::uint64_t{64} << 10;
  const std::uint64_t size = content.file().size();
  const std::uint64_t from = size > kLook ? size - kLook : 0;
  std::string tail(static_cast<std::size_t>(size - from), '\0');
  const std::string_view read(tail.data(), content.read_all(tail.data(), tail.size(), from));
  const std::size_t line_end = read.rfind('\n');
  return line_end == std::string_view::npos ? from : from + line_end + 1;
}

std::string make_id_prefix(const LogBytes& content) {
  const ContainerInfo& container = *content.file().container();
  std::array<char, FileIdentity::kHeadBytes> head{};
  std::string_view first_line(head.data(), content.read_all(head.data(), head.size(), 0));
  first_line = first_line.substr(0, first_line.find('\n'));
  return fmt::format("{}/{}/{}/{:016x}",
                     container.pod_uid.empty() ? container.container_id : container.pod_uid,
                     container.container,
                     container.restart,
                     XXH3_64bits(first_line.data(), first_line.size()));
}

}  // namespace supercargo
