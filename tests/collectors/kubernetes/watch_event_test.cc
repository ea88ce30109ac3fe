#include "collectors/kubernetes/watch_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/kube_pods.h"

namespace supercargo {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using Type = WatchEvent::Type;

const std::string kId(64, 'a');

std::string event(std::string_view type, std::string_view object) {
  return std::string("{\"type\":\"").append(type).append("\",\"object\":").append(object) + "}";
}

ApiPod pod_of(std::string_view json, const PodFields& fields = {}) {
  Result<ApiPod> pod = parse_pod(json, fields);
  EXPECT_TRUE(pod) << (pod ? "" : pod.error().message);
  return pod ? *pod : ApiPod{};
}

TEST(WatchEventTest, ReadsAPodAsTheApiWritesIt) {
  const Result<WatchEvent> read = parse_watch_event(event("ADDED", test::kDeploymentPod), {});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->type, Type::kAdded);
  EXPECT_EQ(read->resource_version, "28411");
  const ApiPod& pod = read->pod;
  EXPECT_EQ(pod.pod_namespace, "shop");
  EXPECT_EQ(pod.name, "web-5d4f8c7b9-x2x7q");
  EXPECT_EQ(pod.uid, "0a276110-ea54-405f-8a3e-0123456789ab");
  EXPECT_EQ(pod.uid_in_paths(), pod.uid);
  EXPECT_FALSE(pod.host_network);
  EXPECT_EQ(pod.owner, (ObjectName{"ReplicaSet", "web-5d4f8c7b9"}));
  EXPECT_EQ(pod.workload, (ObjectName{"Deployment", "web"}));
  EXPECT_TRUE(pod.labels.empty());
  EXPECT_TRUE(pod.annotations.empty());
}

TEST(WatchEventTest, JoinsASpecificationsContainersWithTheirStatus) {
  const ApiPod pod = pod_of(test::kDeploymentPod);
  ASSERT_EQ(pod.containers.size(), 3);
  EXPECT_EQ(pod.containers[0].name, "wait-for-db");
  EXPECT_EQ(pod.containers[0].image(), "docker.io/library/busybox:1.36");
  EXPECT_EQ(pod.containers[0].id, std::string(64, 'b'));
  EXPECT_EQ(pod.containers[1].name, "web");
  EXPECT_EQ(pod.containers[1].spec_image, "nginx:1.27");
  EXPECT_EQ(pod.containers[1].image(), "docker.io/library/nginx:1.27");
  EXPECT_EQ(pod.containers[1].id, kId);
  EXPECT_EQ(pod.containers[2].name, "metrics");
  EXPECT_EQ(pod.containers[2].id, "");  // has not started
}

TEST(WatchEventTest, TellsOfWhichRunAStatusIs) {
  std::string text(test::kDeploymentPod);
  const std::string count = R"("lastState":{},"ready":true,"restartCount":0,)";
  const std::size_t last = text.rfind(count);
  ASSERT_NE(last, std::string::npos);
  text.replace(last + count.size() - 2, 1, "12");
  EXPECT_EQ(pod_of(text).find_container("web")->restart, 12U);
  EXPECT_EQ(pod_of(text).find_container("metrics")->restart, 0U);
  text.replace(last + count.size() - 2, 2, "-1");
  EXPECT_EQ(pod_of(text).find_container("web")->restart, 0U);
}

TEST(WatchEventTest, KeepsTheLabelsAndAnnotationsThatAreConfigured) {
  const PodFields fields{{"app.kubernetes.io/name", "pod-template-hash", "missing"},
                         {"example.com/owner"}};
  const ApiPod pod = pod_of(test::kDeploymentPod, fields);
  EXPECT_THAT(pod.labels,
              UnorderedElementsAre(Pair("app.kubernetes.io/name", "web"),
                                   Pair("pod-template-hash", "5d4f8c7b9")));
  EXPECT_THAT(pod.annotations, ElementsAre(Pair("example.com/owner", "team \"shop\" \xC3\xA4")));
  EXPECT_EQ(pod.workload.kind, "Deployment");
}

TEST(WatchEventTest, FindsAStaticPodByTheHashOfItsManifest) {
  const ApiPod pod = pod_of(test::kMirrorPod);
  EXPECT_EQ(pod.uid, "7f4b3c9e-1111-4222-8333-444455556666");
  EXPECT_EQ(pod.uid_in_paths(), "1864dd05a2b3c4d5e6f708192a3b4c5d");
  EXPECT_EQ(pod.workload, (ObjectName{"Pod", "kube-apiserver-node-1"}));
  EXPECT_EQ(pod.owner, (ObjectName{"Node", "node-1"}));
  EXPECT_TRUE(pod.host_network);
}

