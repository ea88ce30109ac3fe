// The prose of CONFIG.md around the tables.
#pragma once

#include <string_view>

namespace supercargo::config {

inline constexpr std::string_view kReferenceIntro = R"(# Configuration

<!-- Printed from the field tables in agent/config. Edit those, then run the tests with
     SUPERCARGO_UPDATE_DOCS=1 to write this file again. -->

Supercargo reads one YAML file: `supercargo run --config FILE`. Without a file it is a working agent
as well: container and node metrics at `:9655`, and no logs until an output is named.

```yaml
outputs:
  - name: loki
    type: loki
    url: http://loki-gateway.loki.svc
    static_labels: {cluster: prod-1}
```

In a pod that mounts the host's root directory at `/host`, with two receivers, one of them with
credentials:

```yaml
host_root: /host
node_name: ${NODE_NAME:-}            # from spec.nodeName; empty: the host's name
memory_limit: 64MiB
metrics: {mode: replace}             # kubelet's cAdvisor and node_exporter are switched off
outputs:
  - name: loki
    type: loki
    url: https://loki.example.org
    tenant: platform
    auth: {username: shipper, password_file: /etc/supercargo/secrets/loki}
    tls: {ca_file: /etc/supercargo/ca.pem}
  - name: graylog
    type: gelf
    url: tls://graylog.example.org   # port 12201
    static_fields: {cluster: prod-1}
```

## How values are written

| type | written as |
| --- | --- |
| duration | a number with its unit: `500ms`, `1s`, `2m`, `1h30m`, `1d`; a bare `0` is fine |
| size | bytes, or with a unit: `4096`, `64KiB`, `1MiB` (by 1024; also `64Ki`), `10MB` (by 1000) |
| choice | one of the words in the column *bounds* |
| text | in quotes where YAML asks for it; paths are absolute |

* **A key without a value** (`tenant:`) is the same as none: the default.
* **Environment variables**: `${NAME}` in any value is replaced, `${NAME:-text}` gives a default for
  a variable that is not set or empty. One that is not set is an error. `$$` is a dollar; a dollar
  before anything but `{` and `$` stays. What comes in is never read as YAML.
* **Secrets** stand in files (`password_file`, `bearer_token_file`) or come from the environment.
  They are not printed, not even in error messages. A URL must not contain any.
* **Anchors, aliases and `<<`** work, so that outputs can share what they have in common.
* **Limits**: the file has at most 1 MiB, is UTF-8, and nests at most 64 levels.

## When something is wrong

`supercargo check --config FILE` reports all mistakes at once, each with its place, and nothing is
started or reloaded with any of them:

```text
agent.yaml:3:5: outputs[0].ulr: unknown key; did you mean "url"?
agent.yaml:5:20: outputs[0].max_in_flight: "65": out of range: 1 to 64
agent.yaml:9:5: outputs[1].tenant: only for type loki, and this is of type stdout
```

`supercargo defaults` prints a file with every key at its default, `supercargo schema` a JSON schema
for editors.

# All keys
)";

}  // namespace supercargo::config
