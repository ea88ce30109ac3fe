#include "agent/config/output_rules.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

#include "agent/config/agent_config.h"
#include "agent/config/site.h"
#include "agent/config/url.h"

namespace supercargo::config {
namespace {

// Loki's max_label_names_per_series.
std::size_t max_labels(const LokiConfig& loki) {
  return std::max<std::size_t>(15, loki.max_labels);
}

constexpr std::uint16_t kGelfPort = 12201;  // Graylog's inputs

// Fields of each message, and names that Graylog gives a meaning to.
constexpr std::array<std::string_view, 21> kTakenFields{
    "namespace",    "pod",       "container", "stream",        "pod_uid", "container_id",
    "restart",      "image",     "workload",  "workload_kind", "version", "supercargo_id",
    "host",         "source",    "message",   "level",         "streams", "short_message",
    "full_message", "timestamp", "facility"};

bool has_credentials(const AuthConfig& auth) {
  return !auth.username.empty() || !auth.password.empty() || !auth.bearer_token.empty();
}

void check_one_form(const Secret& secret, std::string_view key, Site& site) {
  if (!secret.value.empty() && !secret.file.empty()) {
    const std::string file_key = std::string(key) + "_file";
    site.error(file_key, "not both " + std::string(key) + " and " + file_key);
  }
}

void check_transport(std::string_view scheme, const AuthConfig& auth, Site& site) {
  if (scheme == "http" && has_credentials(auth)) {
    site.warning("auth", "the credentials go over the network in clear: use https://");
  }
  if (scheme != "https" && scheme != "tls" && site.has("tls")) {
    site.warning("tls",
                 "has no effect without " +
                     std::string(scheme == "http" ? "https://" : "tls:// or https://"));
  }
}

void check_labels(const LokiConfig& loki, Site& site) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < loki.labels.size(); ++i) {
    if (!names.insert(loki.labels[i]).second) {
      site.error(item_path("labels", i), "named twice");
    }
  }
  for (const auto& [key, name] : loki.pod_labels) {
    if (!names.insert(name).second) {
      site.error(join_path("pod_labels", key), name + " is a label already");
    }
  }
  for (const auto& [name, value] : loki.static_labels) {
    if (names.contains(name)) {
      site.error(join_path("static_labels", name), "is already one of labels");
    }
  }
  const std::size_t count = names.size() + loki.static_labels.size();
  if (count == 0) {
    site.error("labels", "Loki refuses streams without a label: name at least one");
  } else if (count > max_labels(loki)) {
    site.error(site.has("static_labels") ? "static_labels" : "labels",
               std::to_string(count) + " labels with the static ones: Loki accepts at most " +
                   std::to_string(max_labels(loki)) + ", see max_labels");
  }
}

void finish_gelf_url(std::string& text, std::string_view key, Site& site) {
  auto url = parse_url(text);
  if (!url) {
    return;
  }
  if (!url->scheme.starts_with("http") && url->path.size() > 1) {
    site.error(key, "only http:// and https:// have a path");
  }
  if (url->port == 0) {
    url->port = kGelfPort;
    text = url->text();
  }
}

}  // namespace

// Those that `logs` adds to what an output names, which output_rules.cc counts by itself.
void check_place_labels(const AgentConfig& config, std::size_t index, Site& site) {
  const auto* const loki = std::get_if<LokiConfig>(&config.outputs[index].kind);
  if (loki == nullptr) {
    return;
  }
  for (const auto& [key, name] : loki->pod_labels) {
    const std::vector<std::string>& kept = config.kubernetes.pod_labels;
    if (std::find(kept.begin(), kept.end(), key) == kept.end()) {
      site.error(join_path(join_path(item_path("outputs", index), "pod_labels"), key),
                 "name it in kubernetes.pod_labels, too");
    }
  }
  const std::size_t own =
      loki->labels.size() + loki->pod_labels.size() + loki->static_labels.size();
  const LogsConfig& logs = config.logs;
  const bool cluster = !logs.cluster.empty() && !loki->static_labels.contains("cluster");
  const bool environment = (!logs.environment.empty() || !logs.environments.empty()) &&
                           !loki->static_labels.contains("environment");
  const std::size_t count = own + (cluster ? 1 : 0) + (environment ? 1 : 0);
  if (own <= max_labels(*loki) && count > max_labels(*loki)) {
    site.error(join_path(item_path("outputs", index), "labels"),
               std::to_string(count) +
                   " labels with the static ones and those of logs: Loki accepts at most " +
                   std::to_string(max_labels(*loki)) + ", see max_labels");
  }
}

void finish_auth(void* object, Site& site) {
  const auto& auth = *static_cast<const AuthConfig*>(object);
  check_one_form(auth.password, "password", site);
  check_one_form(auth.bearer_token, "bearer_token", site);
  const bool basic = !auth.username.empty() || !auth.password.empty();
  if (basic && !auth.bearer_token.empty()) {
    site.error("", "either username and password or a bearer token, not both");
  }
  if (auth.username.empty() && !auth.password.empty()) {
    site.error("username", "required with a password");
  }
}

void finish_tls(void* object, Site& site) {
  const auto& tls = *static_cast<const TlsConfig*>(object);
  if (tls.certificate_file.empty() != tls.key_file.empty()) {
    site.error(tls.key_file.empty() ? "key_file" : "certificate_file",
               "certificate_file and key_file go together");
  }
  if (tls.skip_verify) {
    site.warning("skip_verify", "any receiver is trusted: the logs can be read on the way");
  }
}

void finish_backoff(void* object, Site& site) {
  const auto& backoff = *static_cast<const BackoffConfig*>(object);
  if (backoff.initial > backoff.max) {
    site.error(site.has("initial") ? "initial" : "max", "initial must not be longer than max");
  }
}

void finish_tenant(void* object, Site& site) {
  const auto& tenant = *static_cast<const LokiTenant*>(object);
  if (tenant.namespaces.empty() && site.has("namespaces")) {
    site.error("namespaces", "name at least one");
  }
}

void finish_loki(void* object, Site& site) {
  const auto& loki = *static_cast<const LokiConfig*>(object);
  check_labels(loki, site);
  const auto url = parse_url(loki.url);
  if (url) {
    check_transport(url->scheme, loki.auth, site);
  }
}

void finish_gelf(void* object, Site& site) {
  auto& gelf = *static_cast<GelfConfig*>(object);
  for (const auto& [name, value] : gelf.static_fields) {
    if (std::find(kTakenFields.begin(), kTakenFields.end(), name) != kTakenFields.end()) {
      site.error(join_path("static_fields", name), "this name is taken: choose another");
    }
  }
  const auto url = parse_url(gelf.url);
  if (!url) {
    return;
  }
  const bool is_http = url->scheme.starts_with("http");
  if (!is_http && has_credentials(gelf.auth)) {
    site.error("auth", "only http:// and https:// can carry credentials");
  }
  check_transport(url->scheme, gelf.auth, site);
  for (const std::string_view key : {"headers", "connections", "bulk", "max_body"}) {
    if (!is_http && site.has(key)) {
      site.warning(key, "has no effect without http:// or https://");
    }
  }
  finish_gelf_url(gelf.url, "url", site);
  for (std::size_t i = 0; i < gelf.failover_urls.size(); ++i) {
    const std::string path = item_path("failover_urls", i);
    const auto other = parse_url(gelf.failover_urls[i]);
    if (other && other->scheme != url->scheme) {
      site.error(path, "must begin as url does: " + url->scheme + "://");
    }
    finish_gelf_url(gelf.failover_urls[i], path, site);
  }
}

}  // namespace supercargo::config
