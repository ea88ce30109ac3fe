#include "collectors/cgroup/last_reading.h"

#include <algorithm>

namespace supercargo {
namespace {

bool is_pressure_equal(const CgroupSample& one, const CgroupSample& other) {
  using namespace cgroup_family;  // NOLINT(google-build-using-namespace): enumerators only
  constexpr std::array kPressures{kPressureCpuWaiting,
                                  kPressureCpuStalled,
                                  kPressureMemoryWaiting,
                                  kPressureMemoryStalled,
                                  kPressureIoWaiting,
                                  kPressureIoStalled};
  return std::all_of(kPressures.begin(), kPressures.end(), [&](CgroupFamily family) {
    return one.get(family) == other.get(family);
  });
}

}  // namespace

void LastReading::keep(const CgroupActivity& activity, const CgroupSample& sample) {
  is_quiet_ = false;
  if (!activity.known() || activity != activity_) {
    activity_ = activity;
    sample_.reset();
    return;
  }
  if (sample_) {
    is_quiet_ = is_pressure_equal(*sample_, sample);
    *sample_ = sample;
  } else {
    sample_ = std::make_unique<CgroupSample>(sample);
  }
}

}  // namespace supercargo
