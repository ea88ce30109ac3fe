#include "collectors/kubernetes/log_paths.h"

#include <string>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

const std::string kId(64, 'a');
constexpr std::string_view kUid = "0a27611d-ea54-405f-9b1c-0123456789ab";

TEST(PodDirName, HasNamespacePodAndUid) {
  const auto name = parse_pod_dir_name("shop_web-5d9c_0a27611d-ea54-405f-9b1c-0123456789ab");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->pod_namespace, "shop");
  EXPECT_EQ(name->pod, "web-5d9c");
  EXPECT_EQ(name->uid, kUid);
}

TEST(PodDirName, KeepsStaticPodsHash) {
  const auto name = parse_pod_dir_name("kube-system_etcd-n1_1864dd05b5c2f1c2d3e4f5a6b7c8d9e0");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->uid, "1864dd05b5c2f1c2d3e4f5a6b7c8d9e0");
}

TEST(PodDirName, RefusesOtherNames) {
  for (const char* name : {"",
                           "_",
                           "__",
                           "a_b",
                           "a_b_",
                           "_b_c",
                           "a__c",
                           "a_b_c_d",
                           "lost+found",
                           "._b_c",
                           "a_.._c",
                           "a_b_..",
                           "a/x_b_c"}) {
    EXPECT_FALSE(parse_pod_dir_name(name)) << name;
  }
}

TEST(LogFileName, TellsKindsApart) {
  using Kind = LogFileName::Kind;

  struct Case {
    std::string_view name;
    std::uint32_t restart;
    std::string_view rotated_at;
    Kind kind;
  };

  for (const Case& expected : {
           Case{"0.log", 0, "", Kind::kCurrent},
           Case{"17.log", 17, "", Kind::kCurrent},
           Case{"4294967295.log", 4294967295, "", Kind::kCurrent},
           Case{"3.log.20261122-143703", 3, "20261122-143703", Kind::kRotated},
           Case{"3.log.20261122-143703.gz", 3, "20261122-143703", Kind::kGzip},
           Case{"3.log.20261122-143703.tmp", 3, "20261122-143703", Kind::kTemporary},
       }) {
    const auto name = parse_log_file_name(expected.name);
    ASSERT_TRUE(name) << expected.name;
    EXPECT_EQ(name->restart, expected.restart) << expected.name;
    EXPECT_EQ(name->rotated_at, expected.rotated_at) << expected.name;
    EXPECT_EQ(name->kind, expected.kind) << expected.name;
  }
}

TEST(LogFileName, RefusesOtherNames) {
  for (const char* name : {"",
                           ".",
                           "..",
                           "log",
                           ".log",
                           "a.log",
                           "-1.log",
                           "4294967296.log",
                           "0.log.",
                           "0.log.gz",
                           "0.log.1",
                           "0.log.20261122",
                           "0.log.20261122_143703",
                           "0.log.2026112-2143703",
                           "0.log.20261122-14370x",
                           "0.log.20261122-143703.",
                           "0.log.20261122-143703.gz.tmp",
                           "0.log.20261122-143703x",
                           "0.txt",
                           "0log",
                           "app.log"}) {
    EXPECT_FALSE(parse_log_file_name(name)) << name;
  }
}

TEST(ContainerLinkName, HasPodNamespaceContainerAndId) {
  const std::string text = "web-5d9c_shop_side-car-" + kId + ".log";
  const auto name = parse_container_link_name(text);
  ASSERT_TRUE(name);
  EXPECT_EQ(name->pod, "web-5d9c");
  EXPECT_EQ(name->pod_namespace, "shop");
  EXPECT_EQ(name->container, "side-car");
  EXPECT_EQ(name->container_id, kId);
  EXPECT_EQ(name->cut_tail, "");
}

TEST(ContainerLinkName, OfExactly255BytesMayBeWhole) {
  const std::string pod(255 - std::string("_shop_app-.log").size() - kId.size(), 'p');
  const std::string text = pod + "_shop_app-" + kId + ".log";
  ASSERT_EQ(text.size(), 255U);
  const auto name = parse_container_link_name(text);
  ASSERT_TRUE(name);
  EXPECT_EQ(name->container, "app");
  EXPECT_EQ(name->container_id, kId);
}

TEST(ContainerLinkName, CutInTheIdLeavesTheTail) {
  const std::string pod(230, 'p');
  const std::string text = (pod + "_shop_app-" + kId).substr(0, 251) + ".log";
  const auto name = parse_container_link_name(text);
  ASSERT_TRUE(name);
  EXPECT_EQ(name->pod, pod);
  EXPECT_EQ(name->pod_namespace, "shop");
  EXPECT_EQ(name->container, "");
  EXPECT_EQ(name->container_id, "");
  EXPECT_EQ(name->cut_tail, "app-aaaaaaaaaaa");
}

TEST(ContainerLinkName, CutBeforeTheContainerIsRefused) {
  const std::string text = std::string(251, 'p') + ".log";
  EXPECT_FALSE(parse_container_link_name(text));
  EXPECT_FALSE(parse_container_link_name(std::string(246, 'p') + "_shop.log"));
}

TEST(ContainerLinkName, RefusesOtherNames) {
  for (const std::string& name : {std::string("a_b_c-0123.log"),
                                  "a_b_c-" + std::string(64, 'A') + ".log",
                                  "a_b_c-" + std::string(63, 'a') + ".log",
                                  "a_b_-" + kId + ".log",
                                  "a_b_" + kId + ".log",
                                  "a_b_c-" + kId,
                                  "_b_c-" + kId + ".log",
                                  "a__c-" + kId + ".log",
                                  std::string("a.log"),
                                  std::string()}) {
    EXPECT_FALSE(parse_container_link_name(name)) << name;
  }
}

TEST(LogFilePath, IsReadFromItsEnd) {
  const auto path = parse_log_file_path(
      "/var/log/pods/shop_web-5d9c_0a27611d-ea54-405f-9b1c-0123456789ab/app/2.log");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->pod.pod_namespace, "shop");
  EXPECT_EQ(path->pod.pod, "web-5d9c");
  EXPECT_EQ(path->pod.uid, kUid);
  EXPECT_EQ(path->container, "app");
  EXPECT_EQ(path->file.restart, 2U);
}

TEST(LogFilePath, RefusesOtherPaths) {
  for (const char* path : {"",
                           "/",
                           "//",
                           "///",
                           "0.log",
                           "app/0.log",
                           "/app/0.log",
                           "a_b_c//0.log",
                           "a_b_c/../0.log",
                           "/var/log/pods/a_b/app/0.log"}) {
    EXPECT_FALSE(parse_log_file_path(path)) << path;
  }
}

}  // namespace
}  // namespace supercargo
