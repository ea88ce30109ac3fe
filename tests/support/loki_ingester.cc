#include "tests/support/loki_ingester.h"

#include <algorithm>

#include <fmt/format.h>

#include "tests/support/loki_texts.h"

namespace supercargo::test {
namespace {

std::string stream_limit_text(const std::string& selector, const std::string& tenant) {
  return fmt::format(
      "maximum active stream limit exceeded when trying to create stream {}, reduce the number "
      "of active streams (reduce labels or reduce label values), or contact your Loki "
      "administrator to see if the limit can be increased, user: '{}'",
      selector,
      tenant);
}

// An error that is none of HTTP's becomes a 500, with what gRPC puts before it.
std::string no_schema_text(std::int64_t time_ns) {
  const std::int64_t milliseconds = time_ns / 1'000'000;
  return fmt::format(
      "rpc error: code = Unknown desc = failed to create stream: no schema config found for time "
      "{}",
      static_cast<double>(milliseconds) / 1e3);
}

std::int64_t oldest(const std::vector<LokiLine>& lines) {
  return std::min_element(lines.begin(),
                          lines.end(),
                          [](const auto& a, const auto& b) { return a.time_ns < b.time_ns; })
      ->time_ns;
}

void refuse_all(std::vector<LokiLine>& lines, std::string_view reason, LokiTaken& taken) {
  for (LokiLine& line : lines) {
    taken.refused.push_back({std::move(line), reason});
  }
}

}  // namespace

bool LokiIngester::Last::equals(const LokiLine& other) const {
  return any && time_ns == other.time_ns && line == other.line && metadata == other.metadata;
}

void LokiIngester::Last::take(const LokiLine& taken) {
  newest_ns = any ? std::max(newest_ns, taken.time_ns) : taken.time_ns;
  any = true;
  time_ns = taken.time_ns;
  line = taken.line;
  metadata = taken.metadata;
}

class LokiIngester::Pass {
 public:
  Pass(const LokiIngester& ingester, State& state, const LokiLimits& limits, std::int64_t now_ns)
      : tenant_(ingester.tenant_), state_(state), limits_(limits), now_ns_(now_ns) {}

  LokiTaken run(LokiStreamPush push) {
    total_ = push.lines.size();
    Last last = state_.last;
    for (LokiLine& line : push.lines) {
      check(std::move(line), push.selector, last);
    }
    if (limits_.whole_stream != 0 && !within_rate(valid_bytes_)) {
      refuse_whole(push.selector);
      last = state_.last;
    }
    state_.last = std::move(last);
    answer(push.selector);
    return std::move(taken_);
  }

 private:
  static constexpr std::string_view kRate = "per_stream_rate_limit";
  static constexpr std::string_view kBehind = "too_far_behind";

  bool within_rate(std::uint64_t bytes) {
    return state_.rate.allow(bytes, limits_.stream_rate, limits_.stream_burst, now_ns_);
  }

  void check(LokiLine line, const std::string& selector, Last& last) {
    if (last.equals(line)) {
      ++taken_.duplicates;
      return;
    }
    const std::uint64_t bytes = byte_count(line);
    const auto behind = static_cast<std::int64_t>(limits_.max_behind_s) * kNanosecondsPerSecond;
    const std::int64_t cutoff = last.newest_ns - behind;
    if (limits_.whole_stream == 0 && !within_rate(bytes)) {
      const std::string text = rate_text(selector, bytes);
      fail(std::move(line), kRate, text);
    } else if (last.any && line.time_ns < cutoff) {
      const std::string text = fmt::format(
          "entry too far behind, entry timestamp is: {}, oldest acceptable timestamp "
          "is: {}",
          go_rfc3339(line.time_ns),
          go_rfc3339(cutoff));
      fail(std::move(line), kBehind, text);
    } else {
      valid_bytes_ += bytes;
      last.take(line);
      taken_.stored.push_back(std::move(line));
    }
  }

  [[nodiscard]] std::string rate_text(const std::string& selector, std::uint64_t bytes) const {
    return fmt::format(
        "Per stream rate limit exceeded (limit: {}/sec) while attempting to ingest for stream "
        "'{}' totaling {}, consider splitting a stream via additional labels or contact your "
        "Loki administrator to see if the limit can be increased",
        go_byte_size(limits_.stream_rate),
        selector,
        go_byte_size(bytes));
  }

  void fail(LokiLine line, std::string_view reason, const std::string& text) {
    ++failed_;
    if (limits_.max_ignored_named == 0 || failed_ <= limits_.max_ignored_named) {
      named_ += fmt::format(
          "entry with timestamp {} ignored, reason: '{}',\n", go_time(line.time_ns), text);
    }
    last_reason_ = reason;
    taken_.refused.push_back({std::move(line), reason});
  }

  // The lines that are too far behind are not stored either, and are no longer spoken of.
  void refuse_whole(const std::string& selector) {
    named_.clear();
    failed_ = 0;
    std::vector<LokiLine> valid = std::move(taken_.stored);
    taken_.stored.clear();
    for (LokiLine& line : valid) {
      const std::string text = rate_text(selector, byte_count(line));
      fail(std::move(line), kRate, text);
    }
  }

  void answer(const std::string& selector) {
    if (failed_ == 0) {
      return;
    }
    taken_.status = last_reason_ == kRate ? 429 : 400;
    taken_.text = named_ + fmt::format("user '{}', total ignored: {} out of {} for stream: {}",
                                       tenant_,
                                       failed_,
                                       total_,
                                       selector);
  }

  const std::string& tenant_;
  State& state_;
  const LokiLimits& limits_;
  const std::int64_t now_ns_;
  LokiTaken taken_;
  std::size_t total_ = 0;
  std::uint64_t valid_bytes_ = 0;
  std::uint64_t failed_ = 0;
  std::string named_;
  std::string_view last_reason_;  // the last failure decides about the status
};

LokiIngester::State* LokiIngester::find_or_create(const LokiStreamPush& push,
                                                  const LokiLimits& limits,
                                                  LokiTaken& taken) {
  if (const auto found = streams_.find(push.selector); found != streams_.end()) {
    return &found->second;
  }
  const std::int64_t first = oldest(push.lines);
  if (limits.max_streams > 0 && streams_.size() >= limits.max_streams) {
    taken.status = 429;
    taken.text = stream_limit_text(push.selector, tenant_);
  } else if (first < static_cast<std::int64_t>(limits.schema_start_s) * kNanosecondsPerSecond &&
             limits.schema_start_s != 0) {
    taken.status = 500;
    taken.text = no_schema_text(first);
  } else {
    return &streams_[push.selector];
  }
  return nullptr;
}

LokiTaken LokiIngester::push(LokiStreamPush push, const LokiLimits& limits, std::int64_t now_ns) {
  LokiTaken taken;
  State* state = find_or_create(push, limits, taken);
  if (state == nullptr) {
    refuse_all(push.lines, taken.status == 429 ? "stream_limit" : "no_schema", taken);
    return taken;
  }
  return Pass(*this, *state, limits, now_ns).run(std::move(push));
}

}  // namespace supercargo::test
