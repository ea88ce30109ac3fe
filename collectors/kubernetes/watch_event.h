// What the API server answers, parsed: the events of a watch, the pods of a list, refusals.
//
// Pure functions, any thread; each copies what it keeps. Only fields of use are read, so that a
// pod of a newer API version is no error. The API's own description of these objects:
// https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/base/result.h"
#include "collectors/kubernetes/api_pod.h"

namespace supercargo {

// A Status object: why a request was refused, or why a watch ends.
struct ApiRefusal {
  int code = 0;
  std::string reason;   // "Expired"
  std::string message;  // for people
};

struct WatchEvent {
  enum class Type : std::uint8_t { kAdded, kModified, kDeleted, kBookmark, kError };
  Type type = Type::kBookmark;
  std::string resource_version;  // where a watch goes on behind this event
  ApiPod pod;                    // of the first three types
  ApiRefusal refusal;            // of kError
};

inline constexpr std::size_t kWatchEventTypes = 5;

// "added", as a metric's label.
[[nodiscard]] std::string_view event_type_name(WatchEvent::Type type);

// {"type":"ADDED","object":{"kind":"Pod",..}}
[[nodiscard]] Result<WatchEvent> parse_watch_event(std::string_view text, const PodFields& fields);

// An item of a list: what stands under "object" in an event.
[[nodiscard]] Result<ApiPod> parse_pod(std::string_view text, const PodFields& fields);

// The resource version of {"kind":"PodList","metadata":{"resourceVersion":"1234"},"items":[]}.
[[nodiscard]] Result<std::string> parse_list_version(std::string_view text);

// {"kind":"Status","code":403,"reason":"Forbidden","message":".."}; what is not one is the message
// itself, cut.
[[nodiscard]] ApiRefusal parse_refusal(std::string_view text);

}  // namespace supercargo
