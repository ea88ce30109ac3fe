// The collectors of the node: one table, one line a collector.
//
// agent/app makes them once at start-up; they then belong to the collect thread.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/collector.h"
#include "agent/base/result.h"
#include "collectors/node/node_options.h"

namespace supercargo {

struct NodeCollectorInfo {
  std::string_view name;  // Collector::name(), and node_exporter's name of it
  std::string_view help;
  bool on_by_default;
  std::string_view source;  // what it reads, as METRICS.md names it
};

[[nodiscard]] std::span<const NodeCollectorInfo> node_collector_infos();

// Those that are on, in the order of the table: by default, by options.full, or by name in
// enabled_collectors; what disabled_collectors names is off. With a host.proc that does not exist
// the families() are exactly the documented ones: METRICS.md is printed from that.
[[nodiscard]] std::vector<std::unique_ptr<Collector>> make_node_collectors(
    const NodeOptions& options);

// The families of those that are off by default and that the configuration names itself: they are
// wanted whatever the profile.
[[nodiscard]] std::vector<std::string> families_asked_for(const NodeOptions& options);

// kConfig when one of the patterns is no RE2 (a collector with such a pattern gives no samples), or
// when a name in the lists is no collector's, so that start-up can say so.
[[nodiscard]] Status check_node_options(const NodeOptions& options);

}  // namespace supercargo
