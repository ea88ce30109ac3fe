#include "tests/support/graylog_messages.h"

#include <algorithm>
#include <utility>

#include "agent/base/clock.h"

namespace supercargo::test {

GraylogMessages::GraylogMessages(const std::string& path, std::optional<Milliseconds> hold)
    : stamped_(hold.has_value()), hold_(hold.value_or(Milliseconds(0))) {
  if (!path.empty()) {
    file_.open(path, std::ios::binary | std::ios::app);
  }
}

GraylogMessages::~GraylogMessages() {
  flush(Time::max());
}

void GraylogMessages::add(std::string json, Time now) {
  std::replace(json.begin(), json.end(), '\n', ' ');  // between tokens: JSON text has no other
  if (stamped_) {
    json.erase(json.rfind('}'));
    json += ",\"received_ns\":" + std::to_string(unix_nanoseconds_now()) + '}';
  }
  held_.push_back({now, std::move(json)});
}

void GraylogMessages::flush(Time now) {
  while (!held_.empty() && held_.front().since <= now - hold_) {
    file_ << held_.front().json << '\n';
    held_.pop_front();
  }
  file_.flush();
}

std::optional<GraylogMessages::Time> GraylogMessages::due() const {
  return held_.empty() ? std::nullopt : std::optional(held_.front().since + hold_);
}

std::size_t GraylogMessages::lose() {
  return std::exchange(held_, {}).size();
}

}  // namespace supercargo::test
