#include "collectors/logs/chain_finder.h"

#include <filesystem>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

const std::string kId(64, 'a');

class ChainFinderTest : public testing::Test {
 protected:
  void SetUp() override { host_.root = tree_.root().string(); }

  // Found chains by path.
  std::map<std::string, ChainDirectoryOptions> find(LogSourceConfig::Type type,
                                                    const std::string& path) {
    std::map<std::string, ChainDirectoryOptions> found;
    finder_.find({type, path, {}}, [&](const ChainDirectoryOptions& options) {
      found[options.path + (options.base_name.empty() ? "" : "/") + options.base_name] = options;
    });
    return found;
  }

  static std::vector<std::string> keys(const std::map<std::string, ChainDirectoryOptions>& found) {
    std::vector<std::string> paths;
    paths.reserve(found.size());
    for (const auto& [path, options] : found) {
      paths.push_back(path);
    }
    return paths;
  }

  test::TempTree tree_;
  HostPaths host_;
  DirectoryWatcher watcher_;
  ChainFinder finder_{host_, watcher_, /*has_kubernetes=*/true};
};

TEST_F(ChainFinderTest, FindsTheContainersOfPods) {
  tree_.directory("var/log/pods/shop_web-1_uid-1/app");
  tree_.directory("var/log/pods/shop_web-1_uid-1/init");
  tree_.directory("var/log/pods/not a pod");
  const auto found = find(LogSourceConfig::Type::kKubernetes, "/var/log/pods");
  EXPECT_THAT(keys(found),
              UnorderedElementsAre("/var/log/pods/shop_web-1_uid-1/app",
                                   "/var/log/pods/shop_web-1_uid-1/init"));
  const ContainerInfo& app = found.begin()->second.container;
  EXPECT_EQ(app.pod_namespace, "shop");
  EXPECT_EQ(app.pod, "web-1");
  EXPECT_EQ(app.pod_uid, "uid-1");
  EXPECT_EQ(app.container, "app");
}

TEST_F(ChainFinderTest, FindsWhatComesLaterAlsoInAPodThatIsMadeAgain) {
  EXPECT_THAT(find(LogSourceConfig::Type::kKubernetes, "/var/log/pods"), IsEmpty());
  tree_.directory("var/log/pods/shop_web-1_uid-1");
  EXPECT_THAT(find(LogSourceConfig::Type::kKubernetes, "/var/log/pods"), IsEmpty());
  tree_.directory("var/log/pods/shop_web-1_uid-1/app");
  EXPECT_EQ(find(LogSourceConfig::Type::kKubernetes, "/var/log/pods").size(), 1U);
  std::filesystem::remove_all(tree_.path("var/log/pods/shop_web-1_uid-1"));
  EXPECT_THAT(find(LogSourceConfig::Type::kKubernetes, "/var/log/pods"), IsEmpty());
  tree_.directory("var/log/pods/shop_web-1_uid-1/again");
  EXPECT_EQ(find(LogSourceConfig::Type::kKubernetes, "/var/log/pods").size(), 1U);
}

TEST_F(ChainFinderTest, HearsOfChangesInItsDirectories) {
  if (!watcher_.active()) {
    GTEST_SKIP() << "no inotify instance to be had";
  }
  tree_.directory("var/log/pods/shop_web-1_uid-1/app");
  (void)find(LogSourceConfig::Type::kKubernetes, "/var/log/pods");
  EXPECT_EQ(finder_.watches(), 2U);
  bool heard = false;
  const auto listen = [&](DirectoryWatcher::Watch watch, DirectoryWatcher::Event event) {
    heard = finder_.handle(watch, event) || heard;
  };
  watcher_.drain(listen);
  EXPECT_FALSE(heard);
  tree_.directory("var/log/pods/shop_web-2_uid-2");
  watcher_.drain(listen);
  EXPECT_TRUE(heard);
  EXPECT_FALSE(finder_.handle(12'345, DirectoryWatcher::Event::kEntries)) << "not one of its own";
  std::filesystem::remove_all(tree_.path("var/log/pods/shop_web-1_uid-1"));
  watcher_.drain(listen);
  EXPECT_EQ(finder_.watches(), 1U);
}

TEST_F(ChainFinderTest, FollowsTheLinksOfKubelet) {
  tree_.link("var/log/containers/web-1_shop_app-" + kId + ".log",
             "/var/log/pods/shop_web-1_uid-1/app/0.log");
  tree_.link("var/log/containers/old_shop_app-" + kId + ".log",
             "/var/lib/docker/containers/" + kId + "/" + kId + "-json.log");
  tree_.file("var/log/containers/readme", "no link");
  const auto found = find(LogSourceConfig::Type::kKubernetes, "/var/log/containers");
  ASSERT_EQ(found.size(), 2U);
  const ChainDirectoryOptions& pod = found.at("/var/log/pods/shop_web-1_uid-1/app");
  EXPECT_EQ(pod.container.pod_uid, "uid-1");
  EXPECT_EQ(pod.container.container_id, "") << "restarts have other ids";
  const ChainDirectoryOptions& docker = found.at("/var/lib/docker/containers/" + kId);
  EXPECT_EQ(docker.format, LogFormat::kDocker);
  EXPECT_EQ(docker.container.pod, "old");
  EXPECT_EQ(docker.container.container_id, kId);
}

TEST_F(ChainFinderTest, FindsDockersContainersButNotThoseOfPodsTwice) {
  tree_.file("docker/" + kId + "/config.v2.json", R"({"Name":"/db","Config":{"Labels":{}}})");
  tree_.file("docker/" + std::string(64, 'b') + "/" + std::string(64, 'b') + "-json.log", "");
  tree_.file("docker/" + std::string(64, 'c') + "/config.v2.json",
             R"({"Name":"/k8s","Config":{"Labels":{"io.kubernetes.pod.uid":"u"}}})");
  const auto found = find(LogSourceConfig::Type::kDocker, "/docker");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found.at("/docker/" + kId).container.container, "db");
  EXPECT_EQ(found.at("/docker/" + kId).container.container_id, kId);
  EXPECT_EQ(found.at("/docker/" + std::string(64, 'b')).container.container, "bbbbbbbbbbbb");
}

TEST_F(ChainFinderTest, WaitsForTheNameOfADockerContainerThatIsBeingMade) {
  tree_.directory("docker/" + kId);
  EXPECT_THAT(find(LogSourceConfig::Type::kDocker, "/docker"), IsEmpty());
  tree_.file("docker/" + kId + "/config.v2.json", R"({"Name":"/db","Config":{"Labels":{}}})");
  const auto found = find(LogSourceConfig::Type::kDocker, "/docker");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.at("/docker/" + kId).container.container, "db");
}

