#include <array>
#include <map>
#include <string>

#include "agent/base/sample_set.h"
#include "agent/config/agent_config.h"
#include "agent/config/checks.h"
#include "agent/config/fields.h"
#include "agent/config/site.h"

namespace supercargo::config {
namespace {

constexpr std::array<std::string_view, 3> kApiChoices{"auto", "on", "off"};

constexpr std::array kKubernetesFields{
    field<&KubernetesConfig::api>(
        "api",
        {.description =
             "Whether the API server is asked for the pods of this node. `auto`: where the agent "
             "has a service account's token; elsewhere its log says once what is missing. `on`: "
             "likewise, as a warning. `off`: never; images are `unknown` then. It takes a "
             "ClusterRole with "
             "`list` and `watch` of `pods`, and costs one open connection.",
         .choices = kApiChoices}),
    field<&KubernetesConfig::url>(
        "url",
        {.description = "The API server, for nodes from which the cluster's own address cannot be "
                        "reached. The token is sent by https:// only.",
         .unset = "`$KUBERNETES_SERVICE_HOST` and `$KUBERNETES_SERVICE_PORT`, as every pod has "
                  "them",
         .check = check_http_url}),
    field<&KubernetesConfig::service_account_dir>(
        "service_account_dir",
        {.description =
             "Directory with `token`, which is read again for each request since it is renewed "
             "each hour, and `ca.crt`, by which the server's certificate is checked; without "
             "the latter, by the system's authorities.",
         .check = check_absolute_path}),
    field<&KubernetesConfig::pod_labels>(
        "pod_labels",
        {.description =
             "Pod labels that become labels of `supercargo_pod_labels`. Each costs memory and "
             "makes series, so none is taken by default.",
         .unset = "none",
         .check = check_kubernetes_key}),
    field<&KubernetesConfig::pod_annotations>(
        "pod_annotations",
        {.description = "Likewise of annotations, for `supercargo_pod_annotations`.",
         .unset = "none",
         .check = check_kubernetes_key}),
};

// Prometheus' label names have fewer characters: two keys may become one.
void check_names(const std::vector<std::string>& keys, std::string_view field, Site& site) {
  std::map<std::string, std::string> by_name;
  for (const std::string& key : keys) {
    const auto [known, is_new] = by_name.emplace(label_name_of(key), key);
    if (!is_new) {
      site.error(field, key + " and " + known->second + " would become the same metric label");
    }
  }
}

void finish_kubernetes(void* object, Site& site) {
  const auto& config = *static_cast<const KubernetesConfig*>(object);
  check_names(config.pod_labels, "pod_labels", site);
  check_names(config.pod_annotations, "pod_annotations", site);
}

}  // namespace

constexpr Table kKubernetesTable{
    .title = "kubernetes",
    .description =
        "What names of paths do not tell: images, workloads, labels. Namespace, pod and container "
        "come from /var/log and need none of this; while the API server is away, nothing stops.",
    .fields = kKubernetesFields,
    .make = make_object<KubernetesConfig>,
    .finish = finish_kubernetes,
};

}  // namespace supercargo::config
