// Reads the files of one cgroup into a CgroupSample. Collect thread.
//
// A file that is missing or odd costs its own values and nothing else.
#pragma once

#include "collectors/cgroup/cgroup_reader.h"
#include "collectors/cgroup/cgroup_sample.h"

namespace supercargo {

// Replaces `limits`.
void read_limits_v1(CgroupReader& reader, CgroupLimits& limits);
void read_limits_v2(CgroupReader& reader, CgroupLimits& limits);

// Adds to `sample`, which was cleared, what is used. Throttling is told where there is a quota.
void read_usage_v1(CgroupReader& reader, const CgroupLimits& limits, CgroupSample& sample);
void read_usage_v2(CgroupReader& reader, const CgroupLimits& limits, CgroupSample& sample);

}  // namespace supercargo
