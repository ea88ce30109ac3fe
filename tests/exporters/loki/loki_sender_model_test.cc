// A LokiSender against Lokis with limits drawn at random, behind the simplest delivery loop there
// can be: whatever Loki refuses, each line is stored, or counted with its exact size, and never
// thrown away unseen. SUPERCARGO_SEED=N runs one seed alone, SUPERCARGO_SEEDS=N so many.

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <random>
#include <set>

#include "agent/base/text.h"
#include "tests/exporters/loki/loki_client.h"

namespace supercargo {
namespace {

using Kind = Outcome::Kind;
using test::Client;
using test::kNow;
using test::LokiLimits;
using test::LokiStandIn;
using test::LokiStandInOptions;

constexpr std::int64_t kSecond = 1'000'000'000;

struct Line {
  std::string text;
  std::int64_t time_ns = 0;
};

struct Chain {
  std::vector<Line> lines;
  std::size_t settled = 0;  // lines
  std::size_t sent = 0;     // in the request, behind them
  std::size_t max_bytes = 0;
  std::uint64_t refused_bytes = 0;
  std::uint64_t behind_bytes = 0;  // of them: as too far behind
  Milliseconds held_until{0};
};

class Model {
 public:
  explicit Model(unsigned seed) : random_(seed), loki_(options()), client_(loki_.url()) {}

