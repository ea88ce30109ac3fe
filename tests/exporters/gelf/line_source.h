// Lines of some containers as the log files of a node have them: read in turn, read again after a
// failure, and settled once.
//
// For tests of a sender below a real DeliveryLoop. The loop owns it, the test's thread calls both.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/pipeline/record_source.h"

namespace supercargo::test {

class LineSource final : public RecordSource {
 public:
  void write(const std::string& pod, std::vector<std::string> lines);

  Backlog refresh(SteadyTime now, bool ordered) override;
  std::size_t read_turn(RequestId request, std::size_t max_bytes, Sender& sender) override;

  void begin_drain(SteadyTime now) override { (void)now; }

  void settle_parts(RequestId request,
                    std::span<const Outcome::Part> parts,
                    SteadyTime now) override;
  void settle(RequestId request) override;
  void rewind(RequestId request) override;
  void drop(RequestId request, std::string_view reason) override;

  void save(SteadyTime now, bool force) override {
    (void)now;
    (void)force;
  }

  // Lines that are settled, of all pods, and those of them that were dropped, by reason.
  [[nodiscard]] std::size_t settled() const;

  [[nodiscard]] const std::map<std::string, std::uint64_t>& dropped() const { return dropped_; }

  // Lines that were read again.
  [[nodiscard]] std::size_t repeated() const { return repeated_; }

 private:
  struct Pod {
    std::string name;
    std::vector<std::string> lines;
    std::size_t read = 0;
    std::size_t settled = 0;
    std::size_t in_flight = 0;  // requests
  };

  struct Piece {
    std::size_t pod;
    std::size_t from;
    std::size_t to;
  };

  void land(const Piece& piece, bool settled);
  [[nodiscard]] bool may_read(const Pod& pod) const;

  std::vector<Pod> pods_;
  std::map<RequestId, std::vector<Piece>> flights_;
  std::map<std::string, std::uint64_t> dropped_;
  std::size_t repeated_ = 0;
  std::size_t turn_ = 0;
  bool ordered_ = false;
};

}  // namespace supercargo::test
