#include "tests/exporters/gelf/line_source.h"

#include <algorithm>
#include <utility>

namespace supercargo::test {

void LineSource::write(const std::string& pod, std::vector<std::string> lines) {
  auto known = std::find_if(
      pods_.begin(), pods_.end(), [&pod](const Pod& other) { return other.name == pod; });
  if (known == pods_.end()) {
    known = pods_.insert(pods_.end(), Pod{pod, {}, 0, 0, 0});
  }
  known->lines.insert(known->lines.end(), lines.begin(), lines.end());
}

// As the log reader: what is in flight holds its file, but for a transport that keeps the order.
bool LineSource::may_read(const Pod& pod) const {
  return pod.read < pod.lines.size() && (ordered_ || pod.in_flight == 0);
}

Backlog LineSource::refresh(SteadyTime now, bool ordered) {
  ordered_ = ordered;
  Backlog backlog;
  for (const Pod& pod : pods_) {
    for (std::size_t i = pod.read; may_read(pod) && i < pod.lines.size(); ++i) {
      backlog.readable_bytes += pod.lines[i].size() + 1;
      backlog.oldest = now - std::chrono::hours(1);
    }
  }
  return backlog;
}

std::size_t LineSource::read_turn(RequestId request, std::size_t max_bytes, Sender& sender) {
  const auto begin = pods_.begin() + static_cast<std::ptrdiff_t>(turn_++ % pods_.size());
  auto pod = std::find_if(begin, pods_.end(), [this](const Pod& p) { return may_read(p); });
  if (pod == pods_.end()) {
    pod = std::find_if(pods_.begin(), begin, [this](const Pod& p) { return may_read(p); });
  }
  if (pod == pods_.end() || !may_read(*pod)) {
    return 0;
  }
  std::vector<Record> records;
  std::size_t bytes = 0;
  const std::size_t from = pod->read;
  for (; pod->read < pod->lines.size() && (records.empty() || bytes < max_bytes); ++pod->read) {
    const std::string& text = pod->lines[pod->read];
    const auto size = static_cast<std::uint32_t>(text.size() + 1);
    const auto number = static_cast<std::int64_t>(pod->read);
    records.push_back({1'700'000'000'000'000'000 + number, text, 100 * pod->read, size, 1});
    bytes += size;
  }
  const auto index = static_cast<std::size_t>(pod - pods_.begin());
  ContainerInfo info;
  info.node = "node-1";
  info.pod_namespace = "shop";
  info.pod = pod->name;
  info.container = "app";
  info.key = index + 1;
  sender.append({info, info.key, Stream::kStdout, pod->name + "/app/0/h", records, index + 1});
  flights_[request].push_back({index, from, pod->read});
  ++pod->in_flight;
  return bytes;
}

void LineSource::land(const Piece& piece, bool settled) {
  Pod& pod = pods_[piece.pod];
  --pod.in_flight;
  if (settled) {
    pod.settled += piece.to - piece.from;
  } else {
    repeated_ += pod.read - std::min(pod.read, piece.from);
    pod.read = std::min(pod.read, piece.from);
  }
}

void LineSource::settle_parts(RequestId request,
                              std::span<const Outcome::Part> parts,
                              SteadyTime /*now*/) {
  for (const Outcome::Part& part : parts) {
    std::erase_if(flights_[request], [&](const Piece& piece) {
      if (piece.pod + 1 != part.chain) {
        return false;
      }
      land(piece, part.kind == Outcome::Kind::kDelivered);
      return true;
    });
    for (const Outcome::Refusal& refusal : part.refused) {
      dropped_[refusal.reason] += refusal.amount.lines;
    }
  }
}

void LineSource::settle(RequestId request) {
  const auto flight = flights_.extract(request);
  for (const Piece& piece : flight.mapped()) {
    land(piece, /*settled=*/true);
  }
}

void LineSource::rewind(RequestId request) {
  const auto flight = flights_.extract(request);
  for (const Piece& piece : flight.mapped()) {
    land(piece, /*settled=*/false);
  }
}

void LineSource::drop(RequestId request, std::string_view reason) {
  const auto flight = flights_.extract(request);
  for (const Piece& piece : flight.mapped()) {
    dropped_[std::string(reason)] += piece.to - piece.from;
    land(piece, /*settled=*/true);
  }
}

std::size_t LineSource::settled() const {
  std::size_t count = 0;
  for (const Pod& pod : pods_) {
    count += pod.settled;
  }
  return count;
}

}  // namespace supercargo::test
