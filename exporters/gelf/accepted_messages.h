// Messages that a receiver has taken of requests that failed behind them: they come again when the
// request is read again, and are left out then.
//
// A sender owns one; one thread. Keeps 8 bytes of hash a message, and forgets all at its bound:
// repeats instead of memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_set>

namespace supercargo {

class AcceptedMessages {
 public:
  static constexpr std::size_t kMost = 100'000;

  void add(std::string_view message);

  // True, and forgotten, when the message was added before.
  [[nodiscard]] bool take(std::string_view message);

  [[nodiscard]] std::size_t size() const { return hashes_.size(); }

 private:
  std::unordered_set<std::uint64_t> hashes_;
};

}  // namespace supercargo
