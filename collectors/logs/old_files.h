// Which files an output that has no cursor of them takes for older than itself: what stands in
// those is not wanted with start_at: end.
//
// Owned by a LogReader, on its output's thread. To skip what nobody has read is a loss, to read
// what nobody wants is not: so everything is old to a new output alone. One that ran before skips
// only files of a source, or of a namespace of it, of which it knows none (it did not have to read
// that before), and of those only what stood there when the agent ran last. What came while no
// agent ran is read from its start.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "collectors/logs/catalog.h"
#include "collectors/logs/journal.h"

namespace supercargo {

class OldFiles {
 public:
  // The journal as it was found.
  explicit OldFiles(const Journal& journal);

  [[nodiscard]] bool looked() const { return looked_; }

  // The first list of files, before the journal learns of any of them.
  void look(const LogChains& listed, const Journal& journal);

  // Files of the chain that stand since before then (Unix time) are old. Requires: looked().
  [[nodiscard]] std::int64_t before_ns(const LogChain& chain) const;

 private:
  using Group = std::pair<std::string, std::string>;  // source, namespace

  [[nodiscard]] static Group group_of(const LogChain& chain);

  const std::int64_t before_ns_;  // where nothing is known of the group
  std::set<Group> known_;
  bool looked_ = false;
};

}  // namespace supercargo
