#include "collectors/node/slabinfo.h"

#include <algorithm>
#include <cerrno>

#include <unistd.h>

#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 1> kLabels{"slab"};
constexpr std::array<MetricDesc, 5> kFamilies{{
    {"node_slabinfo_active_objects",
     "The number of objects that are currently active (i.e., in use).",
     MetricKind::kGauge,
     kLabels},
    {"node_slabinfo_objects",
     "The total number of allocated objects (i.e., objects that are both in use and not in use).",
     MetricKind::kGauge,
     kLabels},
    {"node_slabinfo_object_size_bytes",
     "The size of objects in this slab, in bytes.",
     MetricKind::kGauge,
     kLabels},
    {"node_slabinfo_objects_per_slab",
     "The number of objects stored in each slab.",
     MetricKind::kGauge,
     kLabels},
    {"node_slabinfo_pages_per_slab",
     "The number of pages allocated for each slab.",
     MetricKind::kGauge,
     kLabels},
}};

bool parse_cache(std::string_view line, SlabCache& out) {
  out.name = take_word(line);
  for (std::uint64_t& number : out.numbers) {
    const std::optional<std::uint64_t> value = parse_u64(take_word(line));
    if (!value) {
      return false;
    }
    number = *value;
  }
  return true;
}

}  // namespace

// slabinfo - version: 2.1
// # name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables ...
// ext4_groupinfo_1k     25     25    160   25    1 : tunables    0    0    0 : slabdata ...
Status parse_slabinfo(std::string_view text, std::vector<SlabCache>& out) {
  out.clear();
  if (!take_until(text, '\n').starts_with("slabinfo - version: 2.")) {
    return Error{ErrorCode::kParse, "slabinfo: no header \"slabinfo - version: 2.x\""};
  }
  while (!text.empty()) {
    SlabCache cache{};
    if (parse_cache(take_until(text, '\n'), cache)) {
      out.push_back(cache);
    }
  }
  std::ranges::sort(out, {}, &SlabCache::name);
  const auto same = [](const SlabCache& a, const SlabCache& b) { return a.name == b.name; };
  out.erase(std::unique(out.begin(), out.end(), same), out.end());
  return Ok{};
}

SlabinfoCollector::SlabinfoCollector(const HostPaths& host)
    : file_(host.proc + "/slabinfo", FileEnd::kLessThanPage),
      forbidden_(::access(file_.path().c_str(), R_OK) != 0 && errno == EACCES) {}

std::span<const MetricDesc> SlabinfoCollector::families() const noexcept {
  return kFamilies;
}

Status SlabinfoCollector::collect(SampleSet& out) {
  if (forbidden_) {
    return Error{ErrorCode::kUnavailable, "root alone may read " + file_.path()};
  }
  Result<std::string_view> text = file_.read();
  if (!text) {
    return missing_is_unavailable(std::move(text).error());
  }
  if (Status status = parse_slabinfo(*text, caches_); !status) {
    return status;
  }
  for (const SlabCache& cache : caches_) {
    const auto labels = out.add_labels({{"slab", cache.name}});
    for (std::size_t family = 0; family < cache.numbers.size(); ++family) {
      out.add(family, labels, static_cast<double>(cache.numbers[family]));
    }
  }
  return Ok{};
}

}  // namespace supercargo
