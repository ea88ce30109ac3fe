#include "exporters/loki/loki_labels.h"

#include <gmock/gmock.h>

#include "exporters/loki/go_quoted.h"

namespace supercargo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

ContainerInfo web() {
  ContainerInfo info;
  info.node = "node-1";
  info.pod_namespace = "shop";
  info.pod = "web-0";
  info.pod_uid = "0a1b";
  info.container = "nginx";
  info.container_id = "c0ffee";
  info.restart = 3;
  return info;
}

LokiLabels made(const LokiConfig& config) {
  Result<LokiLabels> labels = LokiLabels::create(config);
  EXPECT_TRUE(labels);
  return *labels;
}

std::string selector(const LokiLabels& labels,
                     const ContainerInfo& info,
                     Stream stream,
                     const LabelBounds& bounds = {}) {
  return selector_of(labels.labels(info, stream, bounds).kept);
}

std::string config_error(const LokiConfig& config) {
  const Result<LokiLabels> labels = LokiLabels::create(config);
  return labels ? "no error" : labels.error().message;
}

std::string quoted(std::string_view text) {
  std::string out;
  append_go_quoted(out, text);
  return out;
}

TEST(LokiLabels, AreSortedByName) {
  EXPECT_EQ(selector(made({}), web(), Stream::kStderr),
            R"({container="nginx",namespace="shop",node="node-1",pod="web-0",stream="stderr"})");
}

TEST(LokiLabels, HoldStaticOnesAndEveryFieldThatIsAskedFor) {
  LokiConfig config;
  config.labels = {"restart", "pod_uid", "container_id"};
  config.static_labels = {{"cluster", "a"}, {"zone", "b"}};
  EXPECT_EQ(selector(made(config), web(), Stream::kStdout),
            R"({cluster="a",container_id="c0ffee",pod_uid="0a1b",restart="3",zone="b"})");
}

TEST(LokiLabels, LeaveOutWhatIsNotKnown) {
  ContainerInfo info;
  info.container = "syslog";
  EXPECT_EQ(selector(made({}), info, Stream::kStdout), R"({container="syslog",stream="stdout"})");
}

TEST(LokiLabels, TellTheSourceOfLinesThatAreNotTheContainersOwn) {
  ContainerInfo info = web();
  info.source = "supercargo_events";
  EXPECT_EQ(
      selector(made({}), info, Stream::kStdout),
      R"({container="nginx",namespace="shop",node="node-1",pod="web-0",source="supercargo_events",)"
      R"(stream="stdout"})");
  LokiConfig config;
  config.labels = {"namespace"};
  config.static_labels = {{"source", "pods"}};
  EXPECT_EQ(selector(made(config), info, Stream::kStdout),
            R"({namespace="shop",source="supercargo_events"})");
  config.static_labels = {};
  EXPECT_EQ(selector(made(config), info, Stream::kStdout),
            R"({namespace="shop",source="supercargo_events"})");
  EXPECT_THAT(made({}).metadata(info, {}), testing::Not(testing::Contains(Pair("restart", "3"))));
}

TEST(LokiLabels, AreNeverNone) {
  LokiConfig config;
  config.labels = {"pod"};
  EXPECT_EQ(selector(made(config), {}, Stream::kStdout), R"({stream="stdout"})");
}

