// Random lives of a container's log against a model of what must arrive.

#include <charconv>
#include <filesystem>
#include <map>
#include <random>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/collectors/logs/log_node.h"

namespace supercargo {
namespace {

using test::LogNode;
using test::LogNodeOptions;
using test::SentLine;

// A piece of a line: "<number>;" ascending over all that is written to a stream.
using Piece = std::uint64_t;

struct StreamModel {
  Piece last = 0;
  bool open = false;            // the last piece was a P
  std::set<Piece> must_come;    // not delivered yet
  std::set<Piece> may_be_lost;  // in files that were deleted while no agent had them
  std::set<Piece> delivered;
  std::set<Piece> settled;  // the receiver said so
  std::map<Piece, std::size_t> raw_bytes;
};

struct FileModel {
  std::string name;
  bool seen = false;       // discovery has looked since it was made
  bool journaled = false;  // as far as is sure
  // The last request that was in flight when it was cut; 0: none is any more, and what is in it now
  // was looked at.
  RequestId cut_in_flight = 0;
  std::array<std::vector<Piece>, kStreamCount> pieces;
};

class Life {
 public:
  // `orderly`: the agent only ever ends as it should, so all that is settled is in the journal.
  Life(std::uint64_t seed, bool ordered, bool orderly)
      : random_(seed),
        orderly_(orderly),
        node_(LogNodeOptions{.chain = {.partial_idle = Milliseconds(60'000)}, .ordered = ordered}) {
    files_.push_back({"0.log", false, false, 0, {}});
  }

  void live(int actions) {
    for (int i = 0; i < actions && !testing::Test::HasFailure(); ++i) {
      act();
    }
    finish_half_line();
    for (const Stream stream : {Stream::kStdout, Stream::kStderr}) {
      if (model(stream).open) {
        write_piece(stream, /*partial=*/false);
      }
    }
    while (!in_flight_.empty()) {
      settle_oldest();
    }
    drain();
    check_complete();
  }

 private:
  void act() {
    const std::uint64_t dice = random_() % 100;
    if (dice < 35) {
      write();
    } else if (dice < 50) {
      look(Milliseconds(dice % 2 == 0 ? 100 : 1'100));
    } else if (dice < 68) {
      send();
    } else if (dice < 80) {
      settle_oldest();
    } else if (dice < 84) {
      fail();
    } else if (dice < 90) {
      rotate();
    } else if (dice < 92) {
      unlink_oldest();
    } else if (dice < 94) {
      compress_oldest();
    } else if (dice < 95) {
      truncate();
    } else if (dice < 96) {
      restart_container();
    } else if (dice < 97) {
      restart_agent();
    } else if (dice < 98) {
      go_on_without_agent();
    } else {
      drain();
    }
  }

  StreamModel& model(Stream stream) { return streams_.at(static_cast<std::size_t>(stream)); }

  Stream any_stream() { return random_() % 3 == 0 ? Stream::kStderr : Stream::kStdout; }

  void write() {
    finish_half_line();
    for (std::uint64_t i = random_() % 6 + 1; i > 0; --i) {
      write_piece(any_stream(), random_() % 4 == 0);
    }
    if (random_() % 5 == 0) {  // the last line in two writes
      const Stream stream = any_stream();
      const std::string line = next_line(stream, /*partial=*/false);
      const std::size_t cut = random_() % line.size();
      node_.write(writes_to().name, line.substr(0, cut));
      half_line_ = line.substr(cut);
    }
  }

  std::string next_line(Stream stream, bool partial) {
    StreamModel& written = model(stream);
    written.open = partial;
    const Piece piece = ++written.last;
    written.must_come.insert(piece);
    writes_to().pieces.at(static_cast<std::size_t>(stream)).push_back(piece);
    std::string line =
        test::cri(fmt::format("{};", piece), partial ? "P" : "F", stream_name(stream));
    written.raw_bytes[piece] = line.size();
    return line;
  }

  void write_piece(Stream stream, bool partial) {
    const std::string line = next_line(stream, partial);
    node_.write(writes_to().name, line);
  }

  void finish_half_line() {
    node_.write(writes_to().name, half_line_);
    half_line_.clear();
  }

  // After a rename the runtime goes on in the old file until it reopens.
  FileModel& writes_to() { return files_.back(); }

  void rotate() {
    finish_half_line();
    FileModel& current = files_.back();
    const std::string rotated = fmt::format("{}.log.20261122-{:06}", restart_, ++rotations_);
    node_.rename(current.name, rotated);
    current.name = rotated;
    if (random_() % 2 == 0) {
      write_piece(any_stream(), random_() % 3 == 0);
    }
    if (random_() % 3 == 0) {
      look(Milliseconds(1'100));
    }
    files_.push_back({fmt::format("{}.log", restart_), false, false, 0, {}});
    if (random_() % 2 == 0) {
      node_.write(files_.back().name, "");
    }
    if (random_() % 4 == 0) {
      write_piece(any_stream(), false);
    }
  }

  void restart_container() {
    finish_half_line();
    ++restart_;
    files_.push_back({fmt::format("{}.log", restart_), false, false, 0, {}});
    for (const Stream stream : {Stream::kStdout, Stream::kStderr}) {
      write_piece(stream, false);
    }
  }

  // kubelet deletes old files; what discovery has seen is read on by its descriptor.
  void unlink_oldest() {
    if (files_.size() > 2 && files_.front().seen) {
      node_.unlink(files_.front().name);
      unlinked_.push_back(std::move(files_.front()));
      files_.erase(files_.begin());
    }
  }

  void compress_oldest() {
    for (std::size_t i = 0; i + 2 < files_.size(); ++i) {
      FileModel& file = files_[i];
      const bool rotated = file.name.find(".log.") != std::string::npos;
      if (rotated && !file.name.ends_with(".gz")) {
        node_.gzip(file.name);
        file.name += ".gz";
        return;
      }
    }
  }

  // What kubelet and the runtime do meanwhile; what they delete may be lost, and is counted then.
  void go_on_without_agent() {
    kill_agent();
    for (std::uint64_t i = random_() % 8; i > 0; --i) {
      const std::uint64_t dice = random_() % 10;
      if (dice < 4) {
        write();
      } else if (dice < 7) {
        rotate();
        compress_oldest();
      } else if (dice < 9) {
        compress_oldest();
      } else if (files_.size() > 2) {
        node_.unlink(files_.front().name);
        lose(files_.front());
        files_.erase(files_.begin());
      }
    }
    start_agent();
  }

  // The file is cut to nothing, after a look and before another: what was in it and is not settled
  // is lost, but for what is in flight.
  void truncate() {
    finish_half_line();
    look(Milliseconds(1'100));
    FileModel& current = files_.back();
    if (current.pieces[0].empty() && current.pieces[1].empty()) {
      return;  // nobody would notice
    }
    for (const Stream stream : {Stream::kStdout, Stream::kStderr}) {
      auto& pieces = current.pieces.at(static_cast<std::size_t>(stream));
      model(stream).may_be_lost.insert(pieces.begin(), pieces.end());
      if (current.cut_in_flight == 0) {  // else nobody has looked at what is in it
        cut_[static_cast<std::size_t>(stream)].insert(pieces.begin(), pieces.end());
      }
      pieces.clear();
      model(stream).open = true;  // it may be: its end may be among what was cut
    }
    current.cut_in_flight = in_flight_.empty() ? 0 : in_flight_.back();
    node_.truncate(current.name);
    look(Milliseconds(1'100));
  }

  void look(Milliseconds later) {
    if (!running_) {
      return;
    }
    node_.look(later);
    for (FileModel& file : files_) {
      if (in_flight_.empty() || in_flight_.front() > file.cut_in_flight) {
        file.cut_in_flight = 0;
      }
    }
    if (later >= Milliseconds(1'000)) {
      for (FileModel& file : files_) {
        file.seen = true;
      }
      check_ledger();
    }
  }

  [[nodiscard]] std::uint64_t bytes_not_settled(Stream stream, const auto& pieces) {
    std::uint64_t bytes = 0;
    for (const Piece piece : pieces) {
      if (!model(stream).settled.contains(piece)) {
        bytes += model(stream).raw_bytes.at(piece);
      }
    }
    return bytes;
  }

  // What is in a file that was cut is not looked at before what was in it is settled.
  [[nodiscard]] bool waits_for_new_text() const {
    return std::any_of(files_.begin(), files_.end(), [](const FileModel& file) {
      return file.cut_in_flight != 0;
    });
  }

  // All that was written is seen. What pends stands in the files that are there; of those that were
  // cut, what is in flight pends, and the rest is lost.
  void check_ledger() {
    if (!orderly_) {
      return;
    }
    std::uint64_t in_files = 0;
    std::uint64_t cut = 0;
    for (const Stream stream : {Stream::kStdout, Stream::kStderr}) {
      const auto index = static_cast<std::size_t>(stream);
      for (const auto* files : {&files_, &unlinked_}) {
        for (const FileModel& file : *files) {
          in_files += bytes_not_settled(stream, file.pieces.at(index));
        }
      }
      cut += bytes_not_settled(stream, cut_.at(index));
    }
    in_files -= half_line_.size();
    const auto account = node_.account();
    const LedgerTerms terms = account ? account->terms() : LedgerTerms{};
    const auto pending = static_cast<std::uint64_t>(terms.pending_bytes);
    const std::uint64_t lost = sum_of(terms.lost).bytes;
    EXPECT_LE(lost, cut);
    if (in_flight_.empty()) {
      EXPECT_EQ(pending, in_files);
      EXPECT_EQ(lost, cut);
    } else if (!waits_for_new_text()) {
      EXPECT_EQ(pending + lost, in_files + cut);
    }
  }

  void send() {
    if (const RequestId request = node_.send(random_() % 2 == 0 ? 40 : 100'000)) {
      in_flight_.push_back(request);
    }
    if (random_() % 2 == 0) {
      node_.save();
      for (FileModel& file : files_) {
        file.journaled = file.seen;
      }
    }
  }

  void settle_oldest() {
    if (!in_flight_.empty()) {
      const std::vector<SentLine> lines = node_.settle(in_flight_.front());
      in_flight_.erase(in_flight_.begin());
      arrive(lines);
      for (const SentLine& line : lines) {
        StreamModel& stream = model(line.stream);
        for (const Piece piece : pieces_of(line)) {
          stream.settled.insert(piece);
        }
      }
    }
  }

  // Everything that is in flight fails; the receiver may have had the first of it all the same.
  void fail() {
    bool stored = random_() % 2 == 0;
    for (const RequestId request : std::exchange(in_flight_, {})) {
      const std::vector<SentLine> lines = node_.rewind(request);
      if (std::exchange(stored, false)) {
        arrive(lines);
      }
      may_repeat_ = true;
    }
  }

  void restart_agent() {
    kill_agent();
    start_agent();
  }

  void kill_agent() {
    may_repeat_ = true;
    in_flight_.clear();
    cut_ = {};
    if (orderly_) {
      node_.save();
    }
    for (const FileModel& file : std::exchange(unlinked_, {})) {
      lose(file);
    }
    count_gaps();
    node_.kill_agent();
    running_ = false;
  }

  void start_agent() {
    node_.start_agent();
    running_ = true;
    for (FileModel& file : files_) {
      file.seen = true;
    }
    check_ledger();
  }

  // Of a file that went before the journal had it no agent can know.
  void lose(const FileModel& file) {
    never_known_ = never_known_ || !file.journaled;
    for (const Stream stream : {Stream::kStdout, Stream::kStderr}) {
      const auto& pieces = file.pieces.at(static_cast<std::size_t>(stream));
      model(stream).may_be_lost.insert(pieces.begin(), pieces.end());
    }
  }

  void count_gaps() {
    if (const auto account = node_.account()) {
      for (const auto& [reason, events] : account->gaps()) {
        gaps_ += events;
      }
    }
  }

  void drain() {
    for (int quiet = 0; quiet < 14; ++quiet) {
      look(Milliseconds(1'000));
      while (const RequestId request = node_.send()) {
        in_flight_.push_back(request);
        quiet = 0;
        while (!in_flight_.empty()) {
          settle_oldest();
        }
      }
      while (!in_flight_.empty()) {
        settle_oldest();
        quiet = 0;
      }
    }
  }

  // Empty when the text was not written so.
  static std::vector<Piece> pieces_of(const SentLine& line) {
    std::vector<Piece> pieces;
    std::string_view rest = line.text;
    while (!rest.empty()) {
      const auto [end, error] =
          std::from_chars(rest.data(), rest.data() + rest.size(), pieces.emplace_back());
      if (error != std::errc{} || *end != ';') {
        return {};
      }
      rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
    }
    return pieces;
  }

  void arrive(const std::vector<SentLine>& lines) {
    for (const SentLine& line : lines) {
      StreamModel& expected = model(line.stream);
      const std::vector<Piece> pieces = pieces_of(line);
      ASSERT_FALSE(pieces.empty()) << "invented: " << line.text;
      Piece next = pieces.front();
      for (const Piece piece : pieces) {
        ASSERT_TRUE(piece >= 1 && piece <= expected.last) << "invented: " << line.text;
        while (next < piece && expected.may_be_lost.contains(next)) {
          ++next;
        }
        ASSERT_EQ(piece, next++) << "joined wrongly: " << line.text;
        arrive_piece(expected, piece);
      }
    }
  }

  void arrive_piece(StreamModel& expected, Piece piece) const {
    const bool first = expected.delivered.insert(piece).second;
    ASSERT_TRUE(first || may_repeat_) << "a repeat without a failure: " << piece;
    if (first) {
      ASSERT_EQ(*expected.delivered.rbegin(), piece) << "out of order";
    }
    expected.must_come.erase(piece);
  }

  void check_complete() {
    count_gaps();
    for (StreamModel& stream : streams_) {
      for (const Piece piece : stream.may_be_lost) {
        const bool lost = stream.must_come.erase(piece) > 0;
        EXPECT_TRUE(!lost || gaps_ > 0 || never_known_) << "lost without a count: " << piece;
      }
      EXPECT_TRUE(stream.must_come.empty())
          << "never came: " << *stream.must_come.begin() << " of " << stream.last;
    }
    EXPECT_EQ(node_.account()->pending_bytes, 0U);
  }

  std::mt19937_64 random_;
  const bool orderly_;
  LogNode node_;
  std::array<StreamModel, kStreamCount> streams_;
  std::vector<FileModel> files_;                   // oldest first, the last is written to
  std::vector<FileModel> unlinked_;                // since the agent began
  std::array<std::set<Piece>, kStreamCount> cut_;  // in files that were truncated, likewise
  std::vector<RequestId> in_flight_;
  std::string half_line_;
  std::uint32_t restart_ = 0;
  std::uint32_t rotations_ = 0;
  std::uint64_t gaps_ = 0;
  bool running_ = true;
  bool never_known_ = false;
  bool may_repeat_ = false;
};

class LogModel : public testing::TestWithParam<bool> {
 protected:
  static void live(std::uint64_t seeds, bool orderly) {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      SCOPED_TRACE(fmt::format("seed {}", seed));
      Life(seed, /*ordered=*/GetParam(), orderly).live(120);
      ASSERT_FALSE(HasFailure());
    }
  }
};

TEST_P(LogModel, EveryLineComesInOrderAndNothingIsInvented) {
  live(/*seeds=*/60, /*orderly=*/false);
}

TEST_P(LogModel, TheLedgerTellsWhatPendsAndWhatWasLostToTheByte) {
  live(/*seeds=*/60, /*orderly=*/true);
}

INSTANTIATE_TEST_SUITE_P(Transports, LogModel, testing::Bool(), [](const auto& ordered) {
  return ordered.param ? "Ordered" : "Unordered";
});

}  // namespace
}  // namespace supercargo
