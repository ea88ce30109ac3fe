#include "exporters/loki/pushed_streams.h"

namespace supercargo {

PushedStreams::PushedStreams(std::string_view body) {
  std::map<std::string_view, std::size_t> places;
  PushBody reader(body);
  PushEntry entry;
  while (reader.next_stream()) {
    const auto [place, is_new] = places.try_emplace(reader.labels(), streams_.size());
    if (is_new) {
      streams_.push_back({reader.labels(), {}});
    }
    while (reader.next_entry(entry)) {
      streams_[place->second].entries.push_back(
          {entry_count_++, entry.time_ns, entry.line.size(), metadata_size(entry.metadata)});
    }
  }
}

const PushedStream* PushedStreams::find(const std::string& told) {
  const auto [place, is_new] = found_.try_emplace(told, nullptr);
  if (is_new) {
    place->second = search(told);
  }
  return place->second;
}

const PushedStream* PushedStreams::search(std::string_view told) {
  if (told.empty()) {
    return streams_.size() == 1 ? &streams_.front() : nullptr;
  }
  if (sent_labels_.empty()) {
    for (const PushedStream& stream : streams_) {
      sent_labels_.push_back(parse_labels(stream.labels));
    }
  }
  const std::optional<LabelPairs> labels = parse_labels(told);
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    const bool parsed = labels && sent_labels_[i] && names_stream(*labels, *sent_labels_[i]);
    if (parsed || streams_[i].labels == told) {
      return &streams_[i];
    }
  }
  return nullptr;
}

}  // namespace supercargo