TEST(WatchEventTest, AHashInAnOrdinaryPodsAnnotationsIsNotBelieved) {
  const ApiPod pod = pod_of(R"({"metadata":{"name":"p","namespace":"n","uid":"u","annotations":{)"
                            R"("kubernetes.io/config.hash":"1864dd05a2b3c4d5e6f708192a3b4c5d"}}})");
  EXPECT_EQ(pod.uid_in_paths(), "u");
}

TEST(WatchEventTest, OnlyTheControllerIsTheOwner) {
  const ApiPod pod =
      pod_of(R"({"metadata":{"name":"p","namespace":"n","uid":"u","ownerReferences":[)"
             R"({"kind":"Backup","name":"b"},{"kind":"DaemonSet","name":"d","controller":true},)"
             R"({"kind":"Other","name":"o","controller":false}]}})");
  EXPECT_EQ(pod.owner, (ObjectName{"DaemonSet", "d"}));
}

TEST(WatchEventTest, ABookmarkHasNothingButAVersion) {
  const Result<WatchEvent> read = parse_watch_event(
      event("BOOKMARK",
            R"({"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"12746",)"
            R"("creationTimestamp":null},"spec":{"containers":null},"status":{}})"),
      {});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->type, Type::kBookmark);
  EXPECT_EQ(read->resource_version, "12746");
}

TEST(WatchEventTest, AnErrorTellsItsCode) {
  const Result<WatchEvent> read = parse_watch_event(
      event("ERROR",
            R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
            R"("message":"too old resource version: 9","reason":"Expired","code":410})"),
      {});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->type, Type::kError);
  EXPECT_EQ(read->refusal.code, 410);
  EXPECT_EQ(read->refusal.reason, "Expired");
  EXPECT_THAT(read->refusal.message, HasSubstr("too old"));
}

TEST(WatchEventTest, RefusesWhatIsNoEvent) {
  for (const std::string& text :
       {std::string("{}"),
        std::string("[]"),
        std::string(R"({"type":"ADDED"})"),
        std::string(R"({"type":7,"object":{}})"),
        event("RENAMED", test::kDeploymentPod),
        event("ADDED", "{}"),
        event("ADDED", "[]"),
        event("ADDED", R"({"metadata":{"name":"p","namespace":"n"}})"),
        event("ADDED", R"({"metadata":{"name":"p","namespace":"n","uid":"u"},)")}) {
    EXPECT_FALSE(parse_watch_event(text, {})) << text;
  }
}

TEST(WatchEventTest, ValuesOfOtherTypesAreAsIfTheyWereNotThere) {
  const ApiPod pod = pod_of(
      R"({"metadata":{"name":"p","namespace":"n","uid":"u","labels":[1],"annotations":null,)"
      R"("ownerReferences":{"kind":"x"},"creationTimestamp":7},)"
      R"("spec":{"containers":[7,{"name":7},{"image":"nameless"}],"hostNetwork":"yes"},)"
      R"("status":{"containerStatuses":[{"name":"c","containerID":"containerd://short"}]}})");
  EXPECT_FALSE(pod.host_network);
  ASSERT_EQ(pod.containers.size(), 1);
  EXPECT_EQ(pod.containers[0].id, "");
}

TEST(WatchEventTest, CutsLongTextsBetweenCharacters) {
  std::string umlauts;
  for (int i = 0; i < 600; ++i) {
    umlauts += "\xC3\xA4";
  }
  const ApiPod pod = pod_of("{\"metadata\":{\"name\":\"p\",\"namespace\":\"n\",\"uid\":\"u\"," +
                                std::string("\"annotations\":{\"a\":\"x") + umlauts + "\"}}}",
                            {{}, {"a"}});
  EXPECT_EQ(pod.annotations.find("a")->second.size(), 1'023);
}

TEST(WatchEventTest, ReadsTheVersionOfAList) {
  const Result<std::string> version = parse_list_version(
      R"({"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"10245"},"items":[,]})");
  ASSERT_TRUE(version);
  EXPECT_EQ(*version, "10245");
  EXPECT_FALSE(parse_list_version(R"({"kind":"PodList","metadata":{}})"));
}

TEST(WatchEventTest, ARefusalIsReadableWhateverTheServerWrites) {
  const ApiRefusal forbidden =
      parse_refusal(R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
                    R"("message":"pods is forbidden","reason":"Forbidden","code":403})");
  EXPECT_EQ(forbidden.code, 403);
  EXPECT_EQ(forbidden.message, "pods is forbidden");
  EXPECT_EQ(parse_refusal("upstream connect error").message, "upstream connect error");
  EXPECT_EQ(parse_refusal(std::string(2'000, 'x')).message.size(), 500);
  EXPECT_EQ(parse_refusal("").message, "");
}

}  // namespace
}  // namespace supercargo
