// Writes push requests to Loki for tests, with protobuf's own generated classes.
//
// A value; one thread.
#pragma once

#include <cstdint>
#include <string>

#include <snappy.h>

#include "tests/support/loki_push.pb.h"

namespace supercargo::test {

class LokiPush {
 public:
  // `now_ns`: of lines without a time of their own.
  explicit LokiPush(std::int64_t now_ns) : now_ns_(now_ns) {}

  LokiPush& stream(const std::string& labels) {
    request_.add_streams()->set_labels(labels);
    return *this;
  }

  // Of the stream before.
  LokiPush& line(const std::string& text) { return line(text, now_ns_); }

  LokiPush& line(const std::string& text, std::int64_t time_ns) {
    constexpr std::int64_t kSecond = 1'000'000'000;
    loki::Entry* entry = request_.mutable_streams(request_.streams_size() - 1)->add_entries();
    entry->set_line(text);
    entry->mutable_timestamp()->set_seconds(time_ns / kSecond);
    entry->mutable_timestamp()->set_nanos(static_cast<int>(time_ns % kSecond));
    return *this;
  }

  // Of the line before.
  LokiPush& metadata(const std::string& name, const std::string& value) {
    loki::Stream* stream = request_.mutable_streams(request_.streams_size() - 1);
    auto* pair = stream->mutable_entries(stream->entries_size() - 1)->add_structured_metadata();
    pair->set_name(name);
    pair->set_value(value);
    return *this;
  }

  // As it stands in a request, compressed.
  [[nodiscard]] std::string body() const {
    std::string body;
    const std::string raw = request_.SerializeAsString();
    snappy::Compress(raw.data(), raw.size(), &body);
    return body;
  }

 private:
  std::int64_t now_ns_;
  loki::PushRequest request_;
};

}  // namespace supercargo::test
