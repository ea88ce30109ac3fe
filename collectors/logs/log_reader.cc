#include "collectors/logs/log_reader.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>
#include <utility>

#include "collectors/logs/log_metrics.h"

namespace supercargo {
namespace {

constexpr std::size_t kSmallestRead = std::size_t{4} << 10;
constexpr std::size_t kOneLine = 1;
constexpr Milliseconds kSaveInterval{100};
constexpr std::chrono::minutes kHousekeepingInterval{60};
constexpr std::int64_t kKeepUnusedSeconds = std::int64_t{7} * 86'400;

}  // namespace

LogReader::LogReader(std::string output,
                     ChainOptions options,
                     const ReadLimits& limits,
                     const LogCatalog& catalog,
                     Ledger& ledger,
                     SelfMetrics& metrics,
                     std::unique_ptr<Journal> journal)
    : output_(std::move(output)),
      options_(options),
      catalog_(catalog),
      ledger_(ledger),
      journal_errors_(metrics.counter(log_metrics::kJournalErrors, {output_})),
      ledger_check_(output_, metrics),
      stall_watch_(output_, options.stalled_after, metrics),
      journal_(std::move(journal)),
      old_files_(*journal_),
      limit_maker_(limits.rates),
      gate_(limits.gate),
      gate_wait_(limits.gate_wait),
      wanted_(limits.wanted) {
  if (journal_->is_new()) {
    first_read_.emplace(
        limits.first_read,
        std::hash<std::string>{}(output_) ^ static_cast<std::uint64_t>(unix_nanoseconds_now()));
  }
  metrics.counter(log_metrics::kJournalSetAside, {output_})
      .Increment(static_cast<double>(journal_->segments_set_aside()));
}

Backlog LogReader::refresh(SteadyTime now, bool ordered) {
  if (catalog_.version() != catalog_version_ && !draining_) {
    take_catalog(now);
  }
  Backlog backlog;
  turns_.clear();
  for (Member* member : ring_) {
    if (member->gated) {
      wait_at_gate(*member, now);
    }
    turns_.look_at(*member, now, ordered, backlog);
  }
  if (first_read_) {
    begin_first_read(now);
    first_read_->look(now, turns_.unread_bytes(), backlog);
  }
  return backlog;
}

void LogReader::begin_drain(SteadyTime now) {
  if (catalog_.version() != catalog_version_) {
    take_catalog(now);
  }
  draining_ = true;
  for (Member* member : ring_) {
    member->chain->begin_drain();
  }
}

void LogReader::begin_first_read(SteadyTime now) {
  if (first_read_->begun() || catalog_version_ == 0) {
    return;
  }
  first_read_->begin(now, turns_.unread_bytes());
  log_info("New output: it has no cursors yet, and begins where start_at of each source says.",
           {{"output", output_},
            {"containers", ring_.size()},
            {"waiting_bytes", turns_.unread_bytes()},
            {"first_read_in_ms",
             std::chrono::duration_cast<Milliseconds>(first_read_->starts_at() - now).count()}});
}

std::size_t LogReader::read_turn(RequestId request, std::size_t max_bytes, Sender& sender) {
  // A read may bring nothing (a line without its end), also again.
  const std::uint64_t allowance = first_read_ ? first_read_->allowance() : max_bytes;
  for (std::size_t tries = 0; allowance > 0 && tries < ring_.size(); ++tries) {
    Member* const member = turns_.next(request, sender.ordered());
    if (member == nullptr) {
      break;
    }
    ChainReader& chain = *member->chain;
    const std::uint64_t want =
        std::min({std::uint64_t{std::max(max_bytes, kSmallestRead)},
                  first_read_ ? allowance : std::numeric_limits<std::uint64_t>::max(),
                  static_cast<std::uint64_t>(member->credit),
                  chain.limits().allowance(),
                  chain.limits().left_in(request)});
    const std::size_t open_before = sender.open_bytes();
    const std::size_t bytes =
        chain.read(request,
                   max_bytes == kOneLine ? kOneLine : static_cast<std::size_t>(want),
                   scratch_,
                   sender);
    chain.limits().took(scratch_.new_bytes);
    // Pieces of a record that is not whole yet are in no request; or a record larger than the bound
    // would never get into any.
    if (sender.open_bytes() > open_before) {
      chain.limits().took_in(request);
    }
    if (first_read_) {
      first_read_->took(scratch_.new_bytes);
    }
    member->credit -= static_cast<std::int64_t>(bytes);
    if (bytes == 0) {
      turns_.rest(*member);
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

void LogReader::settle_parts(RequestId request,
                             std::span<const Outcome::Part> parts,
                             SteadyTime now) {
  const auto known = members_.find(request);
  if (known == members_.end()) {
    return;
  }
  std::vector<ChainReader*>& members = known->second;
  for (const Outcome::Part& part : parts) {
    const auto found = std::find_if(members.begin(), members.end(), [&part](const auto* chain) {
      return chain->number() == part.chain;
    });
    if (found == members.end()) {
      continue;
    }
    ChainReader& chain = **found;
    chain.limits().hold(now + part.hold, part.max_bytes);
    if (part.kind == Outcome::Kind::kDelivered) {
      chain.settle(request, part.refused);
    } else {
      chain.rewind(request);
    }
    members.erase(found);
  }
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
  post_accounts(now);
  stall_watch_.note_hold(first_read_ && first_read_->allowance() == 0);
  stall_watch_.look(ring_, now);
  if (std::any_of(
          ring_.begin(), ring_.end(), [](const Member* member) { return member->chain->done(); })) {
    remove_done();
  }
  if (now >= next_housekeeping_) {
    const bool first = next_housekeeping_ == SteadyTime{};  // files may not all be found yet
    next_housekeeping_ = now + kHousekeepingInterval;
    const std::int64_t unix_seconds = unix_nanoseconds_now() / 1'000'000'000;
    journal_->see_claimed(unix_seconds);
    if (!first) {
      journal_->forget_unclaimed_before(unix_seconds - kKeepUnusedSeconds);
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
