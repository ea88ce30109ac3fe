#include "tests/support/kube_api_rules.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "agent/base/text.h"

namespace supercargo::test {
namespace {

constexpr std::string_view kSelector = "spec.nodeName=";

}  // namespace

std::string kube_request_violation(const StandInRequest& request) {
  static const std::set<std::string> kList{"fieldSelector", "resourceVersion"};
  static const std::set<std::string> kWatch{
      "fieldSelector", "resourceVersion", "watch", "allowWatchBookmarks", "timeoutSeconds"};
  const bool watch = !request.parameter("watch").empty();
  if (request.method != "GET" || request.path != "/api/v1/pods") {
    return request.method + " " + request.path;
  }
  if (request.header("accept") != "application/json") {
    return "Accept: " + request.header("accept");
  }
  const std::string selector = request.parameter("fieldSelector");
  if (!selector.starts_with(kSelector) || selector.size() == kSelector.size()) {
    return "fieldSelector: " + selector;
  }
  for (const auto& [name, value] : request.query) {
    if (!(watch ? kWatch : kList).contains(name)) {
      return "parameter " + name;
    }
  }
  const auto seconds = parse_number<unsigned>(request.parameter("timeoutSeconds"));
  if (watch && (request.parameter("allowWatchBookmarks") != "true" || !seconds || *seconds < 60)) {
    return "a watch without bookmarks, or without an end";
  }
  return {};
}

std::string kube_node_of(const StandInRequest& request) {
  const std::string selector = request.parameter("fieldSelector");
  return selector.substr(std::min(selector.size(), kSelector.size()));
}

}  // namespace supercargo::test
