#include "tests/support/graylog_results.h"

#include <utility>

namespace supercargo::test {
namespace {

constexpr std::size_t kMostDatagrams = 100'000;  // kept for a test to look at

}  // namespace

void GraylogResults::accept(const std::string& message) {
  const std::lock_guard lock(mutex_);
  ++counts_.accepted;
  if (keep_) {
    messages_.push_back(message);
  }
  changed_.notify_all();
}

void GraylogResults::refuse(std::string reason) {
  const std::lock_guard lock(mutex_);
  refusals_.push_back(std::move(reason));
  changed_.notify_all();
}

void GraylogResults::add_datagram(std::string_view datagram) {
  const std::lock_guard lock(mutex_);
  if (keep_ && datagrams_.size() < kMostDatagrams) {
    datagrams_.emplace_back(datagram);
  }
}

std::vector<std::string> GraylogResults::messages() const {
  const std::lock_guard lock(mutex_);
  return messages_;
}

std::vector<std::string> GraylogResults::refusals() const {
  const std::lock_guard lock(mutex_);
  return refusals_;
}

std::vector<std::string> GraylogResults::datagrams() const {
  const std::lock_guard lock(mutex_);
  return datagrams_;
}

GraylogResults::Counts GraylogResults::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace supercargo::test
