#include "collectors/logs/journal_files.h"

#include <algorithm>
#include <span>
#include <utility>

namespace supercargo::journal {

std::string segment_path(const std::string& directory, std::size_t index) {
  return directory + "/" + std::string(kSegmentNames.at(index));
}

Result<SegmentFiles> open_segments(FileLayer& layer,
                                   const std::string& directory,
                                   std::uint64_t segment_bytes) {
  SegmentFiles files;
  for (std::size_t i = 0; i < files.size(); ++i) {
    Result<std::unique_ptr<File>> file = layer.open_to_write(segment_path(directory, i));
    if (!file) {
      return std::move(file).error();
    }
    (void)(*file)->allocate(segment_bytes);
    files.at(i) = std::make_shared<SyncedFile>(std::move(*file));
  }
  if (Status synced = layer.sync_directory(directory); !synced) {
    return std::move(synced).error();
  }
  return files;
}

Status read_from_start(File& file, std::string& out, std::size_t max_bytes) {
  constexpr std::size_t kFirstRead = 4096;
  out.clear();
  while (out.size() < max_bytes) {
    const std::size_t used = out.size();
    out.resize(used + std::min(std::max(kFirstRead, used), max_bytes - used));
    Result<std::size_t> count = file.read_at(std::span(out).subspan(used), used);
    out.resize(used + (count ? *count : 0));
    if (!count) {
      return std::move(count).error();
    }
    if (*count == 0) {
      break;
    }
  }
  return Ok{};
}

Status write_all_at(File& file, std::string_view data, std::uint64_t offset) {
  while (!data.empty()) {
    Result<std::size_t> count = file.write_at(data, offset);
    if (!count) {
      return std::move(count).error().with_context("the journal");
    }
    if (*count == 0) {
      return Error{ErrorCode::kIo, "the journal: nothing was written"};
    }
    data.remove_prefix(*count);
    offset += *count;
  }
  return Ok{};
}

}  // namespace supercargo::journal
