#include "collectors/node/filefd.h"

#include <array>

#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::array<MetricDesc, 2> kFamilies{{
    {"node_filefd_allocated", "File descriptor statistics: allocated.", MetricKind::kGauge},
    {"node_filefd_maximum", "File descriptor statistics: maximum.", MetricKind::kGauge},
}};

}  // namespace

// 754	0	2465959        (allocated, allocated but unused: always 0, maximum)
Result<FileHandles> parse_file_nr(std::string_view text) {
  std::string_view line = take_until(text, '\n');
  const std::optional<std::uint64_t> allocated = parse_u64(take_word(line));
  static_cast<void>(take_word(line));
  const std::optional<std::uint64_t> maximum = parse_u64(take_word(line));
  if (!allocated || !maximum) {
    return Error{ErrorCode::kParse, "file-nr: expected three numbers"};
  }
  return FileHandles{*allocated, *maximum};
}

std::span<const MetricDesc> FilefdCollector::families() const noexcept {
  return kFamilies;
}

Status FilefdCollector::collect(SampleSet& out) {
  Result<std::string_view> text = file_.read();
  if (!text) {
    return std::move(text).error();
  }
  Result<FileHandles> handles = parse_file_nr(*text);
  if (!handles) {
    return std::move(handles).error();
  }
  out.add(0, SampleSet::kNoLabels, static_cast<double>(handles->allocated));
  out.add(1, SampleSet::kNoLabels, static_cast<double>(handles->maximum));
  return Ok{};
}

}  // namespace supercargo
