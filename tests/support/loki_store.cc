#include "tests/support/loki_store.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>

#include <fmt/format.h>
#include <snappy.h>

#include "tests/support/loki_push.pb.h"
#include "tests/support/loki_texts.h"

namespace supercargo::test {
namespace {

void answer(PushVerdict& verdict, int status, std::string text) {
  verdict.status = status;
  verdict.text = std::move(text);
}

bool decode(std::string_view body,
            const LokiLimits& limits,
            loki::PushRequest& request,
            PushVerdict& verdict) {
  std::size_t size = 0;
  std::string raw;
  if (!snappy::IsValidCompressedBuffer(body.data(), body.size()) ||
      !snappy::GetUncompressedLength(body.data(), body.size(), &size)) {
    answer(verdict, 400, "snappy: corrupt input");
  } else if (limits.max_body_bytes != 0 && size > limits.max_body_bytes) {
    answer(verdict,
           413,
           fmt::format("request body too large: decompressed message size too large than max ({} "
                       "vs {})",
                       size,
                       limits.max_body_bytes));
  } else if (!snappy::Uncompress(body.data(), body.size(), &raw) || !request.ParseFromString(raw)) {
    answer(verdict, 400, "proto: not a push request, or text that is not UTF-8");
  } else if (request.streams().empty()) {
    answer(verdict, 422, "error at least one valid stream is required for ingestion");
  } else {
    return true;
  }
  return false;
}

bool parse_labels(const loki::PushRequest& request,
                  std::vector<LabelPairs>& labels,
                  PushVerdict& verdict) {
  for (const loki::Stream& stream : request.streams()) {
    Result<LabelPairs> parsed = parse_selector(stream.labels());
    if (!parsed) {
      answer(verdict, 400, "couldn't parse labels: " + parsed.error().message);
      return false;
    }
    labels.push_back(without_empty(std::move(*parsed)));
  }
  return true;
}

// Line by line in turn, beginning where the push before ended.
std::vector<LokiStreamPush> spread(LokiStreamPush push, std::uint64_t shards, std::uint64_t& next) {
  const std::size_t count = std::min<std::size_t>(shards, push.lines.size());
  if (shards <= 1) {
    return {std::move(push)};
  }
  std::vector<LokiStreamPush> parts(count);
  for (LokiStreamPush& part : parts) {
    part.selector =
        fmt::format("{{__stream_shard__=\"{}\", {}", next++ % shards, push.selector.substr(1));
  }
  for (std::size_t i = 0; i < push.lines.size(); ++i) {
    parts[i % count].lines.push_back(std::move(push.lines[i]));
  }
  return parts;
}

std::uint64_t hash_of(const LokiLine& line) {
  std::string text = fmt::format("{}\n{}\n{}\n", line.tenant, line.selector, line.time_ns);
  for (const auto& [name, value] : line.metadata) {
    text.append(name).append("=").append(go_quote(value));
  }
  return std::hash<std::string>()(text.append("\n").append(line.line));
}

template <class Value>
void move_to(std::vector<Value>& from, std::vector<Value>& to) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

}  // namespace

const LokiLimits& LokiStore::limits_of(const std::string& tenant) const {
  const auto own = own_.find(tenant);
  return own == own_.end() ? limits_ : own->second;
}

std::size_t LokiStore::streams() const {
  std::size_t count = 0;
  for (const auto& [name, tenant] : tenants_) {
    count += tenant.ingester.streams();
  }
  return count;
}

void LokiStore::forget_streams() {
  for (auto& [name, tenant] : tenants_) {
    tenant.ingester.forget_streams();
  }
}

bool LokiStore::within_rate(LokiDistributor& checked, Tenant& tenant, PushVerdict& verdict) {
  const LokiLimits& limits = limits_of(name_);
  std::uint64_t bytes = 0;
  std::uint64_t lines = 0;
  for (const LokiStreamPush& stream : checked.valid) {
    lines += stream.lines.size();
    for (const LokiLine& line : stream.lines) {
      bytes += byte_count(line);
    }
  }
  if (tenant.rate.allow(bytes, limits.ingestion_rate, limits.ingestion_burst, now_ns_)) {
    return true;
  }
  for (LokiStreamPush& stream : checked.valid) {
    for (LokiLine& line : stream.lines) {
      verdict.refused.push_back({std::move(line), "rate_limited"});
    }
  }
  answer(verdict,
         429,
         fmt::format("ingestion rate limit exceeded for user {} (limit: {} bytes/sec) while "
                     "attempting to ingest '{}' lines totaling '{}' bytes, reduce log volume or "
                     "contact your Loki administrator to see if the limit can be increased",
                     name_,
                     limits.ingestion_rate,
                     lines,
                     bytes));
  return false;
}

// The lines that do it are refused; the others are neither stored nor refused.
bool LokiStore::is_poisoned(LokiDistributor& checked, PushVerdict& verdict) {
  const std::uint64_t share = limits_of(name_).poison_share;
  bool poisoned = false;
  for (LokiStreamPush& stream : checked.valid) {
    for (LokiLine& line : stream.lines) {
      if (loki_poisons(line.line, share)) {
        verdict.refused.push_back({line, "poison"});
        poisoned = true;
      }
    }
  }
  if (poisoned) {
    answer(verdict, 500, "rpc error: code = Unknown desc = a line that cannot be stored");
  }
  return poisoned;
}

bool LokiStore::lacks_ingesters(LokiDistributor& checked, Tenant& tenant, PushVerdict& verdict) {
  const LokiLimits& limits = limits_of(name_);
  const auto gone = std::erase_if(checked.valid, [&limits](const LokiStreamPush& stream) {
    return loki_poisons(stream.selector, limits.away_share);
  });
  if (gone == 0) {
    return false;
  }
  if (limits.away_answer == 0) {
    ingest(checked, tenant, verdict);
  }
  constexpr std::array kTexts{
      "rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while "
      "dialing: dial tcp 10.1.2.3:9095: connect: connection refused\"",
      "at least 1 live replicas required, could only find 0 - unhealthy instances: 10.1.2.3:9095",
      "it does not work"};
  answer(verdict, 500, kTexts.at(limits.away_answer));
  return true;
}

void LokiStore::ingest(LokiDistributor& checked, Tenant& tenant, PushVerdict& verdict) {
  const LokiLimits& limits = limits_of(name_);
  LokiTaken last;
  for (LokiStreamPush& stream : checked.valid) {
    for (LokiStreamPush& part : spread(std::move(stream), limits.shards, tenant.next_shard)) {
      last = tenant.ingester.push(std::move(part), limits, now_ns_);
      move_to(last.stored, verdict.stored);
      move_to(last.refused, verdict.refused);
      verdict.duplicates += last.duplicates;
    }
  }
  if (last.status != 204) {
    answer(verdict, last.status, std::move(last.text));
  } else {
    answer(verdict, checked.status(), checked.text());
  }
}

void LokiStore::recognise(PushVerdict& verdict) {
  for (const LokiLine& line : verdict.stored) {
    const std::uint64_t hash = hash_of(line);
    verdict.repeated += known_.insert(hash).second ? 0U : 1U;
    silent_.erase(hash);
  }
  if (verdict.status / 100 != 2 || verdict.status == 260) {
    return;
  }
  for (const RefusedLokiLine& refused : verdict.refused) {
    if (const std::uint64_t hash = hash_of(refused.line); !known_.contains(hash)) {
      silent_.insert(hash);
    }
  }
}

PushVerdict LokiStore::push(std::string_view body, const std::string& tenant, std::int64_t now_ns) {
  PushVerdict verdict;
  loki::PushRequest request;
  std::vector<LabelPairs> labels;
  now_ns_ = now_ns;
  name_ = tenant;
  const LokiLimits& limits = limits_of(tenant);
  if (decode(body, limits, request, verdict) && parse_labels(request, labels, verdict)) {
    LokiDistributor checked(limits, tenant, now_ns);
    for (int i = 0; i < request.streams_size(); ++i) {
      checked.check(request.streams(i), labels[static_cast<std::size_t>(i)]);
    }
    Tenant& state = tenants_.try_emplace(tenant, tenant).first->second;
    verdict.refused = std::move(checked.refused);
    if (checked.valid.empty()) {
      answer(verdict, checked.status(), checked.text());
    } else if (within_rate(checked, state, verdict) && !is_poisoned(checked, verdict) &&
               !lacks_ingesters(checked, state, verdict)) {
      ingest(checked, state, verdict);
    }
    if (recognise_) {
      recognise(verdict);
    }
  }
  if (!verdict.text.empty()) {
    verdict.text += '\n';
  }
  return verdict;
}

}  // namespace supercargo::test
