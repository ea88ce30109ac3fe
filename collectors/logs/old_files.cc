#include "collectors/logs/old_files.h"

#include <limits>

#include "collectors/logs/chain_key.h"

namespace supercargo {
namespace {

// A file that was made shortly before the last agent ended may have been missed by it.
constexpr std::int64_t kMayBeMissedNs = 60'000'000'000;

}  // namespace

OldFiles::OldFiles(const Journal& journal)
    : before_ns_(journal.is_new() ? std::numeric_limits<std::int64_t>::max()
                                  : journal.last_written_ns() - kMayBeMissedNs) {}

void OldFiles::look(const LogChains& listed, const Journal& journal) {
  looked_ = true;
  for (const std::shared_ptr<const LogChain>& chain : listed) {
    if (!journal.unclaimed(chain->key).empty()) {
      known_.insert(group_of(*chain));
    }
  }
}

std::int64_t OldFiles::before_ns(const LogChain& chain) const {
  return known_.contains(group_of(chain)) ? std::numeric_limits<std::int64_t>::min() : before_ns_;
}

OldFiles::Group OldFiles::group_of(const LogChain& chain) {
  return {chain.found_by,
          chain.files.empty() ? container_of_key(chain.key).pod_namespace
                              : chain.files.back()->container()->pod_namespace};
}

}  // namespace supercargo
