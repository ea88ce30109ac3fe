#include "collectors/kubernetes/api_pod.h"

#include <algorithm>

#include "collectors/kubernetes/hex.h"

namespace supercargo {

const ApiContainer* ApiPod::find_container(std::string_view container) const {
  const auto found =
      std::find_if(containers.begin(), containers.end(), [container](const ApiContainer& known) {
        return known.name == container;
      });
  return found == containers.end() ? nullptr : &*found;
}

ApiContainer& ApiPod::container_named(std::string_view container) {
  for (ApiContainer& known : containers) {
    if (known.name == container) {
      return known;
    }
  }
  containers.push_back({std::string(container), {}, {}, {}, 0});
  return containers.back();
}

std::string container_id_of(std::string_view text) {
  const std::size_t slashes = text.find("://");
  const std::string_view id =
      slashes == std::string_view::npos ? std::string_view() : text.substr(slashes + 3);
  return is_container_id(id) ? std::string(id) : std::string();
}

}  // namespace supercargo