TEST(LokiLabels, CutLongValues) {
  LokiConfig config;
  config.labels = {"pod"};
  ContainerInfo info;
  info.pod = std::string(2'047, 'x') + "\u20ac";
  EXPECT_EQ(selector(made(config), info, Stream::kStdout),
            "{pod=\"" + std::string(2'047, 'x') + "\"}");
}

TEST(LokiLabels, AreValidUtf8AndNoLongerForIt) {
  LokiConfig config;
  config.labels = {"pod"};
  ContainerInfo info;
  info.pod = "a\xFF";
  EXPECT_EQ(selector(made(config), info, Stream::kStdout), "{pod=\"a\uFFFD\"}");
  info.pod = std::string(2'048, '\xFF');
  EXPECT_LE(selector(made(config), info, Stream::kStdout).size(),
            std::string("{pod=\"\"}").size() + 2'048);
}

TEST(LokiLabels, AreQuotedAsGoDoes) {
  EXPECT_EQ(quoted(R"(a"b\c)"), R"("a\"b\\c")");
  EXPECT_EQ(quoted("a\nb\tc\x01\x7F"), R"("a\nb\tc\u0001\u007f")");
  EXPECT_EQ(quoted("\u20ac"), "\"\u20ac\"");
}

TEST(LokiLabels, LeaveTheOtherFactsToStructuredMetadata) {
  EXPECT_THAT(
      made({}).metadata(web(), {}),
      ElementsAre(Pair("pod_uid", "0a1b"), Pair("container_id", "c0ffee"), Pair("restart", "3")));
  LokiConfig config;
  config.labels = {"namespace", "pod_uid"};
  EXPECT_THAT(made(config).metadata(web(), {}),
              ElementsAre(Pair("container_id", "c0ffee"), Pair("restart", "3")));
  config.static_labels = {{"container_id", "static"}};
  EXPECT_THAT(made(config).metadata(web(), {}), ElementsAre(Pair("restart", "3")));
}

TEST(LokiLabels, SendOnlyTheMetadataThatIsAskedFor) {
  LokiConfig config;
  config.structured_metadata = {"restart", "node", "restart"};
  config.labels = {"namespace"};
  EXPECT_THAT(made(config).metadata(web(), {}),
              ElementsAre(Pair("restart", "3"), Pair("node", "node-1")));
  config.structured_metadata.clear();
  EXPECT_TRUE(made(config).metadata(web(), {}).empty());
  config.structured_metadata = {"stream"};
  EXPECT_THAT(config_error(config), HasSubstr("structured metadata: loki label \"stream\""));
}

TEST(LokiLabels, AddWhatBecameKnownLaterToStructuredMetadata) {
  ContainerInfo info = web();
  ContainerFacts facts;
  facts.container_id = "0b0b";
  facts.image = "nginx:1.27";
  facts.workload_kind = "Deployment";
  facts.workload = "web";
  facts.pod_labels = {{"label_app", "shop"}, {"label_namespace", "x"}};
  EXPECT_THAT(made({}).metadata(info, facts),
              ElementsAre(Pair("pod_uid", "0a1b"),
                          Pair("container_id", "c0ffee"),
                          Pair("restart", "3"),
                          Pair("image", "nginx:1.27")));
  info.container_id.clear();
  LokiConfig config;
  config.structured_metadata = {"container_id", "workload_kind", "workload", "pod_labels"};
  config.static_labels = {{"label_app", "static"}};
  EXPECT_THAT(made(config).metadata(info, facts),
              ElementsAre(Pair("container_id", "0b0b"),
                          Pair("workload_kind", "Deployment"),
                          Pair("workload", "web"),
                          Pair("label_namespace", "x")));
}

TEST(LokiLabels, AreNamedForEachPodLabel) {
  LokiConfig config;
  config.labels = {"pod_labels"};
  EXPECT_THAT(config_error(config), HasSubstr("expected one of"));
}

TEST(LokiLabels, HaveNoRestartOutsideKubernetes) {
  ContainerInfo info;
  info.container_id = "c0ffee";
  EXPECT_THAT(made({}).metadata(info, {}), ElementsAre(Pair("container_id", "c0ffee")));
}

TEST(LokiLabels, RefuseNamesThatLokiRefuses) {
  for (const char* name : {"", "1a", "a-b", "__a", "a b", "\u00e9"}) {
    LokiConfig config;
    config.static_labels = {{name, "x"}};
    EXPECT_THAT(config_error(config), HasSubstr("expected [a-zA-Z_]")) << name;
  }
}

TEST(LokiLabels, RefuseFieldsThatNothingKnows) {
  LokiConfig config;
  config.labels = {"pood"};
  EXPECT_EQ(config_error(config),
            "loki label \"pood\": expected one of namespace pod container node stream pod_uid "
            "container_id restart image workload_kind workload");
}

LogPlace place_of_two_environments() {
  LogsConfig logs;
  logs.cluster = "eu-1";
  logs.environments = {{{"*-staging"}, "staging"}};
  return *LogPlace::create(logs);
}

TEST(LokiLabels, TellThePlaceByTheNamespace) {
  LokiConfig config;
  config.labels = {"namespace"};
  const Result<LokiLabels> labels = LokiLabels::create(config, place_of_two_environments());
  ASSERT_TRUE(labels);
  ContainerInfo info = web();
  EXPECT_EQ(selector(*labels, info, Stream::kStdout), R"({cluster="eu-1",namespace="shop"})");
  info.pod_namespace = "shop-staging";
  EXPECT_EQ(selector(*labels, info, Stream::kStdout),
            R"({cluster="eu-1",environment="staging",namespace="shop-staging"})");
}

TEST(LokiLabels, OfTheOutputGoBeforeThePlace) {
  LokiConfig config;
  config.labels = {"namespace"};
  config.static_labels = {{"cluster", "mine"}, {"environment", "x"}};
  const Result<LokiLabels> labels = LokiLabels::create(config, place_of_two_environments());
  ASSERT_TRUE(labels);
  ContainerInfo info = web();
  info.pod_namespace = "shop-staging";
  EXPECT_EQ(selector(*labels, info, Stream::kStdout),
            R"({cluster="mine",environment="x",namespace="shop-staging"})");
}

TEST(LokiLabels, RefuseANameTwice) {
  LokiConfig config;
  config.static_labels = {{"pod", "x"}};
  EXPECT_EQ(config_error(config), "loki label \"pod\": stands twice");
  config.static_labels.clear();
  config.labels = {"pod", "pod"};
  EXPECT_EQ(config_error(config), "loki label \"pod\": stands twice");
}

TEST(LokiLabels, RefuseMoreThanFifteen) {
  LokiConfig config;
  for (char c = 'a'; c < 'k'; ++c) {
    config.static_labels[std::string(1, c)] = "x";
  }
  EXPECT_EQ(config_error(config), "no error");
  config.static_labels["zone"] = "x";
  EXPECT_EQ(config_error(config),
            "loki label \"zone\": Loki takes at most 15 labels, see max_labels");
  config.max_labels = 16;
  EXPECT_EQ(config_error(config), "no error");
}

TEST(LokiLabels, AreLeftOutInTheirOrder) {
  LokiConfig config;
  config.labels = {"restart", "node", "stream", "container", "pod", "namespace"};
  config.static_labels = {{"cluster", "c"}, {"environment", "e"}, {"zone", "z"}};
  const LokiLabels labels = made(config);
  std::string order;
  for (std::uint64_t most = 8; most > 0; --most) {
    LabelBounds bounds;
    bounds.names = most;
    for (const StreamLabel& label : labels.labels(web(), Stream::kStdout, bounds).demoted) {
      order += order.find(label.name) == std::string::npos ? label.name + " " : "";
    }
  }
  EXPECT_EQ(order, "restart node stream environment cluster zone container pod ");
}

TEST(LokiLabels, TellWhoseLinesEventsAreBeforeTheirSource) {
  ContainerInfo info = web();
  info.source = "supercargo_events";
  LabelBounds bounds;
  bounds.names = 4;
  EXPECT_EQ(selector(made({}), info, Stream::kStdout, bounds),
            R"({container="nginx",namespace="shop",pod="web-0",source="supercargo_events"})");
  bounds.names = 3;
  EXPECT_EQ(selector(made({}), info, Stream::kStdout, bounds),
            R"({container="nginx",namespace="shop",pod="web-0"})");
}

TEST(LokiLabels, RefuseALongStaticValue) {
  LokiConfig config;
  config.static_labels = {{"a", std::string(2'049, 'x')}};
  EXPECT_THAT(config_error(config), HasSubstr("2048"));
}

}  // namespace
}  // namespace supercargo
