#include "collectors/logs/file_identity.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>
#include <xxhash.h>

namespace supercargo {

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

bool is_same_file(const journal::Entry& entry, const LogBytes& bytes) {
  const LogFile& file = bytes.file();
  const FileIdentity& known = entry.identity;
  const bool same_inode =
      known.inode == file.inode() &&
      (known.birth_ns == 0 || file.birth_ns() == 0 || known.birth_ns == file.birth_ns());
  const bool may_be_copy =
      known.head_bytes == FileIdentity::kHeadBytes && file.format() != LogFormat::kPlain &&
      file.size() >= *std::max_element(entry.settled.begin(), entry.settled.end());
  if (!same_inode && !may_be_copy) {
    return false;
  }
  const Result<std::uint64_t> head = hash_head(bytes, known.head_bytes);
  return head && *head == known.head_hash;
}

FileIdentity new_identity(const LogFile& file) {
  return {file.inode(), file.birth_ns(), 0, XXH3_64bits("", 0)};
}

bool extend_identity(const LogBytes& bytes, FileIdentity& identity) {
  const auto covered = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(FileIdentity::kHeadBytes, bytes.file().size()));
  if (identity.head_bytes >= covered) {
    return false;
  }
  const Result<std::uint64_t> hash = hash_head(bytes, covered);
  if (hash) {
    identity.head_bytes = covered;
    identity.head_hash = *hash;
  }
  return hash.has_value();
}

std::uint64_t last_line_end(const LogBytes& bytes) {
  constexpr std::uint64_t kLook = std::uint64_t{64} << 10;
  const std::uint64_t size = bytes.file().size();
  const std::uint64_t from = size > kLook ? size - kLook : 0;
  std::string tail(static_cast<std::size_t>(size - from), '\0');
  const std::string_view read(tail.data(), bytes.read_all(tail.data(), tail.size(), from));
  const std::size_t line_end = read.rfind('\n');
  return line_end == std::string_view::npos ? from : from + line_end + 1;
}

std::string make_id_prefix(const LogBytes& bytes) {
  const ContainerInfo& container = *bytes.file().container();
  std::array<char, FileIdentity::kHeadBytes> head{};
  std::string_view first_line(head.data(), bytes.read_all(head.data(), head.size(), 0));
  first_line = first_line.substr(0, first_line.find('\n'));
  return fmt::format("{}/{}/{}/{:016x}",
                     container.pod_uid.empty() ? container.container_id : container.pod_uid,
                     container.container,
                     container.restart,
                     XXH3_64bits(first_line.data(), first_line.size()));
}

}  // namespace supercargo
