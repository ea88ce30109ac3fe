#include "collectors/logs/journal_recovery.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "agent/base/log.h"

namespace supercargo::journal {
namespace {

constexpr std::size_t kLargestSegment = std::size_t{1} << 30;

struct SegmentFile {
  std::size_t index = 0;
  std::string path;
  std::string bytes;
  std::optional<Header> header;
  std::string fault;  // why it cannot be used; empty: it can, or was never used
  std::int64_t written_ns = 0;
};

// Nothing when the header can be believed.
std::string fault_of_header(const SegmentFile& segment) {
  if (!segment.header) {
    return "damaged header";
  }
  if (segment.header->version != kFormatVersion) {
    return "format version " + std::to_string(segment.header->version) + ", this agent has " +
           std::to_string(kFormatVersion);
  }
  return {};
}

Result<SegmentFile> read_segment_file(FileLayer& layer,
                                      const std::string& directory,
                                      std::size_t index) {
  SegmentFile segment{index, segment_path(directory, index), {}, {}, {}, 0};
  Result<std::unique_ptr<File>> file = layer.open_to_read(segment.path);
  if (!file && file.error().code == ErrorCode::kNotFound) {
    return segment;
  }
  if (!file) {
    return std::move(file).error();
  }
  if (const Status read = read_from_start(**file, segment.bytes, kLargestSegment); !read) {
    segment.fault = read.error().message;
    return segment;
  }
  segment.written_ns = (*file)->written_ns();
  // A header of zeros: never used, or the agent ended before the segment counted.
  if (segment.bytes.find_first_not_of('\0') < kHeaderBytes) {
    segment.header = decode_header(segment.bytes);
    segment.fault = fault_of_header(segment);
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

// The newest segment that is whole; what is wrong with those that are not stands in them.
void take_newest(std::array<SegmentFile, 2>& segments, Recovered& recovered) {
  std::array<SegmentFile*, 2> newest_first = {&segments[0], &segments[1]};
  const auto generation = [](const SegmentFile* segment) {
    return segment->header ? segment->header->generation : 0;
  };
  if (generation(newest_first[1]) > generation(newest_first[0])) {
    std::swap(newest_first[0], newest_first[1]);
  }
  for (SegmentFile* segment : newest_first) {
    if (!segment->header || !segment->fault.empty()) {
      continue;
    }
    recovered.generation = std::max(recovered.generation, segment->header->generation);
    const std::string_view records = std::string_view(segment->bytes).substr(kHeaderBytes);
    if (std::optional<State> state = read_segment(records, segment->header->salt)) {
      recovered.state = std::move(*state);
      recovered.segment = segment->index;
      recovered.written_ns = segment->written_ns;
      return;
    }
    segment->fault = "damaged state";
  }
}

Status set_aside(FileLayer& layer, const SegmentFile& segment, bool has_state) {
  const std::string aside = segment.path + ".damaged";
  if (Status moved = layer.rename(segment.path, aside); !moved) {
    return std::move(moved).error().with_context("cannot set aside (" + segment.fault + ")");
  }
  log(has_state ? LogLevel::kWarn : LogLevel::kError,
      "A segment of the journal cannot be used.",
      {{"segment", segment.path},
       {"why", segment.fault},
       {"kept_as", aside},
       {"now",
        has_state ? "reading goes on from the other segment, lines may be repeated"
                  : "what was delivered is not known, all files are read from their start"}});
  return Ok{};
}

}  // namespace

std::optional<State> read_segment(std::string_view records, std::uint64_t salt) {
  State state;
  std::string_view rest = records;
  std::vector<RecordView> batch;
  while (std::optional<RecordView> record = take_record(rest, salt)) {
    if (record->type != RecordType::kCommit) {
      batch.push_back(std::move(*record));
      continue;
    }
    for (RecordView& change : batch) {
      state.next_file = std::max(state.next_file, change.file + 1);
      apply(std::move(change), state);
    }
    batch.clear();
    state.record_bytes = records.size() - rest.size();
  }
  return state.record_bytes > 0 ? std::optional(std::move(state)) : std::nullopt;
}

Result<Recovered> recover(FileLayer& layer, const std::string& directory) {
  std::array<SegmentFile, kSegmentNames.size()> segments;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    Result<SegmentFile> read = read_segment_file(layer, directory, i);
    if (!read) {
      return std::move(read).error();
    }
    segments.at(i) = std::move(*read);
  }
  Recovered recovered;
  take_newest(segments, recovered);
  for (const SegmentFile& segment : segments) {
    if (segment.fault.empty()) {
      continue;
    }
    if (Status moved = set_aside(layer, segment, recovered.segment.has_value()); !moved) {
      return std::move(moved).error();
    }
    ++recovered.set_aside;
  }
  return recovered;
}

}  // namespace supercargo::journal
