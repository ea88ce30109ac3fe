#include "exporters/gelf/gelf_http_job.h"

#include <algorithm>
#include <utility>

namespace supercargo {
namespace {

GelfLane& lane_of(GelfHttpJob& job, std::uint64_t stream) {
  const auto known = std::find_if(job.lanes.begin(), job.lanes.end(), [stream](const auto& lane) {
    return lane->stream == stream;
  });
  if (known != job.lanes.end()) {
    return **known;
  }
  GelfLane& lane = *job.lanes.emplace_back(std::make_unique<GelfLane>());
  lane.job = &job;
  lane.stream = stream;
  return lane;
}

}  // namespace

std::string_view GelfHttpJob::message(const GelfLane& lane, std::size_t number) const {
  const std::string_view rest = std::string_view(text).substr(lane.messages[number]);
  return rest.substr(0, rest.find('\0'));
}

std::size_t GelfHttpJob::message_count() const {
  std::size_t count = 0;
  for (const auto& lane : lanes) {
    count += lane->messages.size();
  }
  return count;
}

void GelfHttpDraft::note(std::uint64_t stream) {
  if (!pieces_.empty() && pieces_.back().stream == stream) {
    pieces_.back().end = text_.size();
  } else {
    pieces_.push_back({stream, text_.size()});
  }
}

std::unique_ptr<GelfHttpJob> GelfHttpDraft::seal(RequestId id) {
  auto job = std::make_unique<GelfHttpJob>();
  job->id = id;
  job->text.swap(text_);
  std::size_t at = 0;
  for (const Piece& piece : pieces_) {
    GelfLane& lane = lane_of(*job, piece.stream);
    while (at < piece.end) {
      lane.messages.push_back(static_cast<std::uint32_t>(at));
      at = job->text.find('\0', at) + 1;
    }
  }
  pieces_.clear();
  job->unfinished = job->lanes.size();
  return job;
}

std::size_t fill_body(GelfLane& lane,
                      std::size_t max_bytes,
                      AcceptedMessages& known,
                      ByteBuffer& body) {
  std::size_t count = 0;
  while (lane.sent < lane.messages.size()) {
    const std::string_view message = lane.job->message(lane, lane.sent);
    if (count > 0 && body.size() + message.size() + 1 > max_bytes) {
      break;
    }
    ++lane.sent;
    if (known.take(message)) {
      continue;
    }
    body.append(message);
    ++count;
    if (max_bytes == 0) {
      break;
    }
    body.append("\n");
  }
  return count;
}

}  // namespace supercargo
