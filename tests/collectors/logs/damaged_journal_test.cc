// What an output sends after its journal was damaged while no agent was there: nothing is missing,
// what is repeated is what the journal no longer knows, and the damage is counted.

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/logs/journal_recovery.h"
#include "collectors/logs/log_metrics.h"
#include "tests/collectors/logs/log_node.h"

namespace supercargo {
namespace {

using test::cri;
using test::LogNode;
using testing::ElementsAre;

const char* const kOlder = "data/out/journal.0";
const char* const kNewer = "data/out/journal.1";

// The older segment knows of "a", the newer one of "b", too, and of "c" in its last batch; then the
// agent is killed. "d" is written before the next one comes.
class DamagedJournalOfAnOutput : public testing::Test {
 protected:
  void SetUp() override {
    deliver("a");
    node_.restart_agent();  // each agent begins in the other segment
    deliver("b");
    deliver("c");
    node_.kill_agent();
    node_.write("0.log", cri("d"));
  }

  void deliver(const std::string& line) {
    node_.write("0.log", cri(line));
    node_.drain();
    node_.save();
  }

  void change_byte(const std::string& file, std::size_t at) {
    std::string bytes = node_.tree.read(file);
    bytes.at(at) = static_cast<char>(bytes.at(at) ^ 0x20);
    node_.tree.file(file, bytes);
  }

  // The next agent's lines, from its start until all is quiet.
  std::vector<std::string> lines_of_next_agent() {
    const std::size_t before = node_.delivered().size();
    node_.start_agent();
    node_.drain();
    std::vector<std::string> lines = node_.delivered();
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(before));
    return lines;
  }

  [[nodiscard]] double set_aside() {
    return node_.metrics().counter(log_metrics::kJournalSetAside, {"out"}).Value();
  }

  LogNode node_;
};

TEST_F(DamagedJournalOfAnOutput, WithoutDamageTheNextAgentGoesOn) {
  EXPECT_THAT(lines_of_next_agent(), ElementsAre("d"));
  EXPECT_EQ(set_aside(), 0);
}

TEST_F(DamagedJournalOfAnOutput, ADamagedLastBatchRepeatsWhatItWasAbout) {
  const std::string bytes = node_.tree.read(kNewer);
  change_byte(kNewer, bytes.find_last_not_of('\0'));
  EXPECT_THAT(lines_of_next_agent(), ElementsAre("c", "d"));
  EXPECT_EQ(set_aside(), 0) << "as torn by a power loss";
}

TEST_F(DamagedJournalOfAnOutput, ADamagedNewestSegmentIsCountedAndRepeatsWhatTheOlderDoesNotKnow) {
  change_byte(kNewer, 20);
  EXPECT_THAT(lines_of_next_agent(), ElementsAre("b", "c", "d"));
  EXPECT_EQ(set_aside(), 1);
  EXPECT_TRUE(std::filesystem::exists(node_.tree.path(std::string(kNewer) + ".damaged")));
}

TEST_F(DamagedJournalOfAnOutput, ANewestSegmentCutWithinItsStateIsTheSame) {
  std::filesystem::resize_file(node_.tree.path(kNewer), 60);
  EXPECT_THAT(lines_of_next_agent(), ElementsAre("b", "c", "d"));
  EXPECT_EQ(set_aside(), 1);
}

TEST_F(DamagedJournalOfAnOutput, ADamagedOlderSegmentIsCountedAndRepeatsNothing) {
  change_byte(kOlder, 20);
  EXPECT_THAT(lines_of_next_agent(), ElementsAre("d"));
  EXPECT_EQ(set_aside(), 1);
}

TEST_F(DamagedJournalOfAnOutput, BothDeletedIsANewOutputAndRepeatsAll) {
  std::filesystem::remove_all(node_.tree.path("data/out"));
  EXPECT_THAT(lines_of_next_agent(), ElementsAre("a", "b", "c", "d"));
  EXPECT_EQ(set_aside(), 0);
}

TEST_F(DamagedJournalOfAnOutput, ANewerFormatVersionIsCountedAndRepeatsAll) {
  for (const char* const segment : {kOlder, kNewer}) {
    std::string bytes = journal::encode_header({9, 9, journal::kFormatVersion + 1});
    node_.tree.file(segment, bytes + "of a newer agent");
  }
  EXPECT_THAT(lines_of_next_agent(), ElementsAre("a", "b", "c", "d"));
  EXPECT_EQ(set_aside(), 2);
}

TEST_F(DamagedJournalOfAnOutput, ADirectoryInPlaceOfASegmentIsCountedAndMovedAway) {
  node_.tree.remove(kNewer);
  node_.tree.directory(kNewer);
  EXPECT_THAT(lines_of_next_agent(), ElementsAre("b", "c", "d"));
  EXPECT_EQ(set_aside(), 1);
  EXPECT_TRUE(std::filesystem::is_directory(node_.tree.path(std::string(kNewer) + ".damaged")));
}

TEST_F(DamagedJournalOfAnOutput, TheAgentAfterTheNextOneKnowsAllAgain) {
  change_byte(kOlder, 20);
  change_byte(kNewer, 20);
  EXPECT_THAT(lines_of_next_agent(), ElementsAre("a", "b", "c", "d"));
  EXPECT_EQ(set_aside(), 2);
  node_.save();
  node_.kill_agent();
  node_.write("0.log", cri("e"));
  EXPECT_THAT(lines_of_next_agent(), ElementsAre("e"));
  EXPECT_EQ(set_aside(), 0);
}

// What was written before is not wanted of an output that is new, but this one was there before.
TEST(LostJournal, IsNoReasonToSkipWhatAnAgentThatStartsAtTheEndHasNotSent) {
  test::LogNodeOptions options;
  options.source.start_at = LogSourceConfig::StartAt::kEnd;
  options.files_before = {{"0.log", cri("before")}};
  LogNode node(options);
  node.write("0.log", cri("a"));
  node.drain();
  node.save();
  node.kill_agent();
  EXPECT_THAT(node.delivered(), ElementsAre("a"));
  for (const char* const segment : {kOlder, kNewer}) {
    node.tree.file(segment, "damaged");
  }
  node.write("0.log", cri("b"));
  node.start_agent();
  node.drain();
  EXPECT_THAT(node.delivered(), ElementsAre("a", "before", "a", "b"));
}

}  // namespace
}  // namespace supercargo
