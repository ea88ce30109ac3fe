#include "collectors/kubernetes/api_access.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using ::testing::HasSubstr;

class ApiAccessTest : public ::testing::Test {
 protected:
  ApiAccessTest() { config_.service_account_dir = tree_.path("sa"); }

  Result<ApiAccess> find() {
    return find_api_access(config_, [this](std::string_view name) -> std::optional<std::string> {
      const auto found = environment_.find(name);
      return found == environment_.end() ? std::nullopt : std::optional(found->second);
    });
  }

  test::TempTree tree_;
  KubernetesConfig config_;
  std::map<std::string, std::string, std::less<>> environment_{
      {"KUBERNETES_SERVICE_HOST", "10.96.0.1"}, {"KUBERNETES_SERVICE_PORT", "443"}};
};

TEST_F(ApiAccessTest, FindsWhatEveryPodIsGiven) {
  tree_.file("sa/token", "t");
  tree_.file("sa/ca.crt", "c");
  const Result<ApiAccess> access = find();
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->url, "https://10.96.0.1:443");
  EXPECT_EQ(access->token_file, tree_.path("sa/token"));
  EXPECT_EQ(access->ca_file, tree_.path("sa/ca.crt"));
}

TEST_F(ApiAccessTest, PutsBracketsAroundAnIpv6Address) {
  tree_.file("sa/token", "t");
  environment_["KUBERNETES_SERVICE_HOST"] = "fd00:10:96::1";
  EXPECT_EQ(find()->url, "https://[fd00:10:96::1]:443");
}

TEST_F(ApiAccessTest, TrustsTheSystemWhereThereIsNoAuthority) {
  tree_.file("sa/token", "t");
  EXPECT_EQ(find()->ca_file, "");
}

TEST_F(ApiAccessTest, SaysThatThisIsNoCluster) {
  environment_.clear();
  ASSERT_FALSE(find());
  EXPECT_EQ(find().error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(find().error().message, HasSubstr("not in a cluster"));
}

TEST_F(ApiAccessTest, SaysThatTheTokenIsNotMounted) {
  ASSERT_FALSE(find());
  EXPECT_THAT(find().error().message, HasSubstr("automountServiceAccountToken"));
}

TEST_F(ApiAccessTest, AConfiguredUrlIsTakenWithoutTheEnvironment) {
  environment_.clear();
  tree_.file("sa/token", "t");
  config_.url = "https://k8s.example:6443/";
  EXPECT_EQ(find()->url, "https://k8s.example:6443");
}

TEST_F(ApiAccessTest, AnUnencryptedServerGetsNoToken) {
  tree_.file("sa/token", "t");
  config_.url = "http://127.0.0.1:8001";
  EXPECT_EQ(find()->token_file, "");
}

}  // namespace
}  // namespace supercargo
