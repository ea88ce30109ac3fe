// Reads the files of one cgroup into a CgroupSample. Collect thread.
//
// A file that is missing or odd costs its own values and nothing else.
#pragma once

#include "collectors/cgroup/cgroup_reader.h"
#include "collectors/cgroup/cgroup_sample.h"
#include "collectors/cgroup/last_reading.h"

namespace supercargo {

// Replaces `limits`.
void read_limits_v1(CgroupReader& reader, CgroupLimits& limits);
void read_limits_v2(CgroupReader& reader, CgroupLimits& limits);

// The first part of a reading: adds CPU time to `sample`, which was cleared. Throttling is told
// where there is a quota.
[[nodiscard]] CgroupActivity read_activity_v1(CgroupReader& reader, CgroupSample& sample);
[[nodiscard]] CgroupActivity read_activity_v2(CgroupReader& reader,
                                              const CgroupLimits& limits,
                                              CgroupSample& sample);

// The other part: adds all else that is used.
void read_usage_v1(CgroupReader& reader,
                   const CgroupLimits& limits,
                   const CgroupActivity& activity,
                   CgroupSample& sample);
void read_usage_v2(CgroupReader& reader, const CgroupActivity& activity, CgroupSample& sample);

// A part of read_usage_v2(). The kernel writes what a cgroup left behind long after it did anything
// (with v1, in nobody's name).
void read_devices_v2(CgroupReader& reader, CgroupSample& sample);

}  // namespace supercargo
