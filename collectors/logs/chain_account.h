// The account of one chain of one output: the terms of the ledger's equation since the chain was
// taken up, and the check that they add up.
//
// Owned by a ChainReader, on the output's thread. Several chains may share a container's account
// (agent/pipeline/ledger.h): each checks its own terms and posts their changes there, all together.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "agent/base/clock.h"
#include "agent/pipeline/ledger.h"

namespace supercargo {

class ChainAccount {
 public:
  // `chain`: its key, by which the next reader of what pends is known.
  ChainAccount(std::shared_ptr<ContainerAccount> container, std::string chain)
      : container_(std::move(container)), chain_(std::move(chain)) {}

  ~ChainAccount();  // what pends is for the next reader
  ChainAccount(const ChainAccount&) = delete;
  ChainAccount& operator=(const ChainAccount&) = delete;

  void write(std::uint64_t bytes);
  void deliver(Amount amount);
  void drop(std::string_view reason, Amount amount);
  void lose(std::string_view reason, Amount amount);

  void gap(std::string_view reason) { container_->gap(reason); }

  // For what is counted but is no term of the equation.
  [[nodiscard]] ContainerAccount& container() { return *container_; }

  // In bytes, since the chain was taken up.
  struct Terms {
    std::uint64_t written = 0;
    std::uint64_t delivered = 0;
    std::uint64_t pending = 0;
    std::uint64_t dropped = 0;
    std::uint64_t lost = 0;

    // Written, but in no other term; negative: the other terms are too large. 0, or the agent is
    // wrong.
    [[nodiscard]] std::int64_t difference() const {
      return static_cast<std::int64_t>(written - (delivered + pending + dropped + lost));
    }
  };

  [[nodiscard]] const Terms& terms() const { return terms_; }

  // The last post found another difference than the one before it.
  [[nodiscard]] bool difference_is_new() const { return difference_is_new_; }

  // Makes the container's account what this one is, given what pends now and since when.
  void post(std::uint64_t pending, std::optional<SteadyTime> oldest);

 private:
  void post_oldest(SteadyTime::rep oldest);

  const std::shared_ptr<ContainerAccount> container_;
  const std::string chain_;
  Terms terms_;
  LedgerTerms change_;  // since the last post
  bool changed_ = false;
  std::int64_t posted_difference_ = 0;
  bool difference_is_new_ = false;
  SteadyTime::rep posted_oldest_ = 0;
};

}  // namespace supercargo
