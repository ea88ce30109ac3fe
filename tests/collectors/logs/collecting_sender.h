// A receiver in the test's hands: requests wait here until the test says what became of them.
//
// One test owns one; one thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "agent/pipeline/sender.h"

namespace supercargo::test {

struct SentLine {
  Stream stream = Stream::kStdout;
  std::string text;
  std::int64_t time_ns = 0;
  std::string id;  // prefix and offset
  std::string container;
  std::uint32_t restart = 0;
  std::uint64_t offset = 0;
  std::uint32_t raw_bytes = 0;
  std::uint32_t raw_lines = 0;
  std::uint64_t chain = 0;
};

class CollectingSender : public Sender {
 public:
  explicit CollectingSender(bool ordered = false) : ordered_(ordered) {}

  [[nodiscard]] bool ready() const override { return requests_.size() < 8; }

  [[nodiscard]] bool ordered() const override { return ordered_; }

  void append(const Batch& batch) override {
    for (const Record& record : batch.records) {
      open_.push_back({batch.stream,
                       std::string(record.text),
                       record.time_ns,
                       std::string(batch.id_prefix) + "/" + std::to_string(record.offset),
                       batch.container.container,
                       batch.container.restart,
                       record.offset,
                       record.raw_bytes,
                       record.raw_lines,
                       batch.chain});
      open_bytes_ += record.text.size() + 1;
    }
  }

  [[nodiscard]] std::size_t open_bytes() const override { return open_bytes_; }

  void send(RequestId id) override {
    requests_[id] = std::exchange(open_, {});
    open_bytes_ = 0;
  }

  void wait(int /*wake_fd*/, Milliseconds /*timeout*/, std::vector<Outcome>& /*out*/) override {}

  [[nodiscard]] std::size_t in_flight() const override { return requests_.size(); }

  [[nodiscard]] std::vector<SentLine> take(RequestId id) {
    auto request = requests_.extract(id);
    return request.empty() ? std::vector<SentLine>{} : std::move(request.mapped());
  }

  [[nodiscard]] const std::map<RequestId, std::vector<SentLine>>& requests() const {
    return requests_;
  }

 private:
  const bool ordered_;
  std::vector<SentLine> open_;
  std::size_t open_bytes_ = 0;
  std::map<RequestId, std::vector<SentLine>> requests_;
};

}  // namespace supercargo::test
