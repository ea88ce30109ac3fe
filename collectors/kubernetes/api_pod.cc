#include "collectors/kubernetes/api_pod.h"

#include <algorithm>

#include "collectors/kubernetes/hex.h"

namespace supercargo {

ApiContainer& ApiPod::container_named(std::string_view container) {
  const auto found =
      std::find_if(containers.begin(), containers.end(), [container](const ApiContainer& known) {
        return known.name == container;
      });
  if (found != containers.end()) {
    return *found;
  }
  containers.push_back({std::string(container), {}, {}, {}});
  return containers.back();
}

std::string container_id_of(std::string_view text) {
  const std::size_t slashes = text.find("://");
  const std::string_view id =
      slashes == std::string_view::npos ? std::string_view() : text.substr(slashes + 3);
  return is_container_id(id) ? std::string(id) : std::string();
}

}  // namespace supercargo
