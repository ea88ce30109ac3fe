#include "exporters/loki/loki_labels.h"

#include <algorithm>
#include <optional>

#include "agent/base/sample_set.h"
#include "agent/base/utf8.h"
#include "exporters/loki/go_quoted.h"

namespace supercargo {
namespace {

constexpr std::string_view kSourceLabel = "source";

bool is_label_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !name.empty() && name.size() <= kLokiMaxLabelNameBytes && !digit(name[0]) &&
         name.substr(0, 2) != "__" &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || digit(c); });
}

Error label_error(std::string_view name, std::string_view problem) {
  std::string text = "loki label \"";
  text.append(name).append("\": ").append(problem);
  return Error{ErrorCode::kConfig, text};
}

void add(std::vector<StreamLabel>& labels,
         const std::string& name,
         std::string_view text,
         LabelRank rank) {
  std::string value;
  append_valid_utf8(value, text);
  if (!value.empty()) {
    labels.push_back({name, std::string(cut_utf8(value, kLokiMaxLabelValueBytes)), rank});
  }
}

}  // namespace

std::string selector_of(const std::vector<StreamLabel>& labels) {
  std::string out = "{";
  for (const StreamLabel& label : labels) {
    out += out.size() > 1 ? "," : "";
    out += label.name;
    out += '=';
    append_go_quoted(out, label.value);
  }
  out += '}';
  return out;
}

Status LokiLabels::add_static(const std::string& name, const std::string& value) {
  if (value.size() > kLokiMaxLabelValueBytes) {
    return label_error(name, "the value is longer than 2048 bytes");
  }
  labels_.push_back({name, /*is_static=*/true, value, {}});
  return Ok{};
}

Status LokiLabels::add_field(const std::string& name) {
  const std::optional<LokiField> field = find_loki_field(name);
  if (!field || *field == LokiField::kPodLabels) {
    return label_error(name, known_loki_fields(/*with_pod_labels=*/false));
  }
  labels_.push_back({name, /*is_static=*/false, {}, *field});
  return Ok{};
}

bool LokiLabels::has_label(std::string_view name) const {
  return std::any_of(
      labels_.begin(), labels_.end(), [name](const Label& label) { return label.name == name; });
}

bool LokiLabels::has_name(std::string_view name) const {
  return has_label(name) ||
         std::any_of(metadata_.begin(), metadata_.end(), [name](LokiField field) {
           return loki_field_name(field) == name;
         });
}

// The stream is no fact about a container as a whole, which is what metadata is rendered for.
Status LokiLabels::add_metadata(const std::string& name) {
  const std::optional<LokiField> field = find_loki_field(name);
  if (!field || *field == LokiField::kStream) {
    return label_error(name, known_loki_fields(/*with_pod_labels=*/true))
        .with_context("structured metadata");
  }
  const bool known = std::find(metadata_.begin(), metadata_.end(), *field) != metadata_.end();
  if (!known && !has_label(name)) {
    metadata_.push_back(*field);
  }
  return Ok{};
}

Status LokiLabels::check_labels(std::size_t most) {
  std::sort(labels_.begin(), labels_.end(), [](const Label& a, const Label& b) {
    return a.name < b.name;
  });
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    if (!is_label_name(labels_[i].name)) {
      return label_error(labels_[i].name, "expected [a-zA-Z_][a-zA-Z0-9_]*, not beginning with __");
    }
    if (i > 0 && labels_[i].name == labels_[i - 1].name) {
      return label_error(labels_[i].name, "stands twice");
    }
  }
  if (labels_.size() > most) {
    return label_error(labels_[most].name,
                       "Loki takes at most " + std::to_string(most) + " labels, see max_labels");
  }
  return Ok{};
}

void LokiLabels::add_place() {
  if (!place_.cluster().empty()) {
    labels_.push_back({std::string(LogPlace::kCluster), /*is_static=*/true, place_.cluster(), {}});
  }
  if (place_.tells_environment()) {
    labels_.push_back(
        {std::string(LogPlace::kEnvironment), /*is_static=*/false, {}, LokiField::kEnvironment});
  }
}

