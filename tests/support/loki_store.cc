#include "tests/support/loki_store.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>

#include <fmt/format.h>
#include <snappy.h>

#include "tests/support/loki_push.pb.h"

namespace supercargo::test {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

std::string rfc3339(std::int64_t time_ns) {
  const std::time_t seconds = time_ns / kSecond;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  return std::string(text.data(),
                     std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts));
}

LabelPairs pairs_of(const google::protobuf::RepeatedPtrField<loki::LabelPair>& fields) {
  LabelPairs pairs;
  for (const loki::LabelPair& field : fields) {
    pairs.emplace_back(field.name(), field.value());
  }
  return pairs;
}

std::size_t byte_count(const LabelPairs& pairs) {
  std::size_t count = 0;
  for (const auto& [name, value] : pairs) {
    count += name.size() + value.size();
  }
  return count;
}

}  // namespace

class LokiStore::Pass {
 public:
  Pass(LokiStore& store, const std::string& tenant, std::int64_t now_ns)
      : store_(store), limits_(store.limits_), tenant_(tenant), now_ns_(now_ns) {}

  PushVerdict run(std::string_view body) {
    loki::PushRequest request;
    if (decode(body, request)) {
      check_all(request);
    }
    return std::move(verdict_);
  }

 private:
  struct Accepted {
    std::string key;
    std::vector<LokiLine> lines;
  };

  void answer(int status, std::string text) {
    verdict_.status = status;
    verdict_.text = std::move(text);
  }

  bool decode(std::string_view body, loki::PushRequest& request) {
    std::size_t size = 0;
    std::string raw;
    if (!snappy::GetUncompressedLength(body.data(), body.size(), &size)) {
      answer(400, "snappy: corrupt input\n");
    } else if (size > limits_.max_body_bytes) {
      answer(
          413,
          fmt::format(
              "request body too large: {} bytes, limit: {} bytes\n", size, limits_.max_body_bytes));
    } else if (!snappy::Uncompress(body.data(), body.size(), &raw)) {
      answer(400, "snappy: corrupt input\n");
    } else if (!request.ParseFromString(raw)) {
      answer(400, "proto: not a push request, or text that is not UTF-8\n");
    } else if (request.streams().empty()) {
      answer(422, "error at least one valid stream is required for ingestion\n");
    } else {
      return true;
    }
    return false;
  }

  void check_all(const loki::PushRequest& request) {
    std::vector<Accepted> accepted;
    for (const loki::Stream& stream : request.streams()) {
      const Result<LabelPairs> labels = parse_selector(stream.labels());
      if (!labels) {
        // Loki gives up on the whole stream and goes on.
        refuse(stream,
               fmt::format("error parsing labels '{}' with error: {}",
                           stream.labels(),
                           labels.error().message));
        continue;
      }
      if (const std::string error = check_labels(stream, *labels); !error.empty()) {
        refuse(stream, error);
        continue;
      }
      accepted.push_back(check_entries(stream, *labels));
    }
    if (within_rate(accepted)) {
      for (Accepted& lines : accepted) {
        store(std::move(lines));
      }
      finish();
    }
  }

  void refuse(const loki::Stream& stream, const std::string& error) {
    verdict_.refused += static_cast<std::uint64_t>(stream.entries_size());
    ++errors_[error];
  }

