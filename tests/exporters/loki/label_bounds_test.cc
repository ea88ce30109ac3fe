#include "exporters/loki/label_bounds.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

const SteadyTime kNow = SteadyTime{} + std::chrono::hours(1);

LabelBounds learned(const std::vector<std::string>& texts, std::uint64_t most = 0) {
  LearnedLabels labels(most);
  for (const std::string& text : texts) {
    for (const LokiRefusal& refusal : parse_loki_refusals(400, text)) {
      labels.learn(refusal, kNow);
    }
  }
  return labels.at(kNow);
}

TEST(LabelBounds, AreNotKnownAtFirst) {
  EXPECT_FALSE(LearnedLabels().at(kNow).any());
  EXPECT_TRUE(LabelBounds{}.fits(10'000, 10'000));
}

TEST(LabelBounds, NameTheNumberThatLokiNames) {
  EXPECT_EQ(learned({R"(entry for stream '{a="1", b="2", service_name="x"}' has 2 label names; )"
                     "limit 1"})
                .names,
            1U);
}

TEST(LabelBounds, LeaveRoomForAServiceNameThatLokiCounts) {
  EXPECT_EQ(learned({R"(entry for stream '{a="1", b="2", service_name="x"}' has 3 label names; )"
                     "limit 2"})
                .names,
            1U);
}

TEST(LabelBounds, KeepBelowTheShortestThatWasTooLong) {
  const LabelBounds bounds =
      learned({R"(stream '{a="12345678", b="x"}' has label value too long: '12345678')",
               R"(stream '{a="123456", b="x"}' has label value too long: '123456')",
               R"(stream '{a="1234567", b="x"}' has label value too long: '1234567')",
               R"(stream '{long_name="1"}' has label name too long: 'long_name')"});
  EXPECT_EQ(bounds.value_bytes, 6U);
  EXPECT_EQ(bounds.name_bytes, 9U);
  EXPECT_EQ(bounds.names, 0U);
  EXPECT_FALSE(bounds.service_name);
}

TEST(LabelBounds, ReadValuesThatHoldLokisOwnWords) {
  const std::string value = "it's; 2 errors like: 'x' has label value too long: 'y";
  EXPECT_EQ(learned({"stream '{a=\"" + value + "\"}' has label value too long: '" + value + "'"})
                .value_bytes,
            value.size());
}

TEST(LabelBounds, AreNotTakenFromWhatIsNotInTheStream) {
  EXPECT_FALSE(learned({R"(stream '{a="1"}' has label value too long: '2')"}).any());
  EXPECT_FALSE(learned({R"(stream '{a="1"}' has label value too long: '')"}).any());
}

TEST(LabelBounds, TellThatLokisOwnServiceNameIsTooLong) {
  const LabelBounds bounds = learned({R"(stream '{a="1", service_name="unknown_service"}' has )"
                                      "label value too long: 'unknown_service'"});
  EXPECT_TRUE(bounds.service_name);
  EXPECT_EQ(bounds.value_bytes, 15U);
  EXPECT_FALSE(learned({R"(stream '{container="123", service_name="123"}' has label value too )"
                        "long: '123'"})
                   .service_name);
}

TEST(LabelBounds, AreForgottenAfterAWhile) {
  LearnedLabels labels;
  labels.learn(
      parse_loki_refusals(400, "entry for stream '{a=\"1\"}' has 2 label names; limit 1")[0], kNow);
  EXPECT_EQ(labels.at(kNow + LearnedLimit::kKeep - Milliseconds(1)).names, 1U);
  EXPECT_FALSE(labels.at(kNow + LearnedLimit::kKeep).any());
}

TEST(LabelBounds, NeverExceedWhatIsConfigured) {
  EXPECT_EQ(learned({}, 4).names, 4U);
  const std::string told = "entry for stream '{a=\"1\"}' has 9 label names; limit ";
  EXPECT_EQ(learned({told + "3"}, 4).names, 3U);
  EXPECT_EQ(learned({told + "7"}, 4).names, 4U);
}

}  // namespace
}  // namespace supercargo
