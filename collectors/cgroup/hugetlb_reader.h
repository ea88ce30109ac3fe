// Huge pages of cgroups, for the page sizes that this machine has pages of.
//
// Owned by the collector; collect thread. A machine without huge pages costs a look at its pools
// once a minute and nothing a cgroup.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/cgroup/cgroup_files.h"

namespace supercargo {

struct HugetlbUsage {
  std::string_view page_size;  // "2MB", valid until the next begin_pass()
  std::optional<std::uint64_t> bytes;
  std::optional<std::uint64_t> peak_bytes;  // v1 only
  std::optional<std::uint64_t> failures;    // how often the limit refused a page
};

// A size as the cgroup's files name it: 2048 kB is "2MB".
[[nodiscard]] std::string huge_page_size_name(std::uint64_t kibibytes);

class HugetlbReader {
 public:
  // `sys` is where sysfs is mounted.
  explicit HugetlbReader(std::string sys) : sys_(std::move(sys)) {}

  void begin_pass(std::int64_t now_ns);

  // Replaces `out`. `cgroup` is the cgroup's path, "/" for the root.
  void read(std::string_view cgroup, ReadContext& context, std::vector<HugetlbUsage>& out);

 private:
  void find_sizes();
  [[nodiscard]] bool has_pages(const std::string& pool) const;
  std::optional<std::uint64_t> read_value(std::string_view cgroup,
                                          std::string_view file,
                                          ReadContext& context);

  const std::string sys_;
  std::optional<std::int64_t> looked_ns_;
  std::vector<std::string> sizes_;
  std::string text_;
};

}  // namespace supercargo
