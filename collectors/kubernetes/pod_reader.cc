#include "collectors/kubernetes/pod_reader.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include <simdjson.h>

#include "agent/base/utf8.h"
#include "collectors/kubernetes/workload.h"

namespace supercargo {
namespace {

namespace json = simdjson::ondemand;
using simdjson::SUCCESS;
using Code = simdjson::error_code;

// The API server bounds names at 253 and label values at 63 bytes; an annotation may have 256 KiB.
constexpr std::size_t kMaxTextBytes = 1'024;
constexpr std::size_t kMaxContainers = 1'000;

// Calls `use(key, value)` for each member; what `use` does not read is skipped.
template <class Use>
Code for_each_member(json::object object, const Use& use) {
  for (auto field : object) {
    std::string_view key;
    json::value value;
    Code code = field.unescaped_key().get(key);
    code = code == SUCCESS ? field.value().get(value) : code;
    code = code == SUCCESS ? use(key, value) : code;
    if (code != SUCCESS) {
      return code;
    }
  }
  return SUCCESS;
}

// Likewise of a value that should be an object: null, and anything else, has no members.
template <class Use>
Code for_each_in(json::value& value, const Use& use) {
  json::object object;
  const Code code = value.get_object().get(object);
  return code == SUCCESS                    ? for_each_member(object, use)
         : code == simdjson::INCORRECT_TYPE ? SUCCESS
                                            : code;
}

template <class Use>
Code for_each_element(json::value& value, const Use& use) {
  json::array array;
  Code code = value.get_array().get(array);
  if (code != SUCCESS) {
    return code == simdjson::INCORRECT_TYPE ? SUCCESS : code;
  }
  for (auto element : array) {
    json::value item;
    code = element.get(item);
    code = code == SUCCESS ? use(item) : code;
    if (code != SUCCESS) {
      return code;
    }
  }
  return SUCCESS;
}

// Empty, 0 or false for anything of another type.
std::string text_of(json::value& value) {
  std::string_view text;
  return value.get_string().get(text) == SUCCESS ? std::string(cut_utf8(text, kMaxTextBytes))
                                                 : std::string();
}

template <class Value>
Value plain(json::value& value) {
  Value read{};
  return value.get<Value>().get(read) == SUCCESS ? read : Value{};
}

using Targets = std::initializer_list<std::pair<std::string_view, std::string*>>;

std::string* target_of(std::string_view key, Targets targets) {
  const auto* const found = std::find_if(
      targets.begin(), targets.end(), [key](const auto& it) { return it.first == key; });
  return found == targets.end() ? nullptr : found->second;
}

class Reader {
 public:
  explicit Reader(const PodFields& fields) : fields_(fields) {}

  Code read(json::object object) {
    return for_each_member(object, [this](std::string_view key, json::value& value) {
      return key == "metadata"                  ? read_metadata(value)
             : key == "spec" || key == "status" ? read_containers_of(value)
                                                : SUCCESS;
    });
  }

  // A mirror pod is made by the kubelet, and owned by its node.
  PodReading take() {
    ApiPod& pod = reading_.pod;
    if (!config_mirror_.empty() || origin_.owner.kind == "Node") {
      pod.manifest_hash = config_hash_.empty() ? config_mirror_ : config_hash_;
    }
    pod.workload = workload_of(origin_, pod.name);
    pod.owner = std::move(origin_.owner);
    return std::move(reading_);
  }

 private:
  Code read_metadata(json::value& metadata) {
    ApiPod& pod = reading_.pod;
    return for_each_in(metadata, [&](std::string_view key, json::value& value) {
      if (key == "labels") {
        return read_texts(value,
                          fields_.labels,
                          {{"pod-template-hash", &origin_.template_hash},
                           {"rollouts-pod-template-hash", &origin_.rollout_template_hash}},
                          pod.labels);
      }
      if (key == "annotations") {
        return read_texts(value,
                          fields_.annotations,
                          {{"kubernetes.io/config.hash", &config_hash_},
                           {"kubernetes.io/config.mirror", &config_mirror_}},
                          pod.annotations);
      }
      if (key == "ownerReferences") {
        return for_each_element(value, [this](json::value& item) { return read_owner(item); });
      }
      if (key == "creationTimestamp") {
        origin_.created_s = parse_api_time(text_of(value)).value_or(0);
      } else if (std::string* const target =
                     target_of(key,
                               {{"name", &pod.name},
                                {"namespace", &pod.pod_namespace},
                                {"uid", &pod.uid},
                                {"resourceVersion", &reading_.resource_version}})) {
        *target = text_of(value);
      }
      return SUCCESS;
    });
  }

