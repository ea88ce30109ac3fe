// A machine with cgroups, /proc, /sys and /var/log in a TempTree, for tests and the benchmark.
// One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/base/host_paths.h"
#include "tests/support/temp_tree.h"

namespace supercargo::test {

class CgroupTree {
 public:
  enum class Version { kV1, kV2 };

  explicit CgroupTree(Version version);

  [[nodiscard]] HostPaths paths() const;

  // A cgroup with every file that its version has in it, `process` in cgroup.procs unless 0.
  void cgroup(const std::string& path, int process = 0);

  // Writes one of its files; v1: below the controller that the file's name begins with.
  void file(const std::string& path, const std::string& name, std::string_view text);
  void remove_file(const std::string& path, const std::string& name);
  void remove(const std::string& path);

  // A container's link in /var/log/containers and its log below /var/log/pods.
  void log_link(const std::string& container, const std::string& id, const std::string& uid);
  void pod_log_dir(const std::string& uid);

  // A process whose network has its own counters, or the network of another one.
  void process(int id, std::uint64_t received_bytes);
  void process_in_network_of(int id, int other);

  // Sets when the cgroup's directory and files were made.
  void made_at(const std::string& path, std::int64_t seconds);

  TempTree tree;

 private:
  [[nodiscard]] std::string directory(const std::string& path, std::string_view file) const;

  const Version version_;
};

inline const std::string kUid = "0a27611d-ea54-405f-9b1c-0123456789ab";
inline const std::string kAppId(64, 'a');
inline const std::string kSideId(64, 'b');
inline const std::string kPauseId(64, 'c');
inline const std::string kQosSlice = "/kubepods.slice/kubepods-burstable.slice";
inline const std::string kPod =
    kQosSlice + "/kubepods-burstable-pod0a27611d_ea54_405f_9b1c_0123456789ab.slice";

[[nodiscard]] inline std::string container_path(const std::string& id) {
  return kPod + "/cri-containerd-" + id + ".scope";
}

}  // namespace supercargo::test
