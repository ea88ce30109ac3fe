#include "collectors/kubernetes/watch_event.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <simdjson.h>

#include "agent/base/utf8.h"
#include "collectors/kubernetes/pod_reader.h"

namespace supercargo {
namespace {

namespace json = simdjson::ondemand;

constexpr std::size_t kMaxMessageBytes = 500;

constexpr std::array<std::string_view, kWatchEventTypes> kTypeNames{
    "added", "modified", "deleted", "bookmark", "error"};
constexpr std::array<std::string_view, kWatchEventTypes> kWireNames{
    "ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"};

Error json_error(std::string_view what, simdjson::error_code code) {
  return Error{ErrorCode::kParse, std::string(what).append(": ") + simdjson::error_message(code)};
}

// Cut; empty for anything but a string.
std::string text_of(json::value& value) {
  std::string_view text;
  return value.get_string().get(text) == simdjson::SUCCESS
             ? std::string(cut_utf8(text, kMaxMessageBytes))
             : std::string();
}

bool is_whole(const ApiPod& pod) {
  return !pod.name.empty() && !pod.pod_namespace.empty() && !pod.uid.empty();
}

void read_refusal(json::object& status, ApiRefusal& refusal) {
  for (auto field : status) {
    std::string_view key;
    json::value value;
    if (field.unescaped_key().get(key) != simdjson::SUCCESS ||
        field.value().get(value) != simdjson::SUCCESS) {
      return;
    }
    std::int64_t code = 0;
    if (key == "code" && value.get_int64().get(code) == simdjson::SUCCESS) {
      refusal.code = static_cast<int>(std::clamp<std::int64_t>(code, 0, 999));
    } else if (key == "reason") {
      refusal.reason = text_of(value);
    } else if (key == "message") {
      refusal.message = text_of(value);
    }
  }
}

std::optional<WatchEvent::Type> parse_type(std::string_view text) {
  const auto found = std::find(kWireNames.begin(), kWireNames.end(), text);
  return found == kWireNames.end()
             ? std::nullopt
             : std::optional(static_cast<WatchEvent::Type>(found - kWireNames.begin()));
}

Result<WatchEvent> read_event(json::document& document, const PodFields& fields) {
  std::string_view type_text;
  if (const auto code = document["type"].get_string().get(type_text); code != simdjson::SUCCESS) {
    return json_error("watch event: type", code);
  }
  const std::optional<WatchEvent::Type> type = parse_type(type_text);
  if (!type) {
    return Error{ErrorCode::kParse, "watch event: of no known type"};
  }
  // A pod is read on its own: simdjson reads forward only, and not all events have one.
  json::object object;
  auto code = document["object"].get_object().get(object);
  WatchEvent event;
  event.type = *type;
  if (code == simdjson::SUCCESS && *type == WatchEvent::Type::kError) {
    read_refusal(object, event.refusal);
    return event;
  }
  std::string_view text;
  if (code == simdjson::SUCCESS) {
    code = object.raw_json().get(text);
  }
  if (code != simdjson::SUCCESS) {
    return json_error("watch event: object", code);
  }
  Result<PodReading> read = read_pod(text, fields);
  if (!read) {
    return std::move(read).error().with_context("watch event");
  }
  event.resource_version = std::move(read->resource_version);
  event.pod = std::move(read->pod);
  if (*type != WatchEvent::Type::kBookmark && !is_whole(event.pod)) {
    return Error{ErrorCode::kParse, "watch event: a pod without name, namespace or uid"};
  }
  return event;
}

}  // namespace

std::string_view event_type_name(WatchEvent::Type type) {
  return kTypeNames[static_cast<std::size_t>(type)];
}

Result<WatchEvent> parse_watch_event(std::string_view text, const PodFields& fields) {
  const simdjson::padded_string padded(text);
  json::parser parser;
  json::document document;
  if (const auto code = parser.iterate(padded).get(document); code != simdjson::SUCCESS) {
    return json_error("watch event", code);
  }
  return read_event(document, fields);
}

Result<ApiPod> parse_pod(std::string_view text, const PodFields& fields) {
  Result<PodReading> read = read_pod(text, fields);
  if (!read) {
    return std::move(read).error().with_context("pod");
  }
  if (!is_whole(read->pod)) {
    return Error{ErrorCode::kParse, "pod: without name, namespace or uid"};
  }
  return std::move(read->pod);
}

Result<std::string> parse_list_version(std::string_view text) {
  const simdjson::padded_string padded(text);
  json::parser parser;
  json::document document;
  std::string_view version;
  auto code = parser.iterate(padded).get(document);
  if (code == simdjson::SUCCESS) {
    code = document["metadata"]["resourceVersion"].get_string().get(version);
  }
  if (code != simdjson::SUCCESS) {
    return json_error("list of pods: metadata.resourceVersion", code);
  }
  return std::string(version);
}

ApiRefusal parse_refusal(std::string_view text) {
  ApiRefusal refusal;
  const simdjson::padded_string padded(text);
  json::parser parser;
  json::document document;
  json::object object;
  if (parser.iterate(padded).get(document) == simdjson::SUCCESS &&
      document.get_object().get(object) == simdjson::SUCCESS) {
    read_refusal(object, refusal);
  }
  if (refusal.message.empty()) {
    append_valid_utf8(refusal.message, text.substr(0, kMaxMessageBytes));
  }
  return refusal;
}

}  // namespace supercargo
