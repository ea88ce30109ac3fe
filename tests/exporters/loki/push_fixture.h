// Push requests for tests, written and read by protobuf's own classes.
#pragma once

#include <string>
#include <vector>

#include "tests/support/loki_push.pb.h"

namespace supercargo::test {

struct SentLine {
  std::int64_t time_ns = 0;
  std::string line;
  std::vector<std::pair<std::string, std::string>> metadata;
};

inline void add_stream(loki::PushRequest& request,
                       const std::string& labels,
                       const std::vector<SentLine>& lines) {
  loki::Stream& stream = *request.add_streams();
  stream.set_labels(labels);
  for (const SentLine& line : lines) {
    loki::Entry& entry = *stream.add_entries();
    entry.mutable_timestamp()->set_seconds(line.time_ns / 1'000'000'000);
    entry.mutable_timestamp()->set_nanos(static_cast<std::int32_t>(line.time_ns % 1'000'000'000));
    entry.set_line(line.line);
    for (const auto& [name, value] : line.metadata) {
      loki::LabelPair& pair = *entry.add_structured_metadata();
      pair.set_name(name);
      pair.set_value(value);
    }
  }
}

// A request of one stream.
inline std::string push_of(const std::string& labels, const std::vector<SentLine>& lines) {
  loki::PushRequest request;
  add_stream(request, labels, lines);
  return request.SerializeAsString();
}

inline loki::PushRequest parsed_push(std::string_view body) {
  loki::PushRequest request;
  if (!request.ParseFromString(std::string(body))) {
    request.Clear();
    request.add_streams()->set_labels("not a push request");
  }
  return request;
}

}  // namespace supercargo::test