  void run() {
    for (int round = 0; round < 60; ++round) {
      write();
      disturb();
      deliver();
      pass(Milliseconds(draw(0, 4'000)));
    }
    // Where a tenant may have no more streams, some wait for ever.
    limits_.max_streams = 0;
    loki_.set_limits(limits_);
    for (int round = 0; round < 3'000 && pending(); ++round) {
      deliver();
      pass(Milliseconds(draw(500, 8'000)));
    }
    check();
  }

 private:
  std::int64_t draw(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
  }

  bool one_in(std::int64_t count) { return draw(1, count) == 1; }

  LokiStandInOptions options() {
    LokiLimits limits;
    limits.max_line_bytes = one_in(2) ? 150 : limits.max_line_bytes;
    limits.stream_rate = one_in(2) ? static_cast<std::uint64_t>(draw(100, 2'000)) : 0;
    limits.stream_burst = limits.stream_rate * static_cast<std::uint64_t>(draw(2, 5));
    limits.whole_stream = one_in(3) ? 0 : 1;
    limits.max_streams = one_in(4) ? 4 : 0;
    limits.ingestion_rate = one_in(4) ? 3'000 : 0;
    limits.ingestion_burst = 9'000;
    limits.allow_metadata = one_in(4) ? 0 : 1;
    limits.schema_start_s = one_in(4) ? static_cast<std::uint64_t>(kNow / kSecond) - 3'000 : 0;
    limits.max_body_bytes = one_in(4) ? 3'000 : limits.max_body_bytes;
    LokiStandInOptions made;
    limits_ = limits;
    made.limits = limits;
    made.now_ns = [this] { return kNow + std::chrono::nanoseconds(now_.load()).count(); };
    return made;
  }

  // What happens to one of the next posts.
  void disturb() {
    if (!one_in(6)) {
      return;
    }
    constexpr std::array<int, 4> kStatuses{500, 503, 400, 0};
    test::LokiFault fault;
    fault.status = kStatuses.at(static_cast<std::size_t>(draw(0, 3)));
    fault.text = "not now\n";
    fault.close = fault.status != 0 ? test::LokiFault::Close::kNo
                  : one_in(2)       ? test::LokiFault::Close::kBeforeStoring
                                    : test::LokiFault::Close::kAfterStoring;
    loki_.add_fault(fault, static_cast<int>(draw(1, 3)));
  }

  void pass(Milliseconds time) {
    now_ = now_.load() + time;
    client_.pass(time);
  }

  std::int64_t line_time() {
    const std::int64_t now = kNow + std::chrono::nanoseconds(now_.load()).count();
    switch (draw(1, 40)) {
      case 1:
        return now - 9 * 86'400 * kSecond;
      case 2:
        return now + 3'600 * kSecond;
      case 3:
        return now - draw(1'000, 8'000) * kSecond;
      default:
        return now + draw(-1'000, 0);
    }
  }

  void write() {
    for (std::size_t key = 0; key < chains_.size(); ++key) {
      const std::int64_t busy = one_in(8) ? 25 : 3;
      const std::int64_t count = one_in(3) ? draw(0, key == 0 ? 30 : busy) : 0;
      for (std::int64_t i = 0; i < count; ++i) {
        Chain& chain = chains_.at(key);
        std::string text = std::to_string(key) + "-" + std::to_string(chain.lines.size()) + ":";
        text.append(static_cast<std::size_t>(one_in(20) ? draw(100, 190) : draw(0, 60)), 'x');
        chain.lines.push_back({std::move(text), line_time()});
      }
    }
  }

  [[nodiscard]] bool pending() const {
    return std::any_of(chains_.begin(), chains_.end(), [](const Chain& chain) {
      return chain.settled < chain.lines.size();
    });
  }

  void append(std::uint64_t key, Chain& chain) {
    std::size_t bytes = 0;
    for (std::size_t i = chain.settled; i < chain.lines.size() && chain.sent < 25; ++i) {
      const Line& line = chain.lines[i];
      bytes += line.text.size() + 1;
      if (chain.sent > 0 && chain.max_bytes > 0 && bytes > chain.max_bytes) {
        break;
      }
      client_.append(line.text, line.time_ns, key + 1, "uid");
      ++chain.sent;
    }
  }

  void deliver() {
    bool any = false;
    for (std::size_t key = 0; key < chains_.size(); ++key) {
      Chain& chain = chains_.at(key);
      chain.sent = 0;
      if (now_.load() >= chain.held_until) {
        append(key, chain);
      }
      any = any || chain.sent > 0;
    }
    if (any) {
      settle(client_.post());
    }
  }

  void settle(const Outcome& outcome) {
    for (std::size_t key = 0; key < chains_.size(); ++key) {
      Chain& chain = chains_.at(key);
      if (chain.sent == 0) {
        continue;
      }
      const Outcome::Part part = test::part_of(outcome, key + 1);
      chain.held_until = now_.load() + std::max(part.hold, outcome.retry_after);
      chain.max_bytes = part.reason == "no part" ? chain.max_bytes : part.max_bytes;
      if (part.kind == Kind::kDelivered) {
        chain.settled += chain.sent;
        for (const Outcome::Refusal& refusal : part.refused) {
          chain.refused_bytes += refusal.amount.bytes;
          chain.behind_bytes += refusal.reason == "too_far_behind" ? refusal.amount.bytes : 0;
        }
      } else {
        EXPECT_EQ(part.kind, Kind::kRetry);
      }
    }
  }

  // Lines are known by what stands before their colon, also those that were cut.
  void check() {
    EXPECT_FALSE(pending());
    std::set<std::string> stored;
    for (const test::LokiLine& line : loki_.lines()) {
      stored.insert(line.line.substr(0, line.line.find(':')));
    }
    for (const Chain& chain : chains_) {
      std::uint64_t missing = 0;
      for (const Line& line : chain.lines) {
        const bool there = stored.contains(line.text.substr(0, line.text.find(':')));
        missing += there ? 0 : line.text.size() + 1;
      }
      // Of what is sent again, lines that were stored may be too far behind meanwhile.
      EXPECT_LE(missing, chain.refused_bytes);
      EXPECT_GE(missing, chain.refused_bytes - chain.behind_bytes);
    }
    EXPECT_EQ(loki_.counters().lost_silently, 0U);
  }

  std::minstd_rand random_;
  std::atomic<Milliseconds> now_{Milliseconds(0)};
  std::array<Chain, 6> chains_{};
  LokiLimits limits_;
  LokiStandIn loki_;
  Client client_;
};

unsigned from_environment(const char* name, unsigned otherwise) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? otherwise : parse_number<unsigned>(value).value_or(otherwise);
}

TEST(LokiSenderModel, StoresOrCountsEachLine) {
  const unsigned one = from_environment("SUPERCARGO_SEED", 0);
  const unsigned first = std::max(one, 1U);
  const unsigned count = one > 0 ? 1 : from_environment("SUPERCARGO_SEEDS", 30);
  for (unsigned seed = first; seed < first + count; ++seed) {
    SCOPED_TRACE("SUPERCARGO_SEED=" + std::to_string(seed));
    Model(seed).run();
  }
}

}  // namespace
}  // namespace supercargo
