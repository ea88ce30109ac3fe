// Facts of containers that a test sets, by the container's name. Any thread.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "agent/pipeline/container_facts.h"

namespace supercargo::test {

inline ContainerFacts image_fact(std::string image) {
  ContainerFacts facts;
  facts.image = std::move(image);
  return facts;
}

class FakeFacts final : public FactSource {
 public:
  void set(const std::string& container, Answer answer) {
    const std::lock_guard lock(mutex_);
    answers_[container] = std::move(answer);
  }

  // Where nothing is set nothing will come.
  [[nodiscard]] Answer find(const ContainerInfo& container) const override {
    const std::lock_guard lock(mutex_);
    ++asked_;
    const auto found = answers_.find(container.container);
    return found == answers_.end() ? Answer{} : found->second;
  }

  [[nodiscard]] int asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  mutable std::mutex mutex_;
  mutable int asked_ = 0;
  std::map<std::string, Answer> answers_;
};

}  // namespace supercargo::test
