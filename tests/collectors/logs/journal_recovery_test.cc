#include "collectors/logs/journal_recovery.h"

#include <filesystem>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo::journal {
namespace {

using test::TempTree;

constexpr std::uint64_t kSalt = 77;

// Batches of one segment, and what the state is after each.
struct Script {
  std::string records;
  std::vector<std::size_t> ends;
  std::vector<std::map<std::uint32_t, std::uint64_t>> states;  // stdout's offset by file
};

Script example(std::uint64_t first_offset) {
  Script script;
  std::map<std::uint32_t, std::uint64_t> state;
  const auto commit = [&] {
    append_commit(script.records, kSalt);
    script.ends.push_back(script.records.size());
    script.states.push_back(state);
  };
  for (std::uint32_t file = 1; file <= 3; ++file) {
    append_file(script.records, kSalt, file, {"c", {}, {first_offset, 0}, 0});
    state[file] = first_offset;
  }
  commit();
  for (std::uint32_t i = 1; i <= 10; ++i) {
    for (std::uint32_t file = 1; file <= 3; ++file) {
      append_offset(script.records,
                    kSalt,
                    file,
                    {set_of(Stream::kStdout), first_offset + std::uint64_t{i} * 10 + file, {}});
      state[file] = first_offset + std::uint64_t{i} * 10 + file;
    }
    commit();
  }
  append_forget(script.records, kSalt, 2);
  state.erase(2);
  append_file(script.records, kSalt, 4, {"d", {}, {5, 5}, 0});
  state[4] = 5;
  commit();
  return script;
}

std::map<std::uint32_t, std::uint64_t> offsets(const State& state) {
  std::map<std::uint32_t, std::uint64_t> out;
  for (const auto& [file, entry] : state.entries) {
    out[file] = entry.settled[0];
  }
  return out;
}

std::string segment_of(std::uint64_t generation, const std::string& records) {
  std::string bytes = encode_header({generation, kSalt}) + records;
  bytes.resize(4096);
  return bytes;
}

Recovered recover_in(const TempTree& tree) {
  Result<Recovered> recovered = recover(*real_file_layer(), tree.root().string());
  EXPECT_TRUE(recovered) << recovered.error().message;
  return recovered ? std::move(*recovered) : Recovered{};
}

TEST(JournalRecovery, TakesEveryWholeBatch) {
  const Script script = example(100);
  const std::optional<State> state = read_segment(script.records, kSalt);
  ASSERT_TRUE(state);
  EXPECT_EQ(offsets(*state), script.states.back());
  EXPECT_EQ(state->next_file, 5U);
}

TEST(JournalRecovery, AnOffsetIsTakenForTheStreamsThatItNames) {
  std::string records;
  append_boot(records, kSalt, "boot");
  append_file(records, kSalt, 1, {"c", {}, {1, 2}, 0});
  append_commit(records, kSalt);
  const std::string first = records;
  append_offset(records, kSalt, 1, {set_of(Stream::kStderr), 5, {5, 50}});
  append_commit(records, kSalt);
  Entry entry = read_segment(records, kSalt)->entries.at(1);
  EXPECT_EQ(entry.settled, (std::array<std::uint64_t, 2>{1, 5}));
  EXPECT_EQ(entry.tails, (std::array<TailMark, 2>{TailMark{}, TailMark{5, 50}}));
  append_offset(records, kSalt, 1, {kAllStreams, 9, {9, 90}});
  append_commit(records, kSalt);
  const std::optional<State> state = read_segment(records, kSalt);
  entry = state->entries.at(1);
  EXPECT_EQ(entry.settled, (std::array<std::uint64_t, 2>{9, 9}));
  EXPECT_EQ(entry.tails, (std::array<TailMark, 2>{TailMark{9, 90}, TailMark{9, 90}}));
  EXPECT_EQ(state->boot_id, "boot");
  EXPECT_EQ(state->next_file, 2U);
}

TEST(JournalRecovery, ATornTailLeavesTheLastWholeBatch) {
  const Script script = example(100);
  for (std::size_t size = 0; size < script.records.size(); ++size) {
    const std::optional<State> state =
        read_segment(std::string_view(script.records).substr(0, size), kSalt);
    const auto whole = static_cast<std::size_t>(
        std::upper_bound(script.ends.begin(), script.ends.end(), size) - script.ends.begin());
    ASSERT_EQ(state.has_value(), whole > 0) << size;
    if (state) {
      ASSERT_EQ(offsets(*state), script.states[whole - 1]) << size;
    }
  }
}

TEST(JournalRecovery, AnyDamagedByteLeavesTheBatchesBeforeItAndNothingElse) {
  const Script script = example(100);
  for (std::size_t at = 0; at < script.records.size(); ++at) {
    for (const int change : {0x01, 0x80, 0xff}) {
      std::string poked = script.records;
      poked[at] = static_cast<char>(poked[at] ^ change);
      const std::optional<State> state = read_segment(poked, kSalt);
      const auto whole = static_cast<std::size_t>(
          std::upper_bound(script.ends.begin(), script.ends.end(), at) - script.ends.begin());
      ASSERT_EQ(state.has_value(), whole > 0) << at;
      if (state) {
        ASSERT_EQ(offsets(*state), script.states[whole - 1]) << at;
      }
    }
  }
}

TEST(JournalRecovery, TheHigherGenerationWins) {
  TempTree tree;
  tree.file("journal.0", segment_of(8, example(800).records));
  tree.file("journal.1", segment_of(7, example(700).records));
  const Recovered recovered = recover_in(tree);
  EXPECT_EQ(offsets(recovered.state), example(800).states.back());
  EXPECT_EQ(recovered.segment, 0U);
  EXPECT_EQ(recovered.generation, 8U);
  EXPECT_EQ(recovered.set_aside, 0U);
}

TEST(JournalRecovery, ADamagedNewestSegmentIsSetAsideAndTheOtherOneTaken) {
  const std::string newest = segment_of(8, example(800).records);
  const std::size_t first_batch = kHeaderBytes + example(800).ends.front();
  for (const std::size_t at : {std::size_t{0}, std::size_t{20}, kHeaderBytes, first_batch - 1}) {
    TempTree tree;
    std::string poked = newest;
    poked[at] = static_cast<char>(poked[at] ^ 0x40);
    tree.file("journal.0", poked);
    tree.file("journal.1", segment_of(7, example(700).records));
    const Recovered recovered = recover_in(tree);
    EXPECT_EQ(offsets(recovered.state), example(700).states.back()) << at;
    EXPECT_EQ(recovered.segment, 1U);
    EXPECT_EQ(recovered.set_aside, 1U);
    EXPECT_EQ(tree.read("journal.0.damaged"), poked);
    EXPECT_FALSE(std::filesystem::exists(tree.path("journal.0")));
  }
}

TEST(JournalRecovery, AnotherFormatIsSetAsideAndNotOverwritten) {
  for (const std::uint32_t version : {kFormatVersion - 1, kFormatVersion + 1}) {
    TempTree tree;
    tree.file("journal.0", encode_header({9, kSalt, version}) + "who knows");
    const Recovered recovered = recover_in(tree);
    EXPECT_TRUE(recovered.state.entries.empty());
    EXPECT_EQ(recovered.set_aside, 1U);
    EXPECT_TRUE(tree.read("journal.0.damaged").ends_with("who knows"));
  }
}

TEST(JournalRecovery, EmptyOrUnusedSegmentsAreNoDamage) {
  TempTree tree;
  tree.file("journal.0", std::string(4096, '\0'));
  tree.file("journal.1", "");
  const Recovered recovered = recover_in(tree);
  EXPECT_FALSE(recovered.segment);
  EXPECT_EQ(recovered.set_aside, 0U);
}

TEST(JournalRecovery, ASegmentThatCannotBeReadIsSetAside) {
  TempTree tree;
  tree.directory("journal.0");
  const Recovered recovered = recover_in(tree);
  EXPECT_EQ(recovered.set_aside, 1U);
  EXPECT_FALSE(std::filesystem::exists(tree.path("journal.0")));
}

}  // namespace
}  // namespace supercargo::journal
