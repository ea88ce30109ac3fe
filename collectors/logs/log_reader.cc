#include "collectors/logs/log_reader.h"

#include <algorithm>
#include <utility>

#include "collectors/logs/log_metrics.h"

namespace supercargo {
namespace {

constexpr std::size_t kSmallestShare = std::size_t{4} << 10;
constexpr std::size_t kOneLine = 1;
constexpr std::size_t kLargestShare = std::size_t{256} << 10;
constexpr Milliseconds kSaveInterval{100};
constexpr std::chrono::minutes kHousekeepingInterval{60};
constexpr std::int64_t kKeepUnusedSeconds = std::int64_t{7} * 86'400;

}  // namespace

LogReader::LogReader(std::string output,
                     ChainOptions options,
                     const LogCatalog& catalog,
                     Ledger& ledger,
                     SelfMetrics& metrics,
                     std::unique_ptr<Journal> journal)
    : output_(std::move(output)),
      options_(options),
      catalog_(catalog),
      ledger_(ledger),
      journal_errors_(metrics.counter(log_metrics::kJournalErrors, {output_})),
      journal_(std::move(journal)) {
  metrics.counter(log_metrics::kJournalSetAside, {output_})
      .Increment(static_cast<double>(journal_->segments_set_aside()));
}

Backlog LogReader::refresh(SteadyTime now, bool ordered) {
  if (catalog_.version() != catalog_version_) {
    take_catalog(now);
  }
  Backlog backlog;
  active_ = 0;
  for (ChainReader* chain : ring_) {
    chain->observe(now);
    const std::uint64_t bytes = chain->readable_bytes();
    if (bytes == 0 || !chain->may_read(/*open_request=*/0, ordered)) {
      continue;
    }
    ++active_;
    backlog.readable_bytes += bytes;
    const SteadyTime since = chain->readable_since().value_or(now);
    backlog.oldest = std::min(backlog.oldest.value_or(since), since);
  }
  return backlog;
}

void LogReader::take_catalog(SteadyTime now) {
  catalog_version_ = catalog_.version();
  const std::shared_ptr<const LogChains> listed = catalog_.chains();
  std::map<std::string, std::unique_ptr<ChainReader>> unlisted = std::move(chains_);
  chains_.clear();
  for (const std::shared_ptr<const LogChain>& chain : *listed) {
    std::unique_ptr<ChainReader> reader;
    if (auto known = unlisted.extract(chain->key); !known.empty()) {
      reader = std::move(known.mapped());
    } else if (!chain->files.empty()) {
      auto account = ledger_.account(output_, *chain->files.back()->container());
      reader = std::make_unique<ChainReader>(
          chain->key, options_, std::move(account), *journal_, inflaters_);
    } else {
      continue;
    }
    reader->update(*chain, now);
    chains_.emplace(chain->key, std::move(reader));
  }
  for (auto& [key, reader] : unlisted) {
    reader->unlist();
    chains_.emplace(key, std::move(reader));
  }
  remove_done();
}

// A chain goes when discovery has let go of it, it is read to its end, and no request may still
// speak of it.
void LogReader::remove_done() {
  std::erase_if(chains_, [this](const auto& entry) {
    const ChainReader* chain = entry.second.get();
    return chain->done() &&
           std::none_of(members_.begin(), members_.end(), [chain](const auto& request) {
             return std::find(request.second.begin(), request.second.end(), chain) !=
                    request.second.end();
           });
  });
  ring_.clear();
  for (const auto& [key, reader] : chains_) {
    ring_.push_back(reader.get());
  }
}

std::size_t LogReader::read_turn(RequestId request, std::size_t max_bytes, Sender& sender) {
  const std::size_t share =
      std::clamp(max_bytes / std::max<std::size_t>(active_, 1), kSmallestShare, kLargestShare);
  for (std::size_t looked_at = 0; looked_at < ring_.size(); ++looked_at) {
    turn_ = (turn_ + 1) % ring_.size();  // the ring may have become shorter
    ChainReader& chain = *ring_[turn_];
    if (chain.readable_bytes() == 0 || !chain.may_read(request, sender.ordered())) {
      continue;
    }
    const std::size_t want = max_bytes == kOneLine ? kOneLine : share;
    const std::size_t bytes = chain.read(request, want, scratch_, sender);
    if (bytes == 0) {
      continue;
    }
    std::vector<ChainReader*>& members = members_[request];
    if (std::find(members.begin(), members.end(), &chain) == members.end()) {
      members.push_back(&chain);
    }
    return bytes;
  }
  return 0;
}

std::vector<ChainReader*> LogReader::take_members(RequestId request) {
  auto node = members_.extract(request);
  return node.empty() ? std::vector<ChainReader*>{} : std::move(node.mapped());
}

void LogReader::settle(RequestId request) {
  for (ChainReader* chain : take_members(request)) {
    chain->settle(request);
  }
}

void LogReader::rewind(RequestId request) {
  for (ChainReader* chain : take_members(request)) {
    chain->rewind(request);
  }
}

void LogReader::drop(RequestId request, std::string_view reason) {
  for (ChainReader* chain : take_members(request)) {
    chain->drop(request, reason);
  }
}

// kill -9 repeats at most what was settled within the interval.
void LogReader::save(SteadyTime now, bool force) {
  if (now < next_save_ && !force) {
    return;
  }
  next_save_ = now + kSaveInterval;
  for (ChainReader* chain : ring_) {
    chain->publish_pending();
  }
  if (std::any_of(
          ring_.begin(), ring_.end(), [](const ChainReader* chain) { return chain->done(); })) {
    remove_done();
  }
  if (now >= next_housekeeping_) {
    const bool first = next_housekeeping_ == SteadyTime{};  // files may not all be found yet
    next_housekeeping_ = now + kHousekeepingInterval;
    if (!first) {
      journal_->forget_unclaimed_before(unix_nanoseconds_now() / 1'000'000'000 -
                                        kKeepUnusedSeconds);
    }
  }
  if (const Status flushed = journal_->flush(); !flushed) {
    journal_errors_.Increment();
    std::uint64_t suppressed = 0;
    if (journal_log_.allow(now, suppressed)) {
      log_error(
          "Cursors cannot be saved: a restart would repeat lines.",
          {{"output", output_}, {"error", flushed.error().message}, {"suppressed", suppressed}});
    }
  }
}

}  // namespace supercargo
