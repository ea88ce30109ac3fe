// Whatever containers are called and write: a stand-in for Loki understands the request, and every
// line arrives. The input's lines are, in turn, a name and a text.

#include <cstdlib>
#include <string>

#include "agent/base/text.h"
#include "agent/base/utf8.h"
#include "exporters/loki/loki_encoder.h"
#include "tests/support/loki_push.pb.h"
#include "tests/support/loki_selector.h"

namespace {

void check(bool holds) {
  if (!holds) {
    std::abort();
  }
}

std::string valid(std::string_view text) {
  std::string out;
  supercargo::append_valid_utf8(out, text);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace supercargo;  // NOLINT(google-build-using-namespace): a program of one function
  const std::string input(data, data + size);
  std::string_view rest = input;
  LokiEncoder encoder(*LokiLabels::create({}));
  std::vector<std::pair<std::string, std::string>> sent;
  while (!rest.empty()) {
    ContainerInfo info;
    info.container = take_until(rest, '\n');
    info.pod_uid = info.container;
    Record record;
    record.text = take_until(rest, '\n');
    record.time_ns = static_cast<std::int64_t>(rest.size()) * 1'234'567'891;
    encoder.append(Batch{info, sent.size(), Stream::kStdout, {}, {&record, 1}});
    sent.emplace_back(std::string(cut_utf8(valid(info.container), kLokiMaxLabelValueBytes)),
                      valid(record.text));
  }
  test::loki::PushRequest request;
  check(request.ParseFromArray(encoder.body().data(), static_cast<int>(encoder.body().size())));
  check(static_cast<std::size_t>(request.streams_size()) == sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const auto& stream = request.streams(static_cast<int>(i));
    const Result<test::LabelPairs> labels = test::parse_selector(stream.labels());
    check(labels.has_value() && stream.entries_size() == 1);
    check(sent[i].first.empty() || labels->front().second == sent[i].first);
    check(stream.entries(0).line() == sent[i].second);
  }
  return 0;
}
