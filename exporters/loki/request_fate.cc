#include "exporters/loki/request_fate.h"

#include <algorithm>

namespace supercargo {

using Kind = Outcome::Kind;

Outcome::Part& RequestFate::part(std::uint64_t chain) {
  Outcome::Part& part = parts_[chain];
  part.chain = chain;
  return part;
}

void RequestFate::note_begun(const Post& post) {
  for (const PostRun& run : post.runs) {
    begun_.push_back(run.chain);
  }
}

bool RequestFate::has_begun(const Post& post) const {
  return std::any_of(post.runs.begin(), post.runs.end(), [this](const PostRun& run) {
    return std::find(begun_.begin(), begun_.end(), run.chain) != begun_.end();
  });
}

void RequestFate::note_failure(const std::string& reason,
                               const std::string& detail,
                               Milliseconds retry_after) {
  failed_ = true;
  failure_.reason = reason;
  failure_.detail = detail;
  failure_.retry_after = std::max(failure_.retry_after, retry_after);
}

void RequestFate::retry(std::uint64_t chain,
                        std::string_view reason,
                        std::string_view detail,
                        Milliseconds hold) {
  Outcome::Part& known = part(chain);
  known.kind = Kind::kRetry;
  known.reason = reason;
  known.detail = detail;
  known.hold = std::max(known.hold, hold);
  known.refused.clear();
}

void RequestFate::refuse(std::uint64_t chain,
                         std::string_view reason,
                         std::string_view detail,
                         const Amount& amount) {
  Outcome::Part& known = part(chain);
  if (known.kind == Kind::kRetry) {
    return;
  }
  known.detail = detail;
  const auto same = std::find_if(known.refused.begin(),
                                 known.refused.end(),
                                 [&](const Outcome::Refusal& r) { return r.reason == reason; });
  if (same != known.refused.end()) {
    same->amount += amount;
  } else {
    known.refused.push_back({std::string(reason), amount});
  }
}

void RequestFate::hold(std::uint64_t chain, Milliseconds hold) {
  Outcome::Part& known = part(chain);
  known.hold = std::max(known.hold, hold);
}

Outcome RequestFate::outcome(bool works) && {
  if (failed_ && !passed_ && !works) {
    failure_.request = request_;
    failure_.kind = Kind::kRetry;
    return std::move(failure_);
  }
  Outcome outcome;
  outcome.request = request_;
  outcome.parts.reserve(parts_.size());
  for (auto& [chain, part] : parts_) {
    outcome.parts.push_back(std::move(part));
  }
  return outcome;
}

}  // namespace supercargo
