// Any bytes as a push request: where protobuf reads it, so do we, and alike; and what is written of
// it again is a push request of the same entries, whole or in two halves.

#include <cstdlib>
#include <string>
#include <vector>

#include "agent/base/utf8.h"
#include "exporters/loki/push_rewrite.h"
#include "tests/support/loki_push.pb.h"

namespace {

using namespace supercargo;  // NOLINT(google-build-using-namespace): a program of one function

void check(bool holds) {
  if (!holds) {
    std::abort();
  }
}

std::vector<std::string> lines_of(std::string_view body, bool& damaged) {
  std::vector<std::string> lines;
  PushBody reader(body);
  PushEntry entry;
  while (reader.next_stream()) {
    while (reader.next_entry(entry)) {
      lines.emplace_back(entry.line);
      check(entry.whole.size() >= entry.line.size() + entry.metadata.size());
    }
  }
  damaged = reader.damaged();
  return lines;
}

void check_rewrites(const std::string& body, const std::vector<std::string>& lines) {
  bool damaged = false;
  ByteBuffer first;
  ByteBuffer second;
  check(rewrite_push(
            body, [](auto, const auto&) { return EntryChange{}; }, first) == lines.size());
  check(lines_of(first.view(), damaged) == lines && !damaged);
  rewrite_push(
      body,
      [](std::uint64_t index, const auto&) {
        EntryChange change;
        change.strip_metadata = index % 2 == 0;
        change.max_line_bytes = index * 7;
        return change;
      },
      first);
  const std::vector<std::string> cut = lines_of(first.view(), damaged);
  check(cut.size() == lines.size() && !damaged);
  for (std::size_t i = 0; i < cut.size(); ++i) {
    check(lines[i].size() <= i * 7 ? cut[i] == lines[i] : cut[i].size() <= i * 7);
  }
  if (const std::uint64_t in_first = split_push(body, first, second); in_first > 0) {
    std::vector<std::string> both = lines_of(first.view(), damaged);
    check(both.size() == in_first && !damaged);
    const std::vector<std::string> rest = lines_of(second.view(), damaged);
    both.insert(both.end(), rest.begin(), rest.end());
    check(both == lines && !rest.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string body(data, data + size);
  bool damaged = false;
  const std::vector<std::string> lines = lines_of(body, damaged);
  check_rewrites(body, lines);
  test::loki::PushRequest request;
  if (damaged || !request.ParseFromString(body)) {
    return 0;
  }
  std::size_t i = 0;
  for (const auto& stream : request.streams()) {
    for (const auto& entry : stream.entries()) {
      check(i < lines.size() && entry.line() == lines[i]);
      ++i;
    }
  }
  check(i == lines.size());
  return 0;
}
