#include "agent/app/options.h"

#include <vector>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

std::variant<Options, int> parse(const std::vector<const char*>& given) {
  std::vector<const char*> arguments{"supercargo"};
  arguments.insert(arguments.end(), given.begin(), given.end());
  return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

TEST(Options, OfRunStandAboveTheConfiguration) {
  const auto parsed =
      parse({"run", "--config", "x.yaml", "--listen", "127.0.0.1:0", "--host-root", "/host"});
  const Options& options = std::get<Options>(parsed);
  EXPECT_EQ(options.command, Options::Command::kRun);
  EXPECT_EQ(options.config_file, "x.yaml");
  EXPECT_EQ(options.listen, "127.0.0.1:0");
  EXPECT_EQ(options.host_root, "/host");
  EXPECT_FALSE(options.demo);
}

TEST(Options, RunNeedsNone) {
  const auto parsed = parse({"run"});
  EXPECT_TRUE(std::get<Options>(parsed).config_file.empty());
}

TEST(Options, EveryCommandIsKnown) {
  EXPECT_EQ(std::get<Options>(parse({"check", "--config", "x"})).command, Options::Command::kCheck);
  EXPECT_EQ(std::get<Options>(parse({"defaults"})).command, Options::Command::kDefaults);
  EXPECT_TRUE(std::get<Options>(parse({"defaults", "--markdown"})).markdown);
  EXPECT_EQ(std::get<Options>(parse({"schema"})).command, Options::Command::kSchema);
  EXPECT_EQ(std::get<Options>(parse({"metrics"})).command, Options::Command::kMetrics);
  EXPECT_EQ(std::get<Options>(parse({"version"})).command, Options::Command::kVersion);
  EXPECT_EQ(std::get<Options>(parse({"completion"})).command, Options::Command::kCompletion);
}

TEST(Options, OfAProbeHaveATimeoutInWords) {
  const auto parsed =
      parse({"probe", "http://x/readyz", "--timeout", "500ms", "--wait", "1m", "--insecure"});
  const Options& options = std::get<Options>(parsed);
  EXPECT_EQ(options.command, Options::Command::kProbe);
  EXPECT_EQ(options.probe.url, "http://x/readyz");
  EXPECT_EQ(options.probe.timeout.count(), 500);
  EXPECT_EQ(options.probe.wait.count(), 60'000);
  EXPECT_TRUE(options.probe.tls.skip_verify);
  EXPECT_EQ(std::get<int>(parse({"probe"})), 2);
  for (const char* timeout : {"soon", "0", "-1s", "2", "99999999h"}) {
    EXPECT_EQ(std::get<int>(parse({"probe", "http://x/", "--timeout", timeout})), 2) << timeout;
  }
}

TEST(Options, AProbeVerifiesAndWaitsTwoSecondsByDefault) {
  const auto parsed = parse({"probe", "https://x/"});
  const Options& options = std::get<Options>(parsed);
  EXPECT_EQ(options.probe.timeout.count(), 2000);
  EXPECT_FALSE(options.probe.tls.skip_verify);
  EXPECT_TRUE(options.probe.username.empty());
}

TEST(Options, UsageErrorsExitWithTwoAndHelpWithZero) {
  EXPECT_EQ(std::get<int>(parse({})), 2);
  EXPECT_EQ(std::get<int>(parse({"fly"})), 2);
  EXPECT_EQ(std::get<int>(parse({"check"})), 2);
  EXPECT_EQ(std::get<int>(parse({"--help"})), 0);
}

}  // namespace
}  // namespace supercargo
