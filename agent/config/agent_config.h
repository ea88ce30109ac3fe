// The configuration as plain data, defaults in the member initialisers. agent/config/fields.cc
// describes every member; nothing else knows the YAML names.
//
// A value: loaded once on the main thread (again on reload), then shared as const.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "agent/config/node_config.h"

namespace supercargo {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A value that must never be printed. Read from the file when `file` is set, so that it can be
// rotated.
struct Secret {
  std::string value;
  std::string file;

  [[nodiscard]] bool empty() const { return value.empty() && file.empty(); }
};

struct TlsConfig {
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  std::string server_name;
  bool skip_verify = false;
};

struct AuthConfig {
  std::string username;
  Secret password;
  Secret bearer_token;
};

struct BackoffConfig {
  milliseconds initial{500};
  milliseconds max{30'000};
};

// What every output has.
struct DeliveryConfig {
  std::uint64_t batch_bytes = 1 << 20;  // encoded, before compression
  milliseconds batch_wait{1'000};
  milliseconds request_timeout{10'000};
  std::uint32_t max_in_flight = 4;
  BackoffConfig backoff;
};

// Who owns the logs of some namespaces: names, `*` and `?` as in a shell, or /RE2/.
struct LokiTenant {
  std::vector<std::string> namespaces;
  std::string tenant;
};

struct LokiConfig {
  std::string url;                  // the push path is appended
  std::string tenant;               // X-Scope-OrgID
  std::vector<LokiTenant> tenants;  // the first that matches; none: `tenant`
  std::string tenant_annotation;    // of a pod, goes before both; empty: none
  std::vector<std::string> labels{"namespace", "pod", "container", "node", "stream"};
  std::map<std::string, std::string> pod_labels;  // names of labels by keys of pods' labels
  milliseconds labels_wait{5'000};                // for what the API server tells of a container
  std::vector<std::string> structured_metadata{"pod_uid", "container_id", "restart", "image"};
  std::map<std::string, std::string> static_labels;
  std::uint32_t max_labels = 0;               // of a stream; 0: all, and no more than 15
  std::uint64_t stream_bytes_per_second = 0;  // 0: as much as Loki takes
  std::map<std::string, std::string> headers;
  AuthConfig auth;
  TlsConfig tls;
};

struct GelfConfig {
  enum class StderrLevel { kInfo, kNotice, kWarning, kError };
  std::string url;                         // tcp:// tls:// udp:// http:// https://
  std::vector<std::string> failover_urls;  // of the same scheme
  milliseconds failover_retry{60'000};     // then an address that failed is tried again
  std::string host;                        // GELF's host field; empty: the node's name
  std::map<std::string, std::string> static_fields;
  StderrLevel stderr_level = StderrLevel::kInfo;  // of lines that do not tell theirs
  AuthConfig auth;                                // http only
  std::map<std::string, std::string> headers;     // likewise
  TlsConfig tls;
  std::uint32_t connections = 8;            // http only
  bool bulk = false;                        // http only
  std::uint64_t max_body_bytes = 64 << 10;  // http only
  std::uint32_t udp_chunk_bytes = 1420;
  std::string udp_compression = "gzip";  // gzip | none
  std::uint64_t max_message_bytes = 2'000'000;
  milliseconds confirm_after{5'000};  // tcp and tls: see design 3.7
  std::uint64_t confirm_bytes = 8 << 20;
};

struct StdoutConfig {
  std::string format = "text";  // text | json
};

struct OutputConfig {
  std::string name;
  std::vector<std::string> namespaces;          // as LokiTenant's; empty: all
  std::vector<std::string> exclude_namespaces;  // of these
  DeliveryConfig delivery;
  std::variant<LokiConfig, GelfConfig, StdoutConfig> kind;
};

struct LogSourceConfig {
  enum class Type { kKubernetes, kDocker, kFiles };
  enum class StartAt { kBeginning, kEnd };
  Type type = Type::kKubernetes;
  std::string path;  // below host_root; files: a glob of absolute paths
  StartAt start_at = StartAt::kBeginning;
  seconds max_age{604'800};  // of a file that start_at: beginning still reads; 0: any
};

// What one container, or all of one namespace, may read in a second. 0: no limit.
struct RateLimitConfig {
  enum class Action { kDelay, kDrop };
  std::uint64_t bytes_per_second = 0;
  std::uint64_t burst_bytes = 0;  // 0: as much as one second's worth
  Action action = Action::kDelay;
};

struct RateLimitsConfig {
  RateLimitConfig container;
  RateLimitConfig pod_namespace;
};

// How an output without cursors reads what it finds. 0: at once, and as fast as it can.
struct FirstReadConfig {
  std::uint64_t bytes_per_second = 0;
  milliseconds jitter{0};
};

// The environment of what runs in some namespaces, which are written as LokiTenant's.
struct NamespaceEnvironment {
  std::vector<std::string> namespaces;
  std::string environment;
};

// Fields that are taken from lines.
struct ParseConfig {
  enum class Format { kNone, kAuto, kJson, kLogfmt };
  Format format = Format::kNone;
  std::vector<std::string> fields;
  std::uint64_t max_value_bytes = 256;
};

struct LogsConfig {
  std::string cluster;                             // empty: not told
  std::string environment;                         // of namespaces without one of their own
  std::vector<NamespaceEnvironment> environments;  // the first that matches
  std::vector<LogSourceConfig> sources;            // empty: what design section 5 finds by itself
  std::uint64_t max_line_bytes = 256 << 10;
  RateLimitsConfig rate_limits;
  FirstReadConfig first_read;
  ParseConfig parse;
  std::uint64_t max_open_files = 4'096;
  std::uint64_t deleted_budget_bytes = std::uint64_t{1} << 30;
  bool events = true;  // starts, exits and OOM kills of containers as lines of their own
  milliseconds partial_idle{30'000};  // an open partial line is delivered after that much silence
};

struct HttpConfig {
  std::string listen = "[::]:9655";
  std::string web_config_file;  // empty: no TLS and no passwords
};

struct HostConfig {
  std::string proc;  // empty: below host_root
  std::string sys;
  std::string log;
  std::string run;
};

struct MetricsConfig {
  std::string mode = "all";         // all | replace | complement | none
  std::string profile = "default";  // minimal | default | full
  std::vector<std::string> include_families;
  std::vector<std::string> exclude_families;
  std::map<std::string, std::string> include_labels;
  std::map<std::string, std::string> exclude_labels;
  std::uint64_t max_series = 200'000;  // 0: no limit
  bool peaks = true;                   // what containers use is read each second
  NodeMetricsConfig node;
};

// The API server as a source of what paths do not tell.
struct KubernetesConfig {
  std::string api = "auto";  // auto | on | off
  std::string url;           // empty: as pods of the cluster find it
  std::string service_account_dir = "/var/run/secrets/kubernetes.io/serviceaccount";
  std::vector<std::string> pod_labels;
  std::vector<std::string> pod_annotations;

  bool operator==(const KubernetesConfig&) const = default;
};

struct AgentConfig {
  std::string data_dir = "/var/lib/supercargo";
  std::string host_root = "/";
  std::string node_name;  // empty: the host's name
  std::string log_level = "info";
  seconds shutdown_timeout{20};
  std::uint64_t memory_limit_bytes = 64 << 20;
  HostConfig host;
  HttpConfig http;
  MetricsConfig metrics;
  KubernetesConfig kubernetes;
  LogsConfig logs;
  std::vector<OutputConfig> outputs;
};

}  // namespace supercargo
