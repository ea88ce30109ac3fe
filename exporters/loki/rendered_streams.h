// A container's labels and structured metadata as they stand in push requests: made once for each
// container, and anew when Loki has told that it takes others.
//
// Owned by a LokiEncoder, on its output's thread. Keeps up to kMaxContainers.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "agent/base/log.h"
#include "agent/pipeline/fact_memory.h"
#include "agent/pipeline/record.h"
#include "exporters/loki/loki_labels.h"

namespace supercargo {

// What is the same for all lines of a stream from a time on.
struct RenderedMetadata {
  std::int64_t since_ns = FactVersion::kAlways;
  std::string fields;          // all structuredMetadata of an entry
  std::size_t text_bytes = 0;  // of its names and values
};

// What is the same for all lines of one stream of a container.
struct RenderedStream {
  std::string labels_field;
  std::uint64_t hash = 0;  // of its labels
  LabelShape shape;
  std::vector<RenderedMetadata> metadata;  // by time; at least one

  [[nodiscard]] const RenderedMetadata& at(std::int64_t time_ns) const;
};

class RenderedStreams {
 public:
  static constexpr std::size_t kMaxContainers = 1024;

  RenderedStreams(LokiLabels labels, FactMemory facts)
      : labels_(std::move(labels)), facts_(std::move(facts)) {}

  // The batch's. Valid until the next call.
  [[nodiscard]] const RenderedStream& of(const Batch& batch, const LabelBounds& bounds);

  // Those of the last of().
  [[nodiscard]] FactMemory& facts() { return facts_; }

  // So far: whose first line came before what labels were to be made of.
  [[nodiscard]] std::uint64_t unlabelled_containers() const { return unlabelled_; }

 private:
  struct Container {
    LabelBounds bounds;
    std::size_t versions = 0;  // of facts
    std::array<RenderedStream, kStreamCount> streams;
  };

  void render(const Batch& batch, const FactHistory& history, Container& made);
  void note_unlabelled(const Batch& batch, const ContainerFacts& facts);
  void tell_demoted(const ChosenLabels& labels, const LabelBounds& bounds);

  LokiLabels labels_;
  FactMemory facts_;
  std::unordered_map<std::uint64_t, Container> containers_;
  std::uint64_t unlabelled_ = 0;
  std::unique_ptr<LogLimiter> unlabelled_log_ = std::make_unique<LogLimiter>();
  std::unique_ptr<LogLimiter> log_ = std::make_unique<LogLimiter>();
};

}  // namespace supercargo