  // Labels or annotations: those that are configured, and those that tell of the pod's origin.
  static Code read_texts(json::value& texts,
                         const std::vector<std::string>& configured,
                         Targets origin,
                         TextByName& kept) {
    return for_each_in(texts, [&](std::string_view key, json::value& value) {
      const bool keep = std::find(configured.begin(), configured.end(), key) != configured.end();
      std::string* const target = target_of(key, origin);
      if (keep || target != nullptr) {
        std::string text = text_of(value);  // which can be read but once
        if (target != nullptr) {
          *target = text;
        }
        if (keep) {
          kept.insert_or_assign(std::string(key), std::move(text));
        }
      }
      return SUCCESS;
    });
  }

  Code read_owner(json::value& reference) {
    ObjectName owner;
    bool controller = false;
    const Code code = for_each_in(reference, [&](std::string_view key, json::value& value) {
      if (key == "controller") {
        controller = plain<bool>(value);
      } else if (std::string* const target =
                     target_of(key, {{"kind", &owner.kind}, {"name", &owner.name}})) {
        *target = text_of(value);
      }
      return SUCCESS;
    });
    if (controller) {
      origin_.owner = std::move(owner);
    }
    return code;
  }

  Code read_containers_of(json::value& part) {
    return for_each_in(part, [this](std::string_view key, json::value& value) {
      if (key == "hostNetwork") {
        reading_.pod.host_network = plain<bool>(value);
      }
      const bool of_spec =
          key == "containers" || key == "initContainers" || key == "ephemeralContainers";
      const bool of_status = key == "containerStatuses" || key == "initContainerStatuses" ||
                             key == "ephemeralContainerStatuses";
      if (of_spec || of_status) {
        return for_each_element(value,
                                [&](json::value& item) { return read_container(item, of_status); });
      }
      return SUCCESS;
    });
  }

  // Those of the specification and those of the status both have a name and an image.
  Code read_container(json::value& item, bool is_status) {
    ApiContainer told;
    const Targets texts{
        {"name", &told.name}, {"image", &told.status_image}, {"containerID", &told.id}};
    const Code code = for_each_in(item, [&](std::string_view key, json::value& value) {
      if (key == "restartCount") {
        told.restart = plain<std::uint64_t>(value);
      } else if (std::string* const target = target_of(key, texts)) {
        *target = text_of(value);
      }
      return SUCCESS;
    });
    if (code != SUCCESS || told.name.empty() || reading_.pod.containers.size() >= kMaxContainers) {
      return code;
    }
    ApiContainer& container = reading_.pod.container_named(told.name);
    (is_status ? container.status_image : container.spec_image) = std::move(told.status_image);
    container.id = is_status ? container_id_of(told.id) : container.id;
    container.restart = is_status ? told.restart : container.restart;
    return code;
  }

  const PodFields& fields_;
  PodReading reading_;
  PodOrigin origin_;
  std::string config_hash_;
  std::string config_mirror_;
};

}  // namespace

Result<PodReading> read_pod(std::string_view text, const PodFields& fields) {
  const simdjson::padded_string padded(text);
  json::parser parser;
  json::document document;
  json::object object;
  Reader reader(fields);
  Code code = parser.iterate(padded).get(document);
  code = code == SUCCESS ? document.get_object().get(object) : code;
  code = code == SUCCESS ? reader.read(object) : code;
  if (code != SUCCESS) {
    return Error{ErrorCode::kParse, simdjson::error_message(code)};
  }
  return reader.take();
}

}  // namespace supercargo
