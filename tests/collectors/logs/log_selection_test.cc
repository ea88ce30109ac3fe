// Outputs that want the logs of some namespaces only: what they do not want costs them nothing, and
// is not kept for them.

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/logs/log_reader.h"
#include "tests/collectors/logs/log_node.h"

namespace supercargo {
namespace {

using test::cri;
using test::LogNode;
using test::LogNodeOptions;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kOther = "var/log/pods/kube-system_dns_uid-2/dns/0.log";

LogFilter only(std::string wanted) {
  return [wanted = std::move(wanted)](const ContainerInfo& container) {
    return container.pod_namespace == wanted;
  };
}

LogNodeOptions wanting(LogFilter wanted, std::uint32_t outputs = 1) {
  LogNodeOptions options;
  options.limits.wanted = std::move(wanted);
  options.outputs = outputs;
  return options;
}

std::size_t listed_files(const LogNode& node) {
  std::size_t count = 0;
  for (const auto& chain : *node.catalog().chains()) {
    count += chain->files.size();
  }
  return count;
}

TEST(LogSelection, ReadsAndAccountsForWhatIsWantedAlone) {
  LogNode node(wanting(only("shop")));
  node.tree.append(kOther, cri("theirs"));
  node.write("0.log", cri("ours"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("ours"));

  LogNode none(wanting(only("till")));
  none.write("0.log", cri("x"));
  none.drain();
  EXPECT_THAT(none.delivered(), IsEmpty());
  EXPECT_EQ(none.account(), nullptr);
}

TEST(LogSelection, FilesAreNotKeptForAnOutputThatDoesNotWantThem) {
  LogNode node(wanting(only("shop"), /*outputs=*/2));
  SyncThread sync(Milliseconds(5), {});
  SelfMetrics metrics;
  Ledger ledger;
  LogReader other("other",
                  {},
                  {{}, {}, {}, only("kube-system")},
                  node.catalog(),
                  ledger,
                  metrics,
                  *Journal::open(node.tree.path("data/other"), sync, {}));
  node.write("0.log", cri("1"));
  node.drain();
  node.rename("0.log", "0.log.20261122-100000");
  node.write("0.log", cri("2"));
  node.drain();
  node.unlink("0.log.20261122-100000");
  node.drain();
  EXPECT_EQ(listed_files(node), 2U) << "the other output has not looked yet";
  (void)other.refresh(node.now(), /*ordered=*/false);
  (void)other.refresh(node.now(), /*ordered=*/false);
  node.drain();
  EXPECT_EQ(listed_files(node), 1U);
  EXPECT_THAT(node.delivered(), ElementsAre("1", "2"));
  EXPECT_TRUE(ledger.snapshot().empty());
}

TEST(LogSelection, WhatIsNotWantedAnyMoreAfterAReloadIsNoLogThatWasDeleted) {
  bool wanted = true;
  LogNode node(wanting([&wanted](const ContainerInfo&) { return wanted; }));
  node.write("0.log", cri("1"));
  node.drain();
  wanted = false;
  node.reload_agent();
  node.write("0.log", cri("2"));
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("1"));
  EXPECT_THAT(node.account()->gaps(), IsEmpty());
  wanted = true;
  node.reload_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("1", "2")) << "its cursor was kept";
}

TEST(LogSelection, WhatNoOutputWantsIsNotEvenOpened) {
  test::TempTree tree;
  HostPaths host;
  host.root = tree.root().string();
  tree.file("var/log/pods/shop_web_uid/app/0.log", cri("ours"));
  tree.file(kOther, cri("theirs"));
  LogCatalog catalog;
  SelfMetrics metrics;
  LogDiscovery::Options options{
      {{LogSourceConfig::Type::kKubernetes, "/var/log/pods", {}}}, "node-1", 1};
  options.wanted = only("shop");
  LogDiscovery discovery(std::move(options), host, catalog, metrics, [] {});
  discovery.turn(SteadyTime{});
  ASSERT_EQ(catalog.chains()->size(), 1U);
  EXPECT_EQ(catalog.chains()->front()->files.front()->container()->pod_namespace, "shop");
}

}  // namespace
}  // namespace supercargo
