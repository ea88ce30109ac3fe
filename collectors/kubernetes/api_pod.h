// A pod as the API server tells of it: only the fields that this agent uses.
//
// Values, made by the parser on the watch thread, then shared as const with any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace supercargo {

struct ApiContainer {
  std::string name;
  std::string spec_image;     // as the manifest asks for it
  std::string status_image;   // as the runtime names what it runs
  std::string id;             // 64 hex digits; empty before the start
  std::uint64_t restart = 0;  // of which run the status tells

  // The runtime's name, as cAdvisor shows it. Where that is only a digest, the manifest's.
  [[nodiscard]] const std::string& image() const {
    const bool named = !status_image.empty() && !status_image.starts_with("sha256:");
    return named || spec_image.empty() ? status_image : spec_image;
  }
};

struct ObjectName {
  std::string kind;
  std::string name;

  bool operator==(const ObjectName&) const = default;
};

using TextByName = std::map<std::string, std::string, std::less<>>;

struct ApiPod {
  std::string pod_namespace;
  std::string name;
  std::string uid;
  std::string manifest_hash;  // of a static pod: what paths have in place of its uid
  bool host_network = false;
  ObjectName owner;     // what made it: ReplicaSet web-5d4f8c7b9
  ObjectName workload;  // what people deployed: Deployment web
  TextByName labels;    // those that are configured
  TextByName annotations;
  std::vector<ApiContainer> containers;  // of all sorts

  [[nodiscard]] const ApiContainer* find_container(std::string_view container) const;

  // Added where there is none of that name.
  ApiContainer& container_named(std::string_view container);

  // What cgroup names and /var/log/pods have.
  [[nodiscard]] const std::string& uid_in_paths() const {
    return manifest_hash.empty() ? uid : manifest_hash;
  }
};

// Of "containerd://<64 hex digits>" the digits; empty for anything else.
[[nodiscard]] std::string container_id_of(std::string_view text);

// Which labels and annotations are kept.
struct PodFields {
  std::vector<std::string> labels;
  std::vector<std::string> annotations;
};

}  // namespace supercargo