Result<LokiLabels> LokiLabels::create(const LokiConfig& config, const LogPlace& place) {
  LokiLabels made(place.without(config.static_labels));
  made.add_place();
  for (const auto& [name, value] : config.static_labels) {
    if (Status status = made.add_static(name, value); !status) {
      return std::move(status).error();
    }
  }
  for (const std::string& name : config.labels) {
    if (Status status = made.add_field(name); !status) {
      return std::move(status).error();
    }
  }
  for (const auto& [key, name] : config.pod_labels) {
    made.labels_.push_back(
        {name, /*is_static=*/false, "label_" + label_name_of(key), LokiField::kPodLabels});
  }
  if (Status status = made.check_labels(std::max<std::size_t>(kLokiMaxLabels, config.max_labels));
      !status) {
    return std::move(status).error();
  }
  for (const std::string& name : config.structured_metadata) {
    if (Status status = made.add_metadata(name); !status) {
      return std::move(status).error();
    }
  }
  return made;
}

std::string LokiLabels::value_of(const Label& label,
                                 const ContainerInfo& info,
                                 Stream stream,
                                 const ContainerFacts& facts) const {
  if (label.is_static) {
    return label.value;
  }
  if (label.field == LokiField::kEnvironment) {
    return place_.environment_of(info.pod_namespace);
  }
  if (label.field == LokiField::kPodLabels) {
    const auto found = facts.pod_labels.find(label.value);
    return found == facts.pod_labels.end() ? std::string() : found->second;
  }
  return may_come_late(label.field) ? loki_field_value(label.field, info, facts)
                                    : loki_field_value(label.field, info, stream);
}

bool LokiLabels::want_facts() const {
  return std::any_of(labels_.begin(), labels_.end(), [](const Label& label) {
    return !label.is_static && may_come_late(label.field);
  });
}

bool LokiLabels::are_known(const FactSource::Answer& answer) const {
  const bool image = std::any_of(labels_.begin(), labels_.end(), [](const Label& label) {
    return !label.is_static && label.field == LokiField::kImage;
  });
  return answer.complete || (answer.has_pod && (!image || !answer.facts.image.empty()));
}

LabelRank LokiLabels::Label::rank() const {
  if (is_static) {
    return name == LogPlace::kCluster       ? LabelRank::kCluster
           : name == LogPlace::kEnvironment ? LabelRank::kEnvironment
                                            : LabelRank::kStatic;
  }
  return rank_of(field);
}

ChosenLabels LokiLabels::labels(const ContainerInfo& info,
                                Stream stream,
                                const LabelBounds& bounds,
                                const ContainerFacts& facts) const {
  const std::string stream_label(loki_field_name(LokiField::kStream));
  std::vector<StreamLabel> all;
  for (const Label& label : labels_) {
    if (info.source.empty() || label.name != kSourceLabel) {
      add(all, label.name, value_of(label, info, stream, facts), label.rank());
    }
  }
  add(all, std::string(kSourceLabel), info.source, LabelRank::kSource);
  const StreamLabel last{stream_label, std::string(stream_name(stream)), LabelRank::kStream};
  // Loki refuses a stream without labels.
  return choose_labels(std::move(all), bounds, last);
}

std::vector<std::pair<std::string, std::string>> LokiLabels::metadata(
    const ContainerInfo& info, const ContainerFacts& facts) const {
  std::vector<std::pair<std::string, std::string>> known;
  const auto add = [&](std::string_view name, std::string_view text) {
    std::string value;
    append_valid_utf8(value, text);
    if (!value.empty() && !has_label(name)) {
      known.emplace_back(name, std::move(value));
    }
  };
  for (const LokiField field : metadata_) {
    if (field != LokiField::kPodLabels) {
      add(loki_field_name(field), loki_field_value(field, info, facts));
      continue;
    }
    for (const auto& [name, value] : facts.pod_labels) {
      add(name, value);
    }
  }
  return known;
}

}  // namespace supercargo
