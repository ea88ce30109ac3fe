#include "collectors/cgroup/families.h"

#include <algorithm>

#include "collectors/cgroup/labelled_families.h"
#include "collectors/cgroup/plain_families.h"

namespace supercargo {
namespace {

static_assert(kUseFamilies.size() == cgroup_family::kFirstLimit);
static_assert(kUseFamilies.size() + kLimitFamilies.size() == cgroup_family::kSimpleCount);
static_assert(cgroup_family::kSimpleCount + kLabelledFamilies.size() == cgroup_family::kCount);

constexpr std::array<MetricDesc, cgroup_family::kCount> kFamilies = [] {
  std::array<MetricDesc, cgroup_family::kCount> out{};
  auto* end = std::copy(kUseFamilies.begin(), kUseFamilies.end(), out.begin());
  end = std::copy(kLimitFamilies.begin(), kLimitFamilies.end(), end);
  std::copy(kLabelledFamilies.begin(), kLabelledFamilies.end(), end);
  return out;
}();

}  // namespace

std::span<const MetricDesc> cgroup_families() noexcept {
  return kFamilies;
}

}  // namespace supercargo
