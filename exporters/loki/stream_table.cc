#include "exporters/loki/stream_table.h"

namespace supercargo {
namespace {

// Streams of equal labels of two tenants are two streams.
std::uint64_t key_of(std::uint32_t tenant, std::uint64_t stream) {
  return stream ^ (std::uint64_t{tenant} * 0x9E37'79B9'7F4A'7C15U);
}

}  // namespace

StreamMemory& StreamTable::of(std::uint32_t tenant, std::uint64_t stream) {
  const std::uint64_t key = key_of(tenant, stream);
  const auto found = known_.find(key);
  if (found != known_.end()) {
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    return by_use_.front();
  }
  if (by_use_.size() >= kMaxStreams) {
    known_.erase(key_of(by_use_.back().tenant, by_use_.back().stream));
    by_use_.pop_back();
  }
  StreamMemory& made = by_use_.emplace_front();
  made.stream = stream;
  made.tenant = tenant;
  known_[key] = by_use_.begin();
  return made;
}

}  // namespace supercargo
