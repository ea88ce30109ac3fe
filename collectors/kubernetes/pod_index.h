// Which pod and container an id belongs to, as the names in /var/log tell: no API, no runtime
// socket.
//
// agent/app makes one. refresh() is called by the collect thread at each scrape and costs a few
// system calls while no pod comes or goes. snapshot() may be called by any thread; a snapshot is
// immutable.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "agent/base/directory.h"
#include "agent/base/host_paths.h"
#include "agent/base/result.h"
#include "agent/pipeline/record.h"
#include "collectors/kubernetes/log_paths.h"

namespace supercargo {

struct PodName {
  std::string pod_namespace;
  std::string pod;
};

class PodSnapshot {
 public:
  // Nothing for a sandbox, and for a container that has not started.
  [[nodiscard]] const ContainerInfo* container(std::string_view id) const;
  [[nodiscard]] const PodName* pod(std::string_view uid) const;

  // False where there is no such directory: nothing will ever be known.
  bool has_pods = false;
  bool has_containers = false;

  // By id. An id that kubelet cut from a long name stands in `cut`, by what is left of it.
  std::map<std::string, ContainerInfo, std::less<>> containers;
  std::map<std::string, ContainerInfo, std::less<>> cut;
  std::map<std::string, PodName, std::less<>> pods;  // by uid
};

class PodIndex {
 public:
  // `log_dir` is a path of the host: links below it resolve below the host's root.
  PodIndex(HostPaths paths, std::string node_name, std::string log_dir = "/var/log");

  // Reads the directories that changed. Returns whether anything did.
  bool refresh();

  [[nodiscard]] std::shared_ptr<const PodSnapshot> snapshot() const;

 private:
  // What a directory was like when it was last read.
  struct Seen {
    std::int64_t modified_ns = 0;
    std::uint64_t inode = 0;
    bool settled = false;  // no later change can carry the same time
    bool exists = false;
  };

  // Opens `name` below log_dir_ when it must be read: nothing while it is as `seen`.
  std::optional<Result<UniqueFd>> open_changed(std::string_view name, Seen& seen);
  void read_pods(int directory, PodSnapshot& next);
  void read_containers(int directory, const PodSnapshot& last, PodSnapshot& next);
  void add_link(int directory, std::string_view name, const PodSnapshot& last, PodSnapshot& next);

  const HostPaths paths_;
  const std::string node_name_;
  const std::string log_dir_;
  DirectoryReader reader_;
  Seen pods_seen_;
  Seen containers_seen_;

  mutable std::mutex mutex_;
  std::shared_ptr<const PodSnapshot> snapshot_ = std::make_shared<PodSnapshot>();
};

}  // namespace supercargo
