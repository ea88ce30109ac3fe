#include "collectors/logs/file_identity.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>
#include <unistd.h>
#include <xxhash.h>

namespace supercargo {

bool is_same_file(const journal::Entry& entry, const LogFile& file) {
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
  const Result<std::uint64_t> head = hash_head(file.fd(), known.head_bytes);
  return head && *head == known.head_hash;
}

FileIdentity new_identity(const LogFile& file) {
  const Result<std::uint64_t> hash_of_nothing = hash_head(file.fd(), 0);
  return {file.inode(), file.birth_ns(), 0, hash_of_nothing ? *hash_of_nothing : 0};
}

bool extend_identity(const LogFile& file, FileIdentity& identity) {
  const auto covered =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(FileIdentity::kHeadBytes, file.size()));
  if (identity.head_bytes >= covered) {
    return false;
  }
  const Result<std::uint64_t> hash = hash_head(file.fd(), covered);
  if (hash) {
    identity.head_bytes = covered;
    identity.head_hash = *hash;
  }
  return hash.has_value();
}

std::uint64_t last_line_end(const LogFile& file) {
  constexpr std::uint64_t kLook = std::uint64_t{64} << 10;
  const std::uint64_t size = file.size();
  const std::uint64_t from = size > kLook ? size - kLook : 0;
  std::string tail(static_cast<std::size_t>(size - from), '\0');
  const ssize_t count = ::pread(file.fd(), tail.data(), tail.size(), static_cast<off_t>(from));
  const std::string_view read(tail.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  const std::size_t line_end = read.rfind('\n');
  return line_end == std::string_view::npos ? from : from + line_end + 1;
}

std::string make_id_prefix(const LogFile& file) {
  const ContainerInfo& container = *file.container();
  std::array<char, FileIdentity::kHeadBytes> head{};
  const ssize_t count = ::pread(file.fd(), head.data(), head.size(), 0);
  std::string_view first_line(head.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  first_line = first_line.substr(0, first_line.find('\n'));
  return fmt::format("{}/{}/{}/{:016x}",
                     container.pod_uid.empty() ? container.container_id : container.pod_uid,
                     container.container,
                     container.restart,
                     XXH3_64bits(first_line.data(), first_line.size()));
}

}  // namespace supercargo
