#include "collectors/logs/container_infos.h"

#include <atomic>

namespace supercargo {
namespace {

std::uint64_t next_container_key() {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace

std::shared_ptr<const ContainerInfo> ContainerInfos::of(std::uint32_t restart) {
  std::shared_ptr<const ContainerInfo> container = by_restart_[restart].lock();
  if (!container) {
    auto made = std::make_shared<ContainerInfo>(container_);
    made->restart = restart;
    made->key = next_container_key();
    container = std::move(made);
    std::erase_if(by_restart_, [](const auto& entry) { return entry.second.expired(); });
    by_restart_[restart] = container;
  }
  return container;
}

}  // namespace supercargo
