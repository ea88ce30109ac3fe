// S6: deleted files above their budget are let go of, and what that costs is counted.

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/collectors/logs/log_node.h"

namespace supercargo {
namespace {

using test::cri;
using test::LogNode;
using testing::ElementsAre;
using testing::IsEmpty;

// Lines of 100 raw bytes.
std::string lines_of(int count, char letter) {
  std::string lines;
  for (int i = 0; i < count; ++i) {
    const std::string line = cri(std::string(10, letter));
    lines += line.substr(0, line.size() - 1) + std::string(100 - line.size(), letter) + "\n";
  }
  return lines;
}

TEST(DeletedFiles, AboveTheBudgetAreCountedExactly) {
  LogNode node({.deleted_budget_bytes = 100'000});
  node.write("0.log", lines_of(700, 'a'));
  node.look();
  node.rename("0.log", "0.log.20261122-143703");
  node.write("0.log", lines_of(700, 'b'));
  node.look();
  node.unlink("0.log.20261122-143703");
  const RequestId some = node.send(20'000);
  node.settle(some);
  const Amount delivered{node.account()->delivered_bytes, node.account()->delivered_lines};
  EXPECT_GT(delivered.lines, 0U);
  node.look();
  EXPECT_TRUE(node.account()->lost().empty()) << "within the budget";
  node.unlink("0.log");
  node.write("1.log", lines_of(700, 'c'));
  node.look();
  node.look();
  const auto lost = node.account()->lost();
  EXPECT_EQ(lost.at("deleted_budget").bytes, 70'000U - delivered.bytes);
  EXPECT_EQ(lost.at("deleted_budget").lines, 700U - delivered.lines);
  node.drain();
  EXPECT_EQ(node.account()->delivered_lines, delivered.lines + 1'400U);
}

TEST(DeletedFiles, WhoseCompressedCopyIsThereAreLetGoOfFirstWithoutLoss) {
  LogNode node({.deleted_budget_bytes = 100'000});
  const std::string old = lines_of(700, 'a');
  node.write("0.log", old);
  node.look();
  node.rename("0.log", "0.log.20261122-143703");
  node.write("0.log", lines_of(700, 'b'));
  node.look();
  node.rename("0.log", "0.log.20261122-143713");
  node.write("0.log", lines_of(700, 'c'));
  node.look();
  node.gzip("0.log.20261122-143713");
  node.look();
  node.unlink("0.log.20261122-143703");
  node.look();
  node.look();
  EXPECT_TRUE(node.account()->lost().empty());
  node.drain();
  EXPECT_EQ(node.account()->delivered_lines, 2'100U);
}

// A writer that still has the file when it is deleted.
class DeletedFileOfAWriter : public testing::Test {
 protected:
  void write(std::string_view text) {
    writer_ << text << std::flush;
    written_ += text.size();
  }

  LogNode node_{{.outputs = 2, .deleted_budget_bytes = 0}};  // the other output holds the file
  std::ofstream writer_{node_.path("0.log"), std::ios::app};
  std::uint64_t written_ = 0;
};

TEST_F(DeletedFileOfAWriter, IsNotReadFromTheMiddleOfALineOnceItIsLetGoOf) {
  const std::string torn = cri("b");
  write(cri("a"));
  node_.look();
  node_.settle(node_.send());
  node_.unlink("0.log");
  write(torn.substr(0, 20));
  node_.look();
  EXPECT_EQ(node_.account()->gaps().at("deleted_budget"), 1U) << "it may grow unseen";
  write(torn.substr(20) + cri("c"));
  node_.drain();
  EXPECT_THAT(node_.delivered(), ElementsAre("a"));
  EXPECT_EQ(node_.account()->written_bytes, written_);
  EXPECT_EQ(node_.account()->lost().at("deleted_budget").bytes, written_ - cri("a").size());
  EXPECT_EQ(node_.account()->lost().at("deleted_budget").lines, 2U);
}

TEST_F(DeletedFileOfAWriter, WasReadToItsEndAndGrowsWhenItIsLetGoOf) {
  write(cri("a"));
  node_.drain();
  node_.unlink("0.log");
  node_.drain();
  EXPECT_THAT(node_.account()->gaps(), IsEmpty()) << "nobody has written to it for long";
  write(cri("b"));
  node_.drain();
  EXPECT_THAT(node_.delivered(), ElementsAre("a"));
  EXPECT_EQ(node_.account()->lost().at("deleted_budget").lines, 1U);
  EXPECT_EQ(node_.account()->pending_bytes, 0U);
}

}  // namespace
}  // namespace supercargo
