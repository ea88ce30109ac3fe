// The fields of a pod that are of use, taken from its JSON.
//
// A pure function, any thread.
#pragma once

#include <string>
#include <string_view>

#include "agent/base/result.h"
#include "collectors/kubernetes/api_pod.h"

namespace supercargo {

struct PodReading {
  ApiPod pod;
  std::string resource_version;
};

// In one go and in the order of the text. What is missing stays empty; an error (kParse) says that
// this is no object of JSON.
[[nodiscard]] Result<PodReading> read_pod(std::string_view text, const PodFields& fields);

}  // namespace supercargo
