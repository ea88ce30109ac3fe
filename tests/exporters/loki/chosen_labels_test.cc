#include "exporters/loki/chosen_labels.h"

#include <random>

#include <gmock/gmock.h>

namespace supercargo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const StreamLabel kLastResort{"stream", "stdout", LabelRank::kStream};

std::vector<StreamLabel> usual() {
  return {{"cluster", "c1", LabelRank::kCluster},
          {"container", "nginx", LabelRank::kContainer},
          {"namespace", "shop", LabelRank::kNamespace},
          {"node", "node-1", LabelRank::kNode},
          {"pod", "web-5d9c7b9c4-x2x7q", LabelRank::kPod},
          {"stream", "stdout", LabelRank::kStream}};
}

std::vector<std::string> names(const std::vector<StreamLabel>& labels) {
  std::vector<std::string> out;
  for (const StreamLabel& label : labels) {
    out.push_back(label.name);
  }
  return out;
}

ChosenLabels choose(const LabelBounds& bounds) {
  return choose_labels(usual(), bounds, kLastResort);
}

TEST(ChosenLabels, AreAllWhereNothingIsKnown) {
  const ChosenLabels all = choose({});
  EXPECT_THAT(names(all.kept),
              ElementsAre("cluster", "container", "namespace", "node", "pod", "stream"));
  EXPECT_THAT(all.demoted, IsEmpty());
}

TEST(ChosenLabels, LeaveOutTheLeastTellingFirst) {
  LabelBounds bounds;
  bounds.names = 5;
  EXPECT_THAT(names(choose(bounds).demoted), ElementsAre("node"));
  bounds.names = 4;
  EXPECT_THAT(names(choose(bounds).demoted), ElementsAre("node", "stream"));
  bounds.names = 3;
  EXPECT_THAT(names(choose(bounds).kept), ElementsAre("container", "namespace", "pod"));
  bounds.names = 2;
  EXPECT_THAT(names(choose(bounds).kept), ElementsAre("namespace", "pod"));
  bounds.names = 1;
  EXPECT_THAT(names(choose(bounds).kept), ElementsAre("namespace"));
}

TEST(ChosenLabels, LeaveOutWhatIsTooLongAndNothingElseForIt) {
  LabelBounds bounds;
  bounds.value_bytes = 19;
  EXPECT_THAT(names(choose(bounds).demoted), ElementsAre("pod"));
  bounds.name_bytes = 7;
  EXPECT_THAT(names(choose(bounds).kept), ElementsAre("node", "stream"));
}

TEST(ChosenLabels, AreNeverNone) {
  LabelBounds bounds;
  bounds.value_bytes = 2;
  const ChosenLabels chosen = choose(bounds);
  EXPECT_THAT(names(chosen.kept), ElementsAre("stream"));
  EXPECT_THAT(names(chosen.demoted),
              ElementsAre("cluster", "container", "namespace", "node", "pod"));
}

TEST(ChosenLabels, TellAShortServiceNameWhereLokiWouldMakeALongOne) {
  LabelBounds bounds;
  bounds.service_name = true;
  EXPECT_THAT(names(choose(bounds).kept), testing::Not(testing::Contains("service_name")))
      << "the container's name is one";
  bounds.value_bytes = 5;
  const ChosenLabels chosen = choose(bounds);
  ASSERT_THAT(names(chosen.kept), ElementsAre("cluster", "namespace", "service_name"));
  EXPECT_EQ(chosen.kept.back().value, "shop");
}

// What a Loki with these limits would say first, as a bound that is learned.
bool refuse(const ChosenLabels& chosen, const LabelBounds& limits, LabelBounds& learned) {
  if (chosen.kept.size() > limits.names) {
    learned.names = limits.names;
    return true;
  }
  for (const StreamLabel& label : chosen.kept) {
    if (label.name.size() >= limits.name_bytes) {
      learned.name_bytes = label.name.size();
      return true;
    }
    if (label.value.size() >= limits.value_bytes) {
      learned.value_bytes = label.value.size();
      return true;
    }
  }
  return false;
}

std::vector<StreamLabel> random_labels(std::minstd_rand& random) {
  std::vector<StreamLabel> labels;
  for (char name = 'a'; name < 'i'; ++name) {
    if (random() % 4 != 0) {
      labels.push_back({std::string(1 + random() % 4, name),
                        std::string(1 + random() % 9, 'v'),
                        static_cast<LabelRank>(random() % 12)});
    }
  }
  labels.push_back({"x", "v", LabelRank::kStatic});
  return labels;
}

LabelBounds random_bounds(std::minstd_rand& random) {
  LabelBounds bounds;
  bounds.names = 1 + random() % 8;
  bounds.name_bytes = 2 + random() % 4;
  bounds.value_bytes = 2 + random() % 9;
  return bounds;
}

// Else a line that is sent again would stand in two streams.
TEST(ChosenLabels, ComeToTheSameHoweverTheLimitsAreLearned) {
  std::minstd_rand random(7);
  for (int round = 0; round < 2'000; ++round) {
    const std::vector<StreamLabel> labels = random_labels(random);
    const LabelBounds limits = random_bounds(random);
    const std::vector<std::string> expected =
        names(choose_labels(labels, limits, kLastResort).kept);
    LabelBounds learned;
    // Of other streams, or of none.
    for (std::uint64_t others = random() % 4; others > 0; --others) {
      (void)refuse(choose_labels(random_labels(random), learned, kLastResort), limits, learned);
    }
    ChosenLabels chosen = choose_labels(labels, learned, kLastResort);
    while (refuse(chosen, limits, learned)) {
      const LabelShape before = shape_of(chosen, {});
      ASSERT_TRUE(before.outdated(learned));
      chosen = choose_labels(labels, learned, kLastResort);
    }
    ASSERT_EQ(names(chosen.kept), expected) << "round " << round;
  }
}

TEST(ChosenLabels, AreOutdatedOnlyByLimitsThatTheyDoNotKeep) {
  LabelBounds bounds;
  bounds.value_bytes = 12;
  const LabelShape shape = shape_of(choose(bounds), bounds);
  EXPECT_TRUE(shape.demoted);
  EXPECT_FALSE(shape.outdated(bounds));
  EXPECT_FALSE(shape.outdated({})) << "what was forgotten is no reason";
  LabelBounds tighter = bounds;
  tighter.names = 5;
  EXPECT_FALSE(shape.outdated(tighter));
  tighter.names = 4;
  EXPECT_TRUE(shape.outdated(tighter));
}

}  // namespace
}  // namespace supercargo
