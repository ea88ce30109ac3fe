#include <gtest/gtest.h>

#include "agent/app/senders.h"
#include "tests/support/fake_facts.h"

namespace supercargo {
namespace {

OutputConfig output_with(std::vector<std::string> labels) {
  LokiConfig loki;
  loki.url = "http://loki:3100";
  loki.labels = std::move(labels);
  loki.labels_wait = Milliseconds(700);
  OutputConfig output;
  output.kind = loki;
  return output;
}

ContainerInfo web() {
  ContainerInfo info;
  info.pod_uid = "0a1b";
  info.container = "web";
  return info;
}

class FirstLinesTest : public testing::Test {
 protected:
  FirstLines of(const OutputConfig& output) {
    SenderInputs inputs;
    inputs.facts = facts_;
    return first_lines(output, inputs);
  }

  std::shared_ptr<test::FakeFacts> facts_ = std::make_shared<test::FakeFacts>();
};

TEST_F(FirstLinesTest, WaitForNothingWhereLabelsComeFromPaths) {
  EXPECT_EQ(of(output_with({"namespace", "pod"})).gate, nullptr);
}

TEST_F(FirstLinesTest, WaitForThePodWhereLabelsAreMadeOfIt) {
  const FirstLines first = of(output_with({"pod", "workload"}));
  EXPECT_EQ(first.wait, Milliseconds(700));
  ASSERT_NE(first.gate, nullptr);
  facts_->set("web", {{}, /*complete=*/false, /*has_pod=*/false});
  EXPECT_FALSE(first.gate(web()));
  facts_->set("web", {{}, /*complete=*/false, /*has_pod=*/true});
  EXPECT_TRUE(first.gate(web()));
}

TEST_F(FirstLinesTest, WaitForTheImageOnlyWhereItIsALabel) {
  const FirstLines first = of(output_with({"pod", "image"}));
  facts_->set("web", {{}, /*complete=*/false, /*has_pod=*/true});
  EXPECT_FALSE(first.gate(web()));
  facts_->set("web", {test::image_fact("nginx"), /*complete=*/false, /*has_pod=*/true});
  EXPECT_TRUE(first.gate(web()));
}

TEST_F(FirstLinesTest, DoNotWaitWhereNothingWillCome) {
  EXPECT_TRUE(of(output_with({"pod", "image", "workload"})).gate(web()));
}

}  // namespace
}  // namespace supercargo
