#include "exporters/gelf/gelf_http_job.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace supercargo {
namespace {

Amount refused_amount(const GelfLane& lane) {
  Amount amount;
  for (const std::size_t number : lane.refused) {
    amount += {lane.messages[number].raw_bytes, lane.messages[number].raw_lines};
  }
  return amount;
}

// What was taken of a lane that is read again; what was refused is asked about again.
void remember(const GelfHttpJob& job, const GelfLane& lane, AcceptedMessages& known) {
  for (std::size_t number = 0; number < lane.settled; ++number) {
    if (std::find(lane.refused.begin(), lane.refused.end(), number) == lane.refused.end()) {
      known.add(job.message(lane, number));
    }
  }
}

}  // namespace

std::string_view GelfHttpJob::message(const GelfLane& lane, std::size_t number) const {
  const std::string_view rest = std::string_view(text).substr(lane.messages[number].begin);
  return rest.substr(0, rest.find('\0'));
}

Outcome GelfHttpJob::refused_all() const {
  Outcome result = failure.value_or(Outcome{id, Outcome::Kind::kRetry, {}, {}, {}, {}});
  for (const auto& lane : lanes) {
    if (result.reason.empty() && !lane->refused.empty()) {
      result.reason = lane->refusal;
      result.detail = "it refuses every message: is this a GELF input? " + lane->refusal_text;
    }
  }
  return result;
}

// Chains that are through have a fate of their own when others are not, or when some of theirs was
// refused.
Outcome GelfHttpJob::outcome(bool works, AcceptedMessages& known) const {
  if (!works && refusals > 0) {
    return refused_all();
  }
  Outcome result = failure.value_or(Outcome{id, Outcome::Kind::kDelivered, {}, {}, {}, {}});
  std::map<std::uint64_t, std::vector<const GelfLane*>> chains;
  for (const auto& lane : lanes) {
    chains[lane->chain].push_back(lane.get());
  }
  for (const auto& [chain, of_chain] : chains) {
    const bool through = std::all_of(
        of_chain.begin(), of_chain.end(), [](const GelfLane* lane) { return lane->finished(); });
    Outcome::Part part;
    part.chain = chain;
    for (const GelfLane* lane : of_chain) {
      if (!through) {
        remember(*this, *lane, known);
      } else if (!lane->refused.empty()) {
        part.reason = lane->refusal;
        part.detail = lane->refusal_text;
        part.refused.push_back({lane->refusal, refused_amount(*lane)});
      }
    }
    if (through && (failure || !part.refused.empty())) {
      result.parts.push_back(std::move(part));
    }
  }
  return result;
}

GelfLane& GelfHttpDraft::lane_of(std::uint64_t chain, Stream stream) {
  const auto known = std::find_if(lanes_.begin(), lanes_.end(), [&](const auto& lane) {
    return lane->chain == chain && lane->stream == stream;
  });
  if (known != lanes_.end()) {
    return **known;
  }
  GelfLane& lane = *lanes_.emplace_back(std::make_unique<GelfLane>());
  lane.chain = chain;
  lane.stream = stream;
  return lane;
}

void GelfHttpDraft::note(const Batch& batch) {
  GelfLane& lane = lane_of(batch.chain, batch.stream);
  for (const Record& record : batch.records) {
    lane.messages.push_back(
        {static_cast<std::uint32_t>(noted_), record.raw_bytes, record.raw_lines});
    noted_ = text_.find('\0', noted_) + 1;
  }
}

std::unique_ptr<GelfHttpJob> GelfHttpDraft::seal(RequestId id) {
  auto job = std::make_unique<GelfHttpJob>();
  job->id = id;
  job->text.swap(text_);
  job->lanes.swap(lanes_);
  for (const auto& lane : job->lanes) {
    lane->job = job.get();
  }
  job->unfinished = job->lanes.size();
  noted_ = 0;
  return job;
}

std::size_t fill_body(GelfLane& lane,
                      std::size_t max_bytes,
                      AcceptedMessages& known,
                      ByteBuffer& body) {
  std::size_t count = 0;
  while (lane.sent < lane.messages.size() && (max_bytes > 0 || body.empty())) {
    const std::string_view message = lane.job->message(lane, lane.sent);
    if (!body.empty() && body.size() + message.size() + 1 > max_bytes) {
      break;
    }
    ++lane.sent;
    if (known.take(message)) {
      continue;
    }
    body.append(message);
    ++count;
    if (max_bytes > 0) {
      body.append("\n");
    }
  }
  return count;
}

}  // namespace supercargo
