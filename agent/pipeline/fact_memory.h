// Which facts stand with which lines of a container, so that a line that is sent again, also after
// a kill -9, carries what it carried the first time: Loki returns lines of unequal structured
// metadata as two.
//
// One FactMemory an output, owned by its sender, on its output's thread. A line gets the facts that
// were known when lines of its time were first sent; what comes later is for later lines. The
// memory stands in a file, one version of a container's facts a line, appended before they are used
// and read at the next start; it is opened with the first batch, when data_dir is ours.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "agent/base/log.h"
#include "agent/base/result.h"
#include "agent/pipeline/container_facts.h"
#include "agent/pipeline/record.h"

namespace supercargo {

struct FactVersion {
  static constexpr std::int64_t kAlways = std::numeric_limits<std::int64_t>::min();

  std::int64_t since_ns = kAlways;  // of lines of this time and later
  ContainerFacts facts;
};

struct FactHistory {
  static constexpr std::size_t kMaxVersions = 8;

  std::vector<FactVersion> versions;              // by time; at least one, the first of all times
  bool complete = false;                          // as it is, it stays
  std::int64_t newest_ns = FactVersion::kAlways;  // of lines that were encoded
  std::uint64_t used = 0;                         // when, in batches
};

class FactMemory {
 public:
  static constexpr std::size_t kMaxContainers = 2'048;
  static constexpr std::size_t kMaxAppendedBytes = std::size_t{1} << 20;  // then it is written anew

  // Whether the file tells also of containers of which nothing is known: where that settles
  // something, too.
  enum class Keep : std::uint8_t { kFacts, kAll };

  // `file`: empty: nothing outlives this. Without a source nobody has facts.
  explicit FactMemory(std::shared_ptr<const FactSource> source = nullptr,
                      std::string file = {},
                      Keep keep = Keep::kFacts)
      : source_(std::move(source)), file_(std::move(file)), keep_(keep) {}

  // Of the batch's container. Valid until the next call.
  [[nodiscard]] const FactHistory& of(const Batch& batch);

  // The batch is encoded: what its lines carry is settled. Requires: the last of() was for it.
  void note(const Batch& batch);

  // To be called before anything is sent.
  void save();

 private:
  void open();
  void load(std::string_view text);
  void make_room();
  void ask(const ContainerInfo& container, FactHistory& history);
  void write_all_anew();
  void write(const std::string& lines, bool anew);

  std::shared_ptr<const FactSource> source_;
  std::string file_;
  Keep keep_ = Keep::kFacts;
  bool opened_ = false;
  std::unordered_map<std::string, FactHistory> by_name_;
  std::unordered_map<std::uint64_t, FactHistory*> by_key_;
  FactHistory* last_ = nullptr;  // what of() gave; null: nothing to note
  std::uint64_t batches_ = 0;
  std::string unsaved_;  // lines of the file
  std::size_t appended_bytes_ = 0;
  std::unique_ptr<LogLimiter> log_ = std::make_unique<LogLimiter>();
};

}  // namespace supercargo
