#include "collectors/logs/journal_recovery.h"

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

#include <fcntl.h>

#include "agent/base/fd.h"
#include "agent/base/log.h"

namespace supercargo::journal {
namespace {

constexpr std::size_t kLargestSegment = std::size_t{1} << 30;

struct SegmentFile {
  std::size_t index = 0;
  std::string path;
  std::string bytes;
  std::optional<Header> header;
};

Status read_whole(const std::string& path, std::string& out) {
  Result<UniqueFd> fd = open_at(AT_FDCWD, path.c_str(), O_RDONLY);
  return fd ? read_all(fd->get(), out, kLargestSegment) : Status(std::move(fd).error());
}

void set_aside(const SegmentFile& segment, Recovered& recovered) {
  const std::string aside = segment.path + ".damaged";
  (void)std::rename(segment.path.c_str(), aside.c_str());
  log_error("Journal segment set aside: damaged, or of a newer version.",
            {{"segment", segment.path}, {"kept_as", aside}});
  ++recovered.set_aside;
}

SegmentFile read_segment_file(const std::string& directory,
                              std::size_t index,
                              Recovered& recovered) {
  SegmentFile segment{index, directory + "/" + std::string(kSegmentNames.at(index)), {}, {}};
  const Status status = read_whole(segment.path, segment.bytes);
  if (!status && status.error().code == ErrorCode::kNotFound) {
    return segment;
  }
  // A header of zeros: never used, or the agent ended before the segment counted.
  if (status && segment.bytes.find_first_not_of('\0') >= kHeaderBytes) {
    return segment;
  }
  segment.header = decode_header(segment.bytes);
  if (!status || !segment.header || segment.header->version != kFormatVersion) {
    set_aside(segment, recovered);
    segment.header.reset();
  }
  return segment;
}

void apply(const Offset& offset, Entry& entry) {
  for (const Stream stream : {Stream::kStdout, Stream::kStderr}) {
    if ((offset.streams & set_of(stream)) != 0) {
      entry.settled[static_cast<std::size_t>(stream)] = offset.offset;
      entry.tails[static_cast<std::size_t>(stream)] = offset.tail;
    }
  }
}

void apply(RecordView&& record, State& state) {
  if (record.type == RecordType::kFile) {
    state.entries[record.file] = std::move(record.entry);
  } else if (record.type == RecordType::kForget) {
    state.entries.erase(record.file);
  } else if (record.type == RecordType::kBoot) {
    state.boot_id = std::move(record.boot_id);
  } else if (const auto entry = state.entries.find(record.file); entry != state.entries.end()) {
    apply(record.offset, entry->second);
  }
}

}  // namespace

std::optional<State> read_segment(std::string_view records, std::uint64_t salt) {
  State state;
  bool whole = false;
  std::vector<RecordView> batch;
  while (std::optional<RecordView> record = take_record(records, salt)) {
    if (record->type != RecordType::kCommit) {
      batch.push_back(std::move(*record));
      continue;
    }
    for (RecordView& change : batch) {
      state.next_file = std::max(state.next_file, change.file + 1);
      apply(std::move(change), state);
    }
    batch.clear();
    whole = true;
  }
  return whole ? std::optional(std::move(state)) : std::nullopt;
}

Recovered recover(const std::string& directory) {
  Recovered recovered;
  std::array segments = {read_segment_file(directory, 0, recovered),
                         read_segment_file(directory, 1, recovered)};
  const auto generation = [](const SegmentFile& segment) {
    return segment.header ? segment.header->generation : 0;
  };
  if (generation(segments[1]) > generation(segments[0])) {
    std::swap(segments[0], segments[1]);
  }
  recovered.generation = generation(segments[0]);
  for (const SegmentFile& segment : segments) {
    if (!segment.header) {
      continue;
    }
    const std::string_view records = std::string_view(segment.bytes).substr(kHeaderBytes);
    if (std::optional<State> state = read_segment(records, segment.header->salt)) {
      recovered.state = std::move(*state);
      recovered.segment = segment.index;
      break;
    }
    set_aside(segment, recovered);
  }
  return recovered;
}

}  // namespace supercargo::journal
