#include "collectors/cgroup/hugetlb_reader.h"

#include <algorithm>

#include <fcntl.h>

#include "agent/base/directory.h"
#include "agent/base/fd.h"
#include "agent/base/text.h"
#include "collectors/cgroup/memory_files.h"

namespace supercargo {
namespace {

constexpr std::int64_t kLookAgainNs = 60'000'000'000;
constexpr std::uint64_t kKibibytesInMebibyte = 1024;
constexpr std::uint64_t kKibibytesInGibibyte = 1024 * kKibibytesInMebibyte;

// "hugepages-2048kB"
std::optional<std::uint64_t> kibibytes_of_pool(std::string_view name) {
  constexpr std::string_view kPrefix = "hugepages-";
  constexpr std::string_view kSuffix = "kB";
  if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) {
    return std::nullopt;
  }
  name.remove_prefix(kPrefix.size());
  name.remove_suffix(kSuffix.size());
  return parse_u64(name);
}

// hugetlb.2MB.events (v2) has the form of memory.events: "max 0".
std::optional<std::uint64_t> parse_failures(std::string_view text) {
  const std::optional<MemoryEvents> events = parse_memory_events(text);
  return events ? events->max : std::nullopt;
}

}  // namespace

std::string huge_page_size_name(std::uint64_t kibibytes) {
  if (kibibytes >= kKibibytesInGibibyte) {
    return std::to_string(kibibytes / kKibibytesInGibibyte) + "GB";
  }
  if (kibibytes >= kKibibytesInMebibyte) {
    return std::to_string(kibibytes / kKibibytesInMebibyte) + "MB";
  }
  return std::to_string(kibibytes) + "KB";
}

void HugetlbReader::begin_pass(std::int64_t now_ns) {
  if (!looked_ns_ || now_ns - *looked_ns_ >= kLookAgainNs || now_ns < *looked_ns_) {
    looked_ns_ = now_ns;
    find_sizes();
  }
}

void HugetlbReader::find_sizes() {
  sizes_.clear();
  const std::string pools = sys_ + "/kernel/mm/hugepages";
  const Result<UniqueFd> directory = open_at(AT_FDCWD, pools.c_str(), O_RDONLY | O_DIRECTORY);
  if (!directory) {
    return;
  }
  DirectoryReader reader;
  std::vector<std::uint64_t> found;
  // An error leaves out what it hides: nobody needs to know of huge pages.
  (void)reader.read(directory->get(), [&](std::string_view name, DirectoryReader::Type /*type*/) {
    const std::optional<std::uint64_t> kibibytes = kibibytes_of_pool(name);
    if (kibibytes && has_pages(std::string(pools).append("/").append(name))) {
      found.push_back(*kibibytes);
    }
  });
  std::sort(found.begin(), found.end());
  for (const std::uint64_t kibibytes : found) {
    sizes_.push_back(huge_page_size_name(kibibytes));
  }
}

bool HugetlbReader::has_pages(const std::string& pool) const {
  std::string text;
  for (const char* file : {"/nr_hugepages", "/nr_overcommit_hugepages"}) {
    if (read_file((pool + file).c_str(), text) && parse_u64(trim(text)).value_or(0) > 0) {
      return true;
    }
  }
  return false;
}

void HugetlbReader::read(std::string_view cgroup,
                         ReadContext& context,
                         std::vector<HugetlbUsage>& out) {
  out.clear();
  const bool v2 = context.hierarchy.version() == CgroupVersion::kV2;
  for (const std::string& size : sizes_) {
    const std::string prefix = "hugetlb." + size;
    HugetlbUsage usage;
    usage.page_size = size;
    usage.bytes = read_value(cgroup, prefix + (v2 ? ".current" : ".usage_in_bytes"), context);
    if (!usage.bytes) {
      continue;  // v2's root, or a cgroup without the controller
    }
    if (!v2) {
      usage.peak_bytes = read_value(cgroup, prefix + ".max_usage_in_bytes", context);
    }
    usage.failures = read_value(cgroup, prefix + (v2 ? ".events" : ".failcnt"), context);
    out.push_back(usage);
  }
}

std::optional<std::uint64_t> HugetlbReader::read_value(std::string_view cgroup,
                                                       std::string_view file,
                                                       ReadContext& context) {
  const int root = context.hierarchy.root(Controller::kHugetlb);
  context.path.clear();
  append_relative_path(cgroup, context.path);
  context.path.append("/").append(file);
  const Result<UniqueFd> opened =
      root < 0 ? Result<UniqueFd>(Error{ErrorCode::kNotFound, "no hugetlb controller"})
               : open_at(root, context.path.c_str(), O_RDONLY | O_NONBLOCK);
  if (!opened || !read_all(opened->get(), text_)) {
    return std::nullopt;
  }
  const std::optional<std::uint64_t> value =
      file.ends_with(".events") ? parse_failures(text_) : parse_single_value(text_);
  if (!value) {
    ++context.errors;
  }
  return value;
}

}  // namespace supercargo
