#include <array>

#include "agent/config/agent_config.h"
#include "agent/config/checks.h"
#include "agent/config/output_rules.h"
#include "agent/config/receiver_fields.h"

namespace supercargo::config {
namespace {

constexpr std::array<std::string_view, 11> kLabels{"namespace",
                                                   "pod",
                                                   "container",
                                                   "node",
                                                   "stream",
                                                   "pod_uid",
                                                   "container_id",
                                                   "restart",
                                                   "image",
                                                   "workload_kind",
                                                   "workload"};
constexpr std::array<std::string_view, 11> kMetadata{"namespace",
                                                     "pod",
                                                     "container",
                                                     "node",
                                                     "pod_uid",
                                                     "container_id",
                                                     "restart",
                                                     "image",
                                                     "workload_kind",
                                                     "workload",
                                                     "pod_labels"};

constexpr std::array kTenantFields{
    field<&LokiTenant::namespaces>(
        "namespaces",
        {.description = "Names of namespaces, in which `*` stands for any text and `?` for any "
                        "character; between slashes a regular expression (RE2) for the whole name: "
                        "`/team-(a|b)(-.*)?/`. Containers outside of Kubernetes have an empty "
                        "namespace.",
         .check = check_namespace_pattern,
         .required = true}),
    field<&LokiTenant::tenant>("tenant",
                               {.description = "The tenant of containers in one of them.",
                                .check = check_tenant,
                                .required = true}),
};
constexpr Table kTenantTable{
    .title = "outputs[].tenants[]",
    .description = "One tenant of Loki and the namespaces whose logs are its own.",
    .fields = kTenantFields,
    .make = make_object<LokiTenant>,
    .finish = finish_tenant,
};

constexpr std::array kLokiFields{
    field<&LokiConfig::url>("url",
                            {.description = "Base URL of Loki or its gateway, `http://` or "
                                            "`https://`; the push path is appended.",
                             .check = check_loki_url,
                             .required = true}),
    field<&LokiConfig::tenant>(
        "tenant",
        {.description = "Sent as X-Scope-OrgID, for a Loki with tenants: letters, digits and "
                        "`!-_.*'()`, at most 150.",
         .unset = "no header",
         .check = check_tenant}),
    field<&LokiConfig::tenants>(
        "tenants",
        {.description =
             "Other tenants for the containers of some namespaces, such as `[{namespaces: "
             "[shop, shop-*], tenant: shop}]`; the first entry that matches counts, `tenant` is "
             "for all others. A tenant that is refused or "
             "limited holds only its own lines back. After a change, lines not yet "
             "delivered go to the new tenant.",
         .table = &kTenantTable}),
    field<&LokiConfig::tenant_annotation>(
        "tenant_annotation",
        {.description =
             "A pod's annotation whose value is the tenant of its logs, such as "
             "`example.com/loki-tenant`; it goes before `tenants` and `tenant`, which are for pods "
             "without it. It takes the Kubernetes API (`kubernetes.api`): a container's first "
             "lines "
             "wait for its pod's annotations for at most 15 s, then they go to the tenant that its "
             "namespace says. A value that is no tenant's name is as none; the log tells.",
         .unset = "none",
         .check = check_kubernetes_key}),
    field<&LokiConfig::labels>(
        "labels",
        {.description = "Which of a record's properties are stream labels. Each "
                        "combination is a stream of its own, so labels "
                        "with many values (`pod_uid`, `container_id`, `restart`) make Loki slow. "
                        "A container's never change while it runs, nor over a restart of the "
                        "agent; when they "
                        "are changed here, its lines go on in a new stream, and those whose "
                        "delivery was not confirmed at that moment may stand in both. `image`, "
                        "`workload_kind` and `workload` are what the Kubernetes API "
                        "(`kubernetes.api`) told by the container's first line, see `labels_wait`; "
                        "the others come from the log's path and this file alone.",
         .choices = kLabels}),
    field<&LokiConfig::pod_labels>(
        "pod_labels",
        {.description =
             "Pod labels that are stream labels, and their names there, such as "
             "`{app.kubernetes.io/name: app}`. Each must be one of `kubernetes.pod_labels`, and "
             "have few values: each combination is a stream. As `workload` they are what was known "
             "by a container's first line.",
         .unset = "none",
         .check = check_label_name,
         .key_check = check_kubernetes_key}),
    field<&LokiConfig::labels_wait>(
        "labels_wait",
        {.description =
             "How long a container's first lines wait for what the Kubernetes API tells, where "
             "`labels` or `pod_labels` ask for it; other containers do not wait. One of which "
             "nothing is known by then goes without such labels for its whole life: the log tells, "
             "and `supercargo_loki_unlabelled_containers_total` counts it. Where the API is not "
             "asked nobody waits. With `tenant_annotation` it is 15 s.",
         .range = {0, std::uint64_t{10} * 60 * 1'000}}),
    field<&LokiConfig::structured_metadata>(
        "structured_metadata",
        {.description =
             "Which properties that are no labels go with each line as structured "
             "metadata, which costs no streams. Empty for a Loki that does not allow it. `image`, "
             "`workload_kind`, `workload` and `pod_labels` (those of `kubernetes.pod_labels`, as "
             "`label_<name>`) take the Kubernetes API (`kubernetes.api`), `container_id` of a pod "
             "the links in /var/log/containers. No line waits for them: they stand with the lines "
             "that were written after they became known, and with these each time.",
         .choices = kMetadata}),
    field<&LokiConfig::static_labels>(
        "static_labels",
        {.description = "Labels with a fixed value, such as `cluster` and `environment`. With "
                        "`labels` at most 15 or `max_labels`.",
         .check = check_label_value,
         .key_check = check_label_name}),
    field<&LokiConfig::max_labels>(
        "max_labels",
        {.description =
             "Loki's `max_label_names_per_series`, where it is not 15: more labels than that may "
             "be "
             "named then, or, when it is lower, the least telling ones stand in structured "
             "metadata "
             "from the start: `restart`, `pod_uid` and `container_id` first, then `node`, "
             "`stream`, "
             "`environment`, `cluster`, static labels, `container`, `pod`; `namespace` stays. "
             "Where it is 0, the same happens after Loki's first refusal, which costs a repeated "
             "request every ten minutes; and so it does where names or values are too long "
             "(`max_label_name_length`, `max_label_value_length`).",
         .range = {0, 128}}),
    field<&LokiConfig::stream_bytes_per_second>(
        "stream_bytes_per_second",
        {.description =
             "Set it to Loki's `per_stream_rate_limit` and each stream is kept a tenth below from "
             "the start; what is written faster waits in its file. By default (0) that begins when "
             "Loki first refuses a stream for its rate, which costs a refusal and a wait; from "
             "then "
             "on the pace doubles every 15 s until the next one, since limits are changed.",
         .range = {0, std::int64_t{1} << 40U}},
        Unit::kBytes),
    field<&LokiConfig::headers>(
        "headers",
        {.description = "More HTTP headers, for gateways that ask for them. Values are treated as "
                        "secrets.",
         .key_check = check_header_name,
         .secret = true}),
    field<&LokiConfig::auth>("auth", kAuthRow),
    field<&LokiConfig::tls>("tls", kTlsRow),
};
}  // namespace

constexpr Table kLokiTable{
    .title = "outputs[] of type loki",
    .description = "Grafana Loki's push API. A batch counts as delivered when Loki has answered.",
    .fields = kLokiFields,
    .make = make_object<LokiConfig>,
    .finish = finish_loki,
};

}  // namespace supercargo::config
