#include "collectors/kubernetes/cgroup_path.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

using Kind = CgroupKind;
using Runtime = ContainerRuntime;

const std::string kId = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";
const std::string kOuterId = std::string(64, 'c');
const std::string kUid = "0a27611d-ea54-405f-9b1c-0123456789ab";
const std::string kUidInSlice = "0a27611d_ea54_405f_9b1c_0123456789ab";
const std::string kStaticUid = "1864dd05b5c2f1c2d3e4f5a6b7c8d9e0";
const std::string kBurstable = "/kubepods.slice/kubepods-burstable.slice";
const std::string kPodSlice = kBurstable + "/kubepods-burstable-pod" + kUidInSlice + ".slice";
const std::string kKindSlice =
    "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/"
    "kubelet-kubepods-besteffort-pod" +
    kUidInSlice + ".slice";

struct ContainerCase {
  std::string path;
  std::string uid;
  Runtime runtime;
  QosClass qos;
};

TEST(CgroupPath, FindsContainersOfPods) {
  const std::string guaranteed = "/kubepods.slice/kubepods-pod" + kUidInSlice + ".slice";
  const std::string nested = "/kubelet/kubepods/besteffort/pod" + kUid + "/" + kId;
  const std::vector<ContainerCase> cases{
      {kPodSlice + "/cri-containerd-" + kId + ".scope",
       kUid,
       Runtime::kContainerd,
       QosClass::kBurstable},
      {kPodSlice + "/crio-" + kId + ".scope", kUid, Runtime::kCrio, QosClass::kBurstable},
      {kPodSlice + "/docker-" + kId + ".scope", kUid, Runtime::kDocker, QosClass::kBurstable},
      {kPodSlice + "/libpod-" + kId + ".scope", kUid, Runtime::kPodman, QosClass::kBurstable},
      {guaranteed + "/cri-containerd-" + kId + ".scope",
       kUid,
       Runtime::kContainerd,
       QosClass::kGuaranteed},
      {"/kubepods/burstable/pod" + kUid + "/" + kId, kUid, Runtime::kUnknown, QosClass::kBurstable},
      {"/kubepods/besteffort/pod" + kUid + "/crio-" + kId,
       kUid,
       Runtime::kCrio,
       QosClass::kBestEffort},
      {"/kubepods/pod" + kUid + "/" + kId, kUid, Runtime::kUnknown, QosClass::kGuaranteed},
      {kBurstable + "/kubepods-burstable-pod" + kStaticUid + ".slice/crio-" + kId + ".scope",
       kStaticUid,
       Runtime::kCrio,
       QosClass::kBurstable},
      {"/kubepods/burstable/pod" + kStaticUid + "/" + kId,
       kStaticUid,
       Runtime::kUnknown,
       QosClass::kBurstable},
      // kind, from inside the node and from the machine around it, both drivers.
      {kKindSlice + "/cri-containerd-" + kId + ".scope",
       kUid,
       Runtime::kContainerd,
       QosClass::kBestEffort},
      {"/system.slice/docker-" + kOuterId + ".scope" + kKindSlice + "/cri-containerd-" + kId +
           ".scope",
       kUid,
       Runtime::kContainerd,
       QosClass::kBestEffort},
      {nested, kUid, Runtime::kUnknown, QosClass::kBestEffort},
      // minikube with the docker driver.
      {"/docker/" + kOuterId + nested, kUid, Runtime::kUnknown, QosClass::kBestEffort},
      {"/docker/" + kOuterId + kPodSlice + "/docker-" + kId + ".scope",
       kUid,
       Runtime::kDocker,
       QosClass::kBurstable},
      // A custom root, and rootless k3s.
      {"/container.slice" + kPodSlice + "/crio-" + kId + ".scope",
       kUid,
       Runtime::kCrio,
       QosClass::kBurstable},
      {"/user.slice/user-1000.slice/user@1000.service/k3s/kubepods/burstable/pod" + kUid + "/" +
           kId,
       kUid,
       Runtime::kUnknown,
       QosClass::kBurstable},
      // kubelet with the systemd driver, containerd without.
      {"/system.slice/containerd.service/kubepods-burstable-pod" + kUidInSlice +
           ".slice:cri-containerd:" + kId,
       kUid,
       Runtime::kContainerd,
       QosClass::kBurstable},
  };
  for (const ContainerCase& expected : cases) {
    const CgroupPath path = parse_cgroup_path(expected.path);
    EXPECT_EQ(path.kind, Kind::kContainer) << expected.path;
    EXPECT_EQ(path.pod_uid.view(), expected.uid) << expected.path;
    EXPECT_EQ(path.container_id, kId) << expected.path;
    EXPECT_EQ(path.runtime, expected.runtime) << expected.path;
    EXPECT_EQ(path.qos, expected.qos) << expected.path;
  }
}

