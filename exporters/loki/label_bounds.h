// How many labels a stream may have, and how long they may be, as far as a Loki has told: a limit
// on their number is named, of one on their length only something that was above it.
//
// Values and pure functions; any thread. LearnedLabels is owned by a LokiSender's TenantMemory.
#pragma once

#include <algorithm>
#include <cstdint>

#include "exporters/loki/learned_limit.h"
#include "exporters/loki/loki_refusal.h"

namespace supercargo {

// 0: no bound.
struct LabelBounds {
  std::uint64_t names = 0;        // at most so many labels
  std::uint64_t name_bytes = 0;   // names below it
  std::uint64_t value_bytes = 0;  // values below it
  // Loki gives streams a service_name of its own, which it then refuses for its length where no
  // label tells a better one: so they need a short one.
  bool service_name = false;

  bool operator==(const LabelBounds&) const = default;

  [[nodiscard]] bool any() const { return *this != LabelBounds{}; }

  [[nodiscard]] bool fits(std::size_t name_size, std::size_t value_size) const {
    return (name_bytes == 0 || name_size < name_bytes) &&
           (value_bytes == 0 || value_size < value_bytes);
  }
};

// The labels of a stream, as far as bounds are about them.
struct LabelShape {
  std::uint32_t names = 0;
  std::uint32_t name_bytes = 0;   // of the longest
  std::uint32_t value_bytes = 0;  // likewise
  bool tells_service = false;     // Loki needs no service_name of its own
  bool demoted = false;           // some stand in its lines' structured metadata instead
  LabelBounds bounds{};           // by which they were chosen

  // Whether they would be chosen anew, and perhaps otherwise, since Loki told more.
  [[nodiscard]] bool outdated(const LabelBounds& now) const {
    const bool fits = now.fits(name_bytes, value_bytes) && (now.names == 0 || names <= now.names) &&
                      (!now.service_name || tells_service);
    return !fits && now != bounds;
  }
};

class LearnedLabels {
 public:
  LearnedLabels() = default;

  // `most`: labels that a stream gets in any case; 0: all.
  explicit LearnedLabels(std::uint64_t most) : most_(most) {}

  // Of a refusal that is about labels; of another nothing is learned.
  void learn(const LokiRefusal& refusal, SteadyTime now);

  [[nodiscard]] LabelBounds at(SteadyTime now) const;

 private:
  void learn_count(const LokiRefusal& refusal, SteadyTime now);
  void learn_length(const LokiRefusal& refusal, SteadyTime now);

  std::uint64_t most_ = 0;
  LearnedLimit names_;
  LearnedLimit name_bytes_;
  LearnedLimit value_bytes_;
  LearnedLimit service_name_;
};

}  // namespace supercargo
