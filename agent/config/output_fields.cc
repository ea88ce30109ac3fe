#include <array>

#include "agent/config/agent_config.h"
#include "agent/config/checks.h"
#include "agent/config/fields.h"
#include "agent/config/output_rules.h"

namespace supercargo::config {
namespace {

constexpr std::uint64_t kSecond = 1'000;
constexpr std::uint64_t kMinute = 60 * kSecond;
constexpr std::uint64_t kKiB = 1 << 10;
constexpr std::uint64_t kMiB = 1 << 20;

constexpr std::array<std::string_view, 3> kTypes{"loki", "gelf", "stdout"};
constexpr std::array<std::string_view, 8> kLabels{
    "namespace", "pod", "container", "node", "stream", "pod_uid", "container_id", "restart"};
constexpr std::array<std::string_view, 7> kMetadata{
    "namespace", "pod", "container", "node", "pod_uid", "container_id", "restart"};
constexpr std::array<std::string_view, 2> kUdpCompressions{"gzip", "none"};
constexpr std::array<std::string_view, 2> kStdoutFormats{"text", "json"};

constexpr std::array kTlsFields{
    field<&TlsConfig::ca_file>("ca_file",
                               {.description = "Certificates (PEM) that the receiver's must be "
                                               "signed by. A private authority goes here.",
                                .unset = "the system's certificates",
                                .check = check_absolute_path}),
    field<&TlsConfig::certificate_file>(
        "certificate_file",
        {.description = "The agent's own certificate (PEM), for receivers that ask for one.",
         .unset = "none",
         .check = check_absolute_path}),
    field<&TlsConfig::key_file>("key_file",
                                {.description = "The private key (PEM) of `certificate_file`.",
                                 .unset = "none",
                                 .check = check_absolute_path}),
    field<&TlsConfig::server_name>(
        "server_name",
        {.description = "The name that the receiver's certificate must carry, when it is reached "
                        "under another one.",
         .unset = "the URL's host"}),
    field<&TlsConfig::skip_verify>(
        "skip_verify",
        {.description = "Accepts any certificate: whoever is on the path can then read and alter "
                        "the logs. For tests."}),
};
constexpr Table kTlsTable{
    .title = "outputs[].tls",
    .description = "For receivers that are reached by TLS (`https://`, `tls://`).",
    .fields = kTlsFields,
    .make = make_object<TlsConfig>,
    .finish = finish_tls,
};

constexpr std::array kAuthFields{
    field<&AuthConfig::username>(
        "username", {.description = "User name of HTTP basic authentication.", .unset = "none"}),
    field<&AuthConfig::password, &Secret::value>(
        "password",
        {.description = "Its password; better in `password_file` or as `${NAME}`.",
         .unset = "none",
         .secret = true}),
    field<&AuthConfig::password, &Secret::file>(
        "password_file",
        {.description = "File with the password; a line end at its end does not count.",
         .unset = "none",
         .check = check_absolute_path}),
    field<&AuthConfig::bearer_token, &Secret::value>(
        "bearer_token",
        {.description = "Token for `Authorization: Bearer`; better in `bearer_token_file`.",
         .unset = "none",
         .secret = true}),
    field<&AuthConfig::bearer_token, &Secret::file>(
        "bearer_token_file",
        {.description = "File with the token, read again when it changes, so that it can be "
                        "rotated.",
         .unset = "none",
         .check = check_absolute_path}),
};
constexpr Table kAuthTable{
    .title = "outputs[].auth",
    .description =
        "Either a user name with its password or a bearer token. Secrets are never "
        "printed or logged.",
    .fields = kAuthFields,
    .make = make_object<AuthConfig>,
    .finish = finish_auth,
};

constexpr std::array kBackoffFields{
    field<&BackoffConfig::initial>(
        "initial",
        {.description = "Wait after the first failure; doubled, with jitter, after each next one.",
         .range = {1, kMinute}}),
    field<&BackoffConfig::max>(
        "max",
        {.description = "The longest wait. Nothing is given up: the log file keeps what is not "
                        "delivered.",
         .range = {1, 60 * kMinute}}),
};
constexpr Table kBackoffTable{
    .title = "outputs[].backoff",
    .description = "How a failing receiver is left alone.",
    .fields = kBackoffFields,
    .make = make_object<BackoffConfig>,
    .finish = finish_backoff,
};

constexpr Field kAuthRow = {.description = "Credentials, for `http://` and `https://`.",
                            .table = &kAuthTable};
constexpr Field kTlsRow = {.description = "TLS, for `https://` and `tls://`.", .table = &kTlsTable};

constexpr std::array kLokiFields{
    field<&LokiConfig::url>("url",
                            {.description = "Base URL of Loki or its gateway, `http://` or "
                                            "`https://`; the push path is appended.",
                             .check = check_loki_url,
                             .required = true}),
    field<&LokiConfig::tenant>(
        "tenant",
        {.description = "Sent as X-Scope-OrgID, for a Loki with tenants.", .unset = "no header"}),
    field<&LokiConfig::labels>(
        "labels",
        {.description = "Which of a record's properties are stream labels. Each "
                        "combination is a stream of its own, so labels "
                        "with many values (`pod_uid`, `container_id`, `restart`) make Loki slow.",
         .choices = kLabels}),
    field<&LokiConfig::structured_metadata>(
        "structured_metadata",
        {.description =
             "Which properties that are no labels go with each line as structured "
             "metadata, which costs no streams. Empty for a Loki that does not allow it.",
         .choices = kMetadata}),
    field<&LokiConfig::static_labels>(
        "static_labels",
        {.description = "Labels with a fixed value, such as `cluster` and `environment`. With "
                        "`labels` at most 15, as Loki accepts no more.",
         .check = check_label_value,
         .key_check = check_label_name}),
    field<&LokiConfig::headers>(
        "headers",
        {.description = "More HTTP headers, for gateways that ask for them. Values are treated as "
                        "secrets.",
         .key_check = check_header_name,
         .secret = true}),
    field<&LokiConfig::auth>("auth", kAuthRow),
    field<&LokiConfig::tls>("tls", kTlsRow),
};
constexpr Table kLokiTable{
    .title = "outputs[] of type loki",
    .description = "Grafana Loki's push API. A batch counts as delivered when Loki has answered.",
    .fields = kLokiFields,
    .make = make_object<LokiConfig>,
    .finish = finish_loki,
};

constexpr std::array kGelfFields{
    field<&GelfConfig::url>(
        "url",
        {.description = "`tcp://`, `tls://`, `udp://`, `http://` or `https://` with host and port; "
                        "the port is 12201 when left out. UDP has no guarantee: what the network "
                        "drops is gone.",
         .check = check_gelf_url,
         .required = true}),
    field<&GelfConfig::host>(
        "host",
        {.description = "GELF's `host` field, shown as the source.", .unset = "`node_name`"}),
    field<&GelfConfig::static_fields>(
        "static_fields",
        {.description = "More fields with a fixed value, such as `cluster`; the leading `_` is "
                        "added.",
         .key_check = check_gelf_field_name}),
    field<&GelfConfig::auth>("auth", kAuthRow),
    field<&GelfConfig::tls>("tls", kTlsRow),
    field<&GelfConfig::udp_chunk_bytes>(
        "udp_chunk",
        {.description = "Size of a datagram; longer messages go in up to 128 chunks. The default "
                        "passes an MTU of 1500 with some room for tunnels: a fragmented datagram "
                        "is lost with any of its fragments.",
         .range = {256, 65'507}},
        Unit::kBytes),
    field<&GelfConfig::udp_compression>(
        "udp_compression",
        {.description = "Compression of UDP messages; fewer chunks are fewer losses.",
         .choices = kUdpCompressions}),
    field<&GelfConfig::max_message_bytes>(
        "max_message",
        {.description = "A longer message is shortened. Graylog's inputs take 2 MiB by default "
                        "(max_message_size).",
         .range = {kKiB, 16 * kMiB}},
        Unit::kBytes),
    field<&GelfConfig::confirm_after>(
        "confirm_after",
        {.description =
             "tcp and tls: how long a sent message must have been acknowledged by TCP "
             "before it counts as delivered, since GELF has no answer. A connection that "
             "closes earlier has the messages sent again.",
         .range = {0, 10 * kMinute}}),
    field<&GelfConfig::confirm_bytes>(
        "confirm_bytes",
        {.description = "tcp and tls: a message also counts as received once so much that was sent "
                        "after it has arrived, too. Bounds what is sent twice after a disconnect. "
                        "Should exceed the receiver's socket buffer (6 MiB by default).",
         .range = {64 * kKiB, kKiB* kMiB}},
        Unit::kBytes),
};
constexpr Table kGelfTable{
    .title = "outputs[] of type gelf",
    .description =
        "Graylog Extended Log Format 1.1. HTTP is answered for each message; for TCP "
        "see `confirm_after`.",
    .fields = kGelfFields,
    .make = make_object<GelfConfig>,
    .finish = finish_gelf,
};

constexpr std::array kStdoutFields{
    field<&StdoutConfig::format>(
        "format",
        {.description = "`text`: the line after its container's name. `json`: one object a line.",
         .choices = kStdoutFormats}),
};
constexpr Table kStdoutTable{
    .title = "outputs[] of type stdout",
    .description = "The agent's own standard output, to try things out.",
    .fields = kStdoutFields,
    .make = make_object<StdoutConfig>,
};

// An output's type is which alternative its variant holds, in the order of kTypes.
Slot output_type_slot(void* object) {
  return ChoiceSlot{
      object,
      [](const void* any) { return static_cast<const OutputConfig*>(any)->kind.index(); },
      [](void* any, std::size_t choice) {
        auto& kind = static_cast<OutputConfig*>(any)->kind;
        if (choice == 0) {
          kind.emplace<LokiConfig>();
        } else if (choice == 1) {
          kind.emplace<GelfConfig>();
        } else {
          kind.emplace<StdoutConfig>();
        }
      }};
}

template <class Kind>
void* kind_of(void* owner) {
  return std::get_if<Kind>(&static_cast<OutputConfig*>(owner)->kind);
}

constexpr std::array<Variant, 3> kVariants{{
    {"loki", &kLokiTable, kind_of<LokiConfig>},
    {"gelf", &kGelfTable, kind_of<GelfConfig>},
    {"stdout", &kStdoutTable, kind_of<StdoutConfig>},
}};

constexpr std::array kOutputFields{
    field<&OutputConfig::name>(
        "name",
        {.description = "Names the output in metrics and logs. Cursors are kept by it: an output "
                        "with a new name starts at `start_at`. Lower-case letters, digits, `-` and "
                        "`_`, at most 63.",
         .check = check_output_name,
         .required = true}),
    Field{.key = "type",
          .type = FieldType::kChoice,
          .slot = output_type_slot,
          .description = "What kind of receiver it is; each kind has keys of its own, below.",
          .choices = kTypes,
          .required = true},
    field<&OutputConfig::delivery, &DeliveryConfig::batch_bytes>(
        "batch_bytes",
        {.description = "A batch is sent when it has so many bytes, before compression. Larger "
                        "ones cost less and hold more memory.",
         .range = {4 * kKiB, 16 * kMiB}},
        Unit::kBytes),
    field<&OutputConfig::delivery, &DeliveryConfig::batch_wait>(
        "batch_wait",
        {.description = "A batch that is not full is sent when its first line has waited so long.",
         .range = {0, kMinute}}),
    field<&OutputConfig::delivery, &DeliveryConfig::request_timeout>(
        "request_timeout",
        {.description = "A request without an answer has failed after that time, and is repeated.",
         .range = {100, 10 * kMinute}}),
    field<&OutputConfig::delivery, &DeliveryConfig::max_in_flight>(
        "max_in_flight",
        {.description = "Requests at a time; never more than one for a container's stream, so that "
                        "its lines stay in order.",
         .range = {1, 64}}),
    field<&OutputConfig::delivery, &DeliveryConfig::backoff>(
        "backoff",
        {.description = "Waits between attempts when the receiver fails.",
         .table = &kBackoffTable}),
};

}  // namespace

constexpr Table kOutputTable{
    .title = "outputs[]",
    .description = "One receiver of logs. These keys are common to all types.",
    .fields = kOutputFields,
    .make = make_object<OutputConfig>,
    .variants = kVariants,
};

}  // namespace supercargo::config
