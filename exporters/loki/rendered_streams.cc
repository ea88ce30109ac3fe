#include "exporters/loki/rendered_streams.h"

#include <functional>

#include "exporters/loki/wire.h"

namespace supercargo {
namespace {

// As in loki_encoder.cc.
constexpr std::uint8_t kStreamLabels = wire::bytes_tag(1);
constexpr std::uint8_t kEntryMetadata = wire::bytes_tag(3);
constexpr std::uint8_t kPairName = wire::bytes_tag(1);
constexpr std::uint8_t kPairValue = wire::bytes_tag(2);

void append_bytes_field(std::string& out, std::uint8_t tag, std::string_view text) {
  const std::size_t before = out.size();
  out.resize(before + wire::bytes_size(text.size()));
  wire::put_bytes(out.data() + before, tag, text);
}

void append(RenderedMetadata& metadata, std::string_view name, std::string_view value) {
  std::string pair;
  append_bytes_field(pair, kPairName, name);
  append_bytes_field(pair, kPairValue, value);
  append_bytes_field(metadata.fields, kEntryMetadata, pair);
  metadata.text_bytes += name.size() + value.size();
}

// Which of Loki's settings are in the way, for people.
std::string limits_text(const LabelBounds& bounds) {
  std::string text;
  const auto add = [&text](std::string_view name, bool is_told) {
    if (is_told) {
      text.append(text.empty() ? "" : " ").append(name);
    }
  };
  add("max_label_names_per_series", bounds.names > 0);
  add("max_label_name_length", bounds.name_bytes > 0);
  add("max_label_value_length", bounds.value_bytes > 0);
  return text;
}

}  // namespace

const RenderedMetadata& RenderedStream::at(std::int64_t time_ns) const {
  auto version = metadata.rbegin();
  while (version->since_ns > time_ns) {
    ++version;  // the first is of all times
  }
  return *version;
}

void RenderedStreams::tell_demoted(const ChosenLabels& labels, const LabelBounds& bounds) {
  std::uint64_t suppressed = 0;
  if (labels.demoted.empty() || !log_->allow(steady_now(), suppressed)) {
    return;
  }
  std::string names;
  for (const StreamLabel& label : labels.demoted) {
    names.append(names.empty() ? "" : " ").append(label.name);
  }
  log_warn("Loki takes fewer or shorter labels: some stand in structured metadata instead.",
           {{"left_out", names},
            {"stream", selector_of(labels.kept)},
            {"limits_of_loki", limits_text(bounds)},
            {"suppressed", suppressed}});
}

// Every pod has a workload, itself if nothing else.
void RenderedStreams::note_unlabelled(const Batch& batch, const ContainerFacts& facts) {
  const ContainerInfo& container = batch.container;
  const bool is_of_pod = !container.pod_uid.empty() && container.source.empty();
  if (!labels_.want_facts() || !is_of_pod || !facts.workload.empty()) {
    return;
  }
  ++unlabelled_;
  if (std::uint64_t suppressed = 0; unlabelled_log_->allow(steady_now(), suppressed)) {
    log_warn(
        "A container's first lines came before what the API server tells of its pod: its "
        "streams go without the labels that are made of it.",
        {{"namespace", container.pod_namespace},
         {"pod", container.pod},
         {"container", container.container},
         {"suppressed", suppressed}});
  }
}

// Versions are added, never changed; labels are those of the first.
void RenderedStreams::render(const Batch& batch, const FactHistory& history, Container& made) {
  const ContainerFacts& first = history.versions.front().facts;
  if (made.versions == 0) {
    note_unlabelled(batch, first);
  }
  made.versions = history.versions.size();
  for (std::size_t i = 0; i < kStreamCount; ++i) {
    const ChosenLabels labels =
        labels_.labels(batch.container, static_cast<Stream>(i), made.bounds, first);
    tell_demoted(labels, made.bounds);
    RenderedStream& stream = made.streams.at(i);
    stream = {};
    const std::string selector = selector_of(labels.kept);
    append_bytes_field(stream.labels_field, kStreamLabels, selector);
    stream.hash = std::hash<std::string>{}(selector);
    stream.shape = shape_of(labels, made.bounds);
    for (const FactVersion& version : history.versions) {
      RenderedMetadata& metadata = stream.metadata.emplace_back();
      metadata.since_ns = version.since_ns;
      for (const StreamLabel& label : labels.demoted) {
        append(metadata, label.name, label.value);
      }
      for (const auto& [name, value] : labels_.metadata(batch.container, version.facts)) {
        append(metadata, name, value);
      }
    }
  }
}

const RenderedStream& RenderedStreams::of(const Batch& batch, const LabelBounds& bounds) {
  const FactHistory& history = facts_.of(batch);
  if (containers_.size() >= kMaxContainers && !containers_.contains(batch.container_key)) {
    containers_.clear();
  }
  Container& known = containers_[batch.container_key];
  if (known.versions != history.versions.size() || known.bounds != bounds) {
    known.bounds = bounds;
    render(batch, history, known);
  }
  return known.streams.at(static_cast<std::size_t>(batch.stream));
}

}  // namespace supercargo