TEST_F(ChainFinderTest, TakesEveryFileOfAPattern) {
  tree_.file("var/log/a.log", "");
  tree_.file("var/log/b.log", "");
  tree_.file("var/log/c.txt", "");
  const auto found = find(LogSourceConfig::Type::kFiles, "/var/log/*.log");
  EXPECT_THAT(keys(found), UnorderedElementsAre("/var/log/a.log", "/var/log/b.log"));
  EXPECT_EQ(found.begin()->second.format, LogFormat::kPlain);
  EXPECT_EQ(found.begin()->second.container.container, "a.log");
}

TEST_F(ChainFinderTest, RotatedSiblingsBelongToTheChainOfTheirBase) {
  for (const char* name : {"app.log", "app.log.1", "app.log.2.gz", "db.log-20261122", "x.log.gz"}) {
    tree_.file(std::string("var/log/") + name, "");
  }
  const auto found = find(LogSourceConfig::Type::kFiles, "/var/log/*");
  ASSERT_THAT(keys(found), UnorderedElementsAre("/var/log/app.log", "/var/log/db.log"));
  const ChainDirectoryOptions& app = found.at("/var/log/app.log");
  EXPECT_EQ(app.container.container, "app.log");
  EXPECT_FALSE(app.naming("app.log.1")->only_continues);
  EXPECT_FALSE(app.naming("db.log"));
  const auto asked = find(LogSourceConfig::Type::kFiles, "/var/log/*.log");
  EXPECT_TRUE(asked.at("/var/log/app.log").naming("app.log.1")->only_continues);
}

TEST_F(ChainFinderTest, WithoutDescriptorsNothingIsForgotten) {
  tree_.directory("var/log/pods/shop_web-1_uid-1/app");
  tree_.file("docker/" + kId + "/config.v2.json", R"({"Name":"/db","Config":{"Labels":{}}})");
  tree_.file("var/log/a.log", "");
  const std::vector<std::pair<LogSourceConfig::Type, std::string>> sources = {
      {LogSourceConfig::Type::kKubernetes, "/var/log/pods"},
      {LogSourceConfig::Type::kDocker, "/docker"},
      {LogSourceConfig::Type::kFiles, "/var/log/*.log"}};
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const UniqueFd next_free = *open_at(AT_FDCWD, "/", O_RDONLY);
  for (const auto& [type, path] : sources) {
    const rlimit none{static_cast<rlim_t>(next_free.get()) + 1, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    std::size_t found = 0;
    const auto count = [&found](const ChainDirectoryOptions& /*options*/) { ++found; };
    finder_.find({type, path, {}}, count);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_EQ(found, 0U) << path;
    EXPECT_GT(finder_.take_errors().no_descriptors, 0U) << path;
    finder_.find({type, path, {}}, count);
    EXPECT_EQ(found, 1U) << path;
  }
}

TEST_F(ChainFinderTest, LinksOfTheHostOnTheWayToAGlobLeadWhereTheyLeadOnTheHost) {
  tree_.file("data/shop/web.log", "");
  tree_.link("var/log/shop", "/data/shop");
  EXPECT_THAT(keys(find(LogSourceConfig::Type::kFiles, "/var/log/*/*.log")),
              UnorderedElementsAre("/var/log/shop/web.log"));
}

}  // namespace
}  // namespace supercargo