TEST(CgroupPath, FindsContainersWithoutPods) {
  const std::vector<ContainerCase> cases{
      {"/system.slice/docker-" + kId + ".scope", "", Runtime::kDocker, QosClass::kNone},
      {"/docker/" + kId, "", Runtime::kUnknown, QosClass::kNone},
      {"/ecs/0123456789abcdef0123456789abcdef/" + kId, "", Runtime::kUnknown, QosClass::kNone},
      {"/machine.slice/libpod-" + kId + ".scope", "", Runtime::kPodman, QosClass::kNone},
      {"/machine.slice/machine-libpod_pod_" + kOuterId + ".slice/libpod-" + kId + ".scope",
       "",
       Runtime::kPodman,
       QosClass::kNone},
      {"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" + kId + ".scope",
       "",
       Runtime::kPodman,
       QosClass::kNone},
      {"/system.slice/nerdctl-" + kId + ".scope", "", Runtime::kContainerd, QosClass::kNone},
  };
  for (const ContainerCase& expected : cases) {
    const CgroupPath path = parse_cgroup_path(expected.path);
    EXPECT_EQ(path.kind, Kind::kContainer) << expected.path;
    EXPECT_TRUE(path.pod_uid.empty()) << expected.path;
    EXPECT_EQ(path.container_id, kId) << expected.path;
    EXPECT_EQ(path.runtime, expected.runtime) << expected.path;
    EXPECT_EQ(path.qos, expected.qos) << expected.path;
  }
}

struct KindCase {
  std::string path;
  Kind kind;
  QosClass qos = QosClass::kNone;
};

void expect_kinds(const std::vector<KindCase>& cases) {
  for (const KindCase& expected : cases) {
    const CgroupPath path = parse_cgroup_path(expected.path);
    EXPECT_EQ(path.kind, expected.kind) << expected.path;
    EXPECT_EQ(path.qos, expected.qos) << expected.path;
    EXPECT_EQ(path.container_id, "") << expected.path;
  }
}

TEST(CgroupPath, FindsPods) {
  const std::vector<KindCase> cases{
      {kPodSlice, Kind::kPod, QosClass::kBurstable},
      {"/kubepods.slice/kubepods-pod" + kUidInSlice + ".slice", Kind::kPod, QosClass::kGuaranteed},
      {"/kubepods/besteffort/pod" + kUid, Kind::kPod, QosClass::kBestEffort},
      {"/kubepods/pod" + kUid, Kind::kPod, QosClass::kGuaranteed},
      {kKindSlice, Kind::kPod, QosClass::kBestEffort},
      {"/docker/" + kOuterId + "/kubelet/kubepods/burstable/pod" + kUid,
       Kind::kPod,
       QosClass::kBurstable},
  };
  expect_kinds(cases);
  for (const KindCase& pod : cases) {
    EXPECT_EQ(parse_cgroup_path(pod.path).pod_uid.view(), kUid) << pod.path;
  }
}

