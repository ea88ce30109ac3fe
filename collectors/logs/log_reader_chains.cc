// Which chains an output reads: taken from the catalog, and forgotten when they are done with.
#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "collectors/logs/chain_key.h"
#include "collectors/logs/log_reader.h"

namespace supercargo {
namespace {

constexpr Milliseconds kGateLook{200};

ContainerInfo container_of(const LogChain& chain) {
  return chain.files.empty() ? container_of_key(chain.key) : *chain.files.back()->container();
}

}  // namespace

// Its files are not kept for this output.
void LogReader::disclaim(const LogChain& chain) const {
  constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();
  for (const std::shared_ptr<LogFile>& file : chain.files) {
    if (file->marks().add(journal_.get())) {
      file->marks().settled(journal_.get(), kAll);
      file->mark_finished(kAll);
    }
  }
}

void LogReader::take_catalog(SteadyTime now) {
  catalog_version_ = catalog_.version();
  const std::shared_ptr<const LogChains> listed = catalog_.chains();
  if (!old_files_.looked()) {
    old_files_.look(*listed, *journal_);
  }
  std::map<std::string, std::unique_ptr<Member>> unlisted = std::move(chains_);
  chains_.clear();
  for (const std::shared_ptr<const LogChain>& chain : *listed) {
    std::unique_ptr<Member> member;
    if (auto known = unlisted.extract(chain->key); !known.empty()) {
      member = std::move(known.mapped());
    } else if (!wants(container_of(*chain))) {
      disclaim(*chain);
      continue;
    } else if (!chain->files.empty() || !journal_->unclaimed(chain->key).empty()) {
      member = make_member(*chain, now);
    } else {
      continue;
    }
    member->chain->update(*chain, old_files_.before_ns(*chain), now);
    chains_.emplace(chain->key, std::move(member));
  }
  for (auto& [key, member] : unlisted) {
    member->chain->unlist();
    chains_.emplace(key, std::move(member));
  }
  remove_done();
  if (catalog_.complete() && !std::exchange(looked_for_gone_, true)) {
    count_gone_chains();
  }
}

// After a start: pods that were deleted while no agent was there. Their entries stay for a while,
// so that a volume that was not mounted is read on where it was left.
void LogReader::count_gone_chains() {
  for (const auto& [number, entry] : journal_->entries()) {
    if (entry.finished || chains_.contains(entry.chain) || !wants(container_of_key(entry.chain))) {
      continue;
    }
    journal_->set_finished(number, true);
    ledger_.account(output_, container_of_key(entry.chain))->gap("deleted_while_down");
    log_warn("A log was deleted while no agent was there: what was not read of it is lost.",
             {{"output", output_}, {"chain", entry.chain}});
  }
  ledger_.lose_abandoned_unless(
      output_, [this](const std::string& chain) { return chains_.contains(chain); });
}

std::unique_ptr<ChainTurns::Member> LogReader::make_member(const LogChain& chain, SteadyTime now) {
  const ContainerInfo container = container_of(chain);
  auto member = std::make_unique<Member>();
  member->number = ++last_number_;
  member->account = ledger_.account(output_, container);
  member->chain = std::make_unique<ChainReader>(
      member->number, chain.key, options_, member->account, *journal_, inflaters_);
  if (container.source.empty()) {
    member->chain->set_limits(limit_maker_.make(container));
  }
  if (gate_ && !chain.files.empty()) {
    member->gated = chain.files.back()->container();
    member->gated_until = now + gate_wait_;
  }
  return member;
}

// Nothing of the chain is in flight yet, so no receiver's wish is overruled.
void LogReader::wait_at_gate(Member& member, SteadyTime now) {
  if (now >= member.gated_until || gate_(*member.gated)) {
    member.gated.reset();
  } else {
    member.chain->limits().hold(now + kGateLook, /*request_bytes=*/0);
  }
}

// A chain goes when discovery has let go of it, it is read to its end, and no request may still
// speak of it.
void LogReader::remove_done() {
  std::erase_if(chains_, [this](const auto& entry) {
    ChainReader* const chain = entry.second->chain.get();
    const bool in_request =
        std::any_of(members_.begin(), members_.end(), [chain](const auto& request) {
          return std::find(request.second.begin(), request.second.end(), chain) !=
                 request.second.end();
        });
    if (!chain->done() || in_request) {
      return false;
    }
    chain->post_account();
    entry.second->account->lose_abandoned(chain->key());  // nobody will take it up
    return true;
  });
  turns_.clear();
  ring_.clear();
  for (const auto& [key, member] : chains_) {
    ring_.push_back(member.get());
  }
  std::sort(ring_.begin(), ring_.end(), [](const Member* a, const Member* b) {
    return a->number < b->number;
  });
}

}  // namespace supercargo
