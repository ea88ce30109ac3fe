// What the collectors of the node are made with: where the host is, and what they leave out.
//
// A value, filled by agent/app from the configuration before make_node_collectors().
#pragma once

#include "agent/base/host_paths.h"
#include "agent/config/node_config.h"

namespace supercargo {

struct NodeOptions {
  HostPaths host;
  NodeMetricsConfig config{};
  bool full = false;  // what is off by default runs, too
};

}  // namespace supercargo