TEST(CgroupPath, FindsQosClassesAndTheRestOfTheSystem) {
  expect_kinds({
      {"/", Kind::kRoot},
      {"", Kind::kRoot},
      {"/kubepods.slice", Kind::kQos},
      {kBurstable, Kind::kQos, QosClass::kBurstable},
      {"/kubepods.slice/kubepods-besteffort.slice", Kind::kQos, QosClass::kBestEffort},
      {"/kubepods", Kind::kQos},
      {"/kubepods/burstable", Kind::kQos, QosClass::kBurstable},
      {"/kubelet.slice/kubelet-kubepods.slice", Kind::kQos},
      {"/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice",
       Kind::kQos,
       QosClass::kBestEffort},
      {"/container.slice/kubepods.slice", Kind::kQos},
      {"/docker/" + kOuterId + "/kubelet/kubepods/besteffort", Kind::kQos, QosClass::kBestEffort},
      {"/system.slice", Kind::kSystem},
      {"/system.slice/kubelet.service", Kind::kSystem},
      {"/init.scope", Kind::kSystem},
      {"/user.slice", Kind::kSystem},
      {"/docker", Kind::kSystem},
      {"/podruntime/kubelet", Kind::kSystem},
      {"/burstable", Kind::kSystem},
      {"/machine.slice/machine-libpod_pod_" + kOuterId + ".slice", Kind::kSystem},
  });
}

TEST(CgroupPath, IgnoresWhatIsPartOfAnother) {
  expect_kinds({
      {kPodSlice + "/crio-" + kId + ".scope/container", Kind::kIgnore, QosClass::kBurstable},
      {kPodSlice + "/crio-conmon-" + kId + ".scope", Kind::kIgnore, QosClass::kBurstable},
      {kPodSlice + "/cri-containerd-" + kId + ".scope/system.slice/ssh.service",
       Kind::kIgnore,
       QosClass::kBurstable},
      {kPodSlice + "/cri-containerd-" + kId + ".scope/docker/" + kOuterId,
       Kind::kIgnore,
       QosClass::kBurstable},
      // A whole cluster within a container of a pod belongs to that container.
      {kPodSlice + "/cri-containerd-" + kId + ".scope" + kKindSlice,
       Kind::kIgnore,
       QosClass::kBurstable},
      {"/system.slice/containerd.service/kubepods-pod" + kUidInSlice +
           ".slice:cri-containerd:" + kId + "/child",
       Kind::kIgnore},
      {"/system.slice/crio-conmon-" + kId + ".scope", Kind::kIgnore},
      {"/machine.slice/libpod-conmon-" + kId + ".scope", Kind::kIgnore},
      {"/machine.slice/libpod-" + kId + ".scope/container", Kind::kIgnore},
      {"/docker/" + kOuterId + "/docker/" + kId, Kind::kIgnore},
      {"/docker/" + kOuterId + "/kubelet", Kind::kIgnore},
      {"/system.slice/var-lib-docker.mount", Kind::kIgnore},
      {"/system.slice/dev-sda2.swap", Kind::kIgnore},
      {"/system.slice/kubelet.service/child", Kind::kIgnore},
      {"/user.slice/user-1000.slice", Kind::kIgnore},
      {"/user.slice/user-1000.slice/session-3.scope", Kind::kIgnore},
      {"/system.slice/run-r0123.scope", Kind::kIgnore},
  });
}

TEST(CgroupPath, WrongIdsAreNoPodsAndNoContainers) {
  for (const std::string& path : {"/kubepods/podX" + kUid.substr(1),
                                  "/kubepods/pod" + kUid + "0",
                                  "/kubepods/pod" + kUid.substr(1),
                                  "/docker/" + kId + "0",
                                  "/docker/" + kId.substr(1),
                                  "/docker/X" + kId.substr(1),
                                  "/docker/foo-" + kId}) {
    const CgroupPath parsed = parse_cgroup_path(path);
    EXPECT_TRUE(parsed.kind == Kind::kSystem || parsed.kind == Kind::kIgnore) << path;
    EXPECT_TRUE(parsed.pod_uid.empty()) << path;
  }
}

TEST(CgroupPath, IdIsAViewIntoThePath) {
  const std::string path = "/docker/" + kId;
  EXPECT_EQ(parse_cgroup_path(path).container_id.data(), path.data() + 8);
}

}  // namespace
}  // namespace supercargo