  std::string check_labels(const loki::Stream& stream, const LabelPairs& labels) const {
    if (labels.empty()) {
      return "error at least one label pair is required per stream";
    }
    if (labels.size() > limits_.max_labels) {
      return fmt::format("entry for stream '{}' has {} label names; limit {}",
                         stream.labels(),
                         labels.size(),
                         limits_.max_labels);
    }
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const auto& [name, value] = labels[i];
      if (name.size() > limits_.max_label_name_bytes) {
        return fmt::format("stream '{}' has label name too long: '{}'", stream.labels(), name);
      }
      if (value.size() > limits_.max_label_value_bytes) {
        return fmt::format("stream '{}' has label value too long: '{}'", stream.labels(), value);
      }
      const auto same = [&name = name](const auto& other) { return other.first == name; };
      if (std::any_of(labels.begin(), labels.begin() + static_cast<std::ptrdiff_t>(i), same)) {
        return fmt::format("stream '{}' has duplicate label name: '{}'", stream.labels(), name);
      }
    }
    return {};
  }

  std::string check_entry(const loki::Stream& stream, const LokiLine& line) const {
    if (line.time_ns < now_ns_ - limits_.max_age_s * kSecond) {
      return fmt::format(
          "entry for stream '{}' has timestamp too old: {}, oldest acceptable timestamp is: {}",
          stream.labels(),
          rfc3339(line.time_ns),
          rfc3339(now_ns_ - limits_.max_age_s * kSecond));
    }
    if (line.time_ns > now_ns_ + limits_.max_future_s * kSecond) {
      return fmt::format("entry for stream '{}' has timestamp too new: {}",
                         stream.labels(),
                         rfc3339(line.time_ns));
    }
    if (line.line.size() > limits_.max_line_bytes) {
      return fmt::format(
          "max entry size '{}' bytes exceeded for stream '{}' while adding an entry with length "
          "'{}' bytes",
          limits_.max_line_bytes,
          stream.labels(),
          line.line.size());
    }
    if (byte_count(line.metadata) > limits_.max_metadata_bytes) {
      return fmt::format("stream '{}' has structured metadata too large: '{}' bytes, limit: '{}'",
                         stream.labels(),
                         byte_count(line.metadata),
                         limits_.max_metadata_bytes);
    }
    if (line.metadata.size() > limits_.max_metadata_entries) {
      return fmt::format("stream '{}' has too many structured metadata labels: '{}', limit: '{}'",
                         stream.labels(),
                         line.metadata.size(),
                         limits_.max_metadata_entries);
    }
    return {};
  }

  Accepted check_entries(const loki::Stream& stream, const LabelPairs& labels) {
    Accepted accepted{tenant_ + stream.labels(), {}};
    for (const loki::Entry& entry : stream.entries()) {
      LokiLine line;
      line.tenant = tenant_;
      line.selector = stream.labels();
      line.labels = labels;
      line.metadata = pairs_of(entry.structured_metadata());
      line.time_ns = entry.timestamp().seconds() * kSecond + entry.timestamp().nanos();
      line.line = entry.line();
      if (const std::string error = check_entry(stream, line); !error.empty()) {
        ++verdict_.refused;
        ++errors_[error];
      } else {
        accepted.lines.push_back(std::move(line));
      }
    }
    return accepted;
  }

  bool within_rate(const std::vector<Accepted>& accepted) {
    std::size_t bytes = 0;
    std::size_t lines = 0;
    for (const Accepted& stream : accepted) {
      lines += stream.lines.size();
      for (const LokiLine& line : stream.lines) {
        bytes += line.line.size() + byte_count(line.metadata);
      }
    }
    if (limits_.ingestion_rate == 0 || store_.take_tokens(bytes, now_ns_)) {
      return true;
    }
    verdict_.refused = 0;
    answer(429,
           fmt::format("ingestion rate limit exceeded for user {} (limit: {} bytes/sec) while "
                       "attempting to ingest '{}' lines totaling '{}' bytes, reduce log volume or "
                       "contact your Loki administrator to see if the limit can be increased\n",
                       tenant_,
                       limits_.ingestion_rate,
                       lines,
                       bytes));
    return false;
  }

  void store(Accepted accepted) {
    const bool known = store_.streams_.count(accepted.key) > 0;
    if (!known && limits_.max_streams > 0 && store_.streams_.size() >= limits_.max_streams) {
      verdict_.refused += accepted.lines.size();
      stream_limit_ = fmt::format(
          "maximum active stream limit exceeded when trying to create stream {}, reduce the number "
          "of active streams (reduce labels or reduce label values), or contact your Loki "
          "administrator to see if the limit can be increased, user: '{}'\n",
          accepted.key.substr(tenant_.size()),
          tenant_);
      return;
    }
    StreamState& state = store_.streams_[accepted.key];
    const std::size_t total = accepted.lines.size();
    std::size_t ignored = 0;
    std::string first;
    for (LokiLine& line : accepted.lines) {
      const std::int64_t oldest = state.newest_ns - limits_.max_behind_s * kSecond;
      if (state.newest_ns != 0 && line.time_ns < oldest) {
        first = ignored++ > 0 ? first : behind_text(line.time_ns, oldest);
        continue;
      }
      store_line(state, std::move(line));
    }
    verdict_.refused += ignored;
    if (ignored > 0) {
      ++errors_[fmt::format("{}\nuser '{}', total ignored: {} out of {} for stream: {}",
                            first,
                            tenant_,
                            ignored,
                            total,
                            accepted.key.substr(tenant_.size()))];
    }
  }

  static std::string behind_text(std::int64_t time_ns, std::int64_t oldest_ns) {
    return fmt::format(
        "entry with timestamp {} ignored, reason: 'entry too far behind, entry timestamp is: {}, "
        "oldest acceptable timestamp is: {}',",
        rfc3339(time_ns),
        rfc3339(time_ns),
        rfc3339(oldest_ns));
  }

  void store_line(StreamState& state, LokiLine line) {
    if (state.last_ns == line.time_ns && state.last_line == line.line &&
        state.last_metadata == line.metadata) {
      ++verdict_.duplicates;
      return;
    }
    state.newest_ns = std::max(state.newest_ns, line.time_ns);
    state.last_ns = line.time_ns;
    state.last_line = line.line;
    state.last_metadata = line.metadata;
    verdict_.stored.push_back(std::move(line));
  }

  void finish() {
    if (!stream_limit_.empty()) {
      answer(429, stream_limit_);
      return;
    }
    std::string text;
    for (const auto& [error, count] : errors_) {
      text += text.empty() ? "" : "; ";
      if (errors_.size() > 1 || count > 1) {
        text += fmt::format("{} errors like: ", count);
      }
      text += error;
    }
    if (!text.empty()) {
      answer(400, text + "\n");
    }
  }

  LokiStore& store_;
  const LokiLimits& limits_;
  const std::string& tenant_;
  const std::int64_t now_ns_;
  PushVerdict verdict_;
  std::map<std::string, int> errors_;
  std::string stream_limit_;
};

bool LokiStore::take_tokens(std::size_t bytes, std::int64_t now_ns) {
  const auto burst = static_cast<double>(limits_.ingestion_burst);
  const double seconds = static_cast<double>(now_ns - tokens_at_ns_) / 1e9;
  tokens_ = tokens_ < 0
                ? burst
                : std::min(burst, tokens_ + seconds * static_cast<double>(limits_.ingestion_rate));
  tokens_at_ns_ = now_ns;
  if (static_cast<double>(bytes) > tokens_) {
    return false;
  }
  tokens_ -= static_cast<double>(bytes);
  return true;
}

PushVerdict LokiStore::push(std::string_view body, const std::string& tenant, std::int64_t now_ns) {
  return Pass(*this, tenant, now_ns).run(body);
}

}  // namespace supercargo::test
