// inotify on a cgroup tree: which cgroups come and go, and of which the kernel says that something
// happened (memory.events, cgroup.events). One instance; without it everything is found by looking.
//
// Owned by ContainerWatch, on its thread. The kernel gathers what happens while nobody asks; a
// count is read from its file, never made of notifications.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "agent/base/fd.h"

namespace supercargo {

class CgroupNotifier {
 public:
  enum class What : std::uint8_t {
    kMade,     // a cgroup in the watched one
    kRemoved,  // likewise
    kCounted,  // a watched file was changed by the kernel
  };

  // The cgroup's path: of the one that came or went, or whose file was changed.
  using Handle = std::function<void(What what, std::string_view cgroup)>;

  // `root` is the directory of the tree's root cgroup; it outlives the notifier.
  explicit CgroupNotifier(int root);

  [[nodiscard]] bool active() const { return static_cast<bool>(fd_); }

  [[nodiscard]] int fd() const { return fd_.get(); }

  // Watching what is watched already changes nothing.
  void watch_children(const std::string& cgroup);
  void watch_file(const std::string& cgroup, std::string_view file);

  // Likewise, but the next change alone is told: a cgroup at its limit changes memory.events all
  // the time.
  void watch_file_once(const std::string& cgroup, std::string_view file);

  // Hands out what happened since the last call. False when the kernel could not keep all of it.
  [[nodiscard]] bool drain(const Handle& handle);

 private:
  struct Watched {
    std::string cgroup;
    bool is_file = false;
  };

  void watch(const std::string& cgroup, std::string_view file, std::uint32_t mask);
  void handle_event(int watch, std::uint32_t mask, std::string_view name, const Handle& handle);

  const int root_;
  UniqueFd fd_;
  std::unordered_map<int, Watched> watched_;
  bool told_ = false;  // that a cgroup could not be watched
};

}  // namespace supercargo
