#include <array>

#include "agent/config/agent_config.h"
#include "agent/config/checks.h"
#include "agent/config/output_rules.h"
#include "agent/config/receiver_fields.h"

namespace supercargo::config {
namespace {

constexpr std::uint64_t kSecond = 1'000;
constexpr std::uint64_t kMinute = 60 * kSecond;
constexpr std::uint64_t kKiB = 1 << 10;
constexpr std::uint64_t kMiB = 1 << 20;

constexpr std::array<std::string_view, 2> kUdpCompressions{"gzip", "none"};
// In the order of GelfConfig::StderrLevel.
constexpr std::array<std::string_view, 4> kStderrLevels{"info", "notice", "warning", "error"};

constexpr std::array kGelfFields{
    field<&GelfConfig::url>(
        "url",
        {.description = "`tcp://`, `tls://`, `udp://`, `http://` or `https://` with host and port; "
                        "the port is 12201 when left out. UDP has no guarantee: what the network "
                        "drops is gone.",
         .check = check_gelf_url,
         .required = true}),
    field<&GelfConfig::failover_urls>(
        "failover_urls",
        {.description =
             "More addresses, with the scheme of `url`, for when `url` fails. The first "
             "that works is used, in this order, and what was not settled is sent there again. A "
             "receiver that says 429 works: it gets the time that it asks for.",
         .check = check_gelf_url}),
    field<&GelfConfig::failover_retry>(
        "failover_retry",
        {.description = "How long an address that failed is left alone. Then the agent connects to "
                        "it without sending anything, and uses it again when that succeeds.",
         .range = {100, 60 * kMinute}}),
    field<&GelfConfig::host>(
        "host",
        {.description = "GELF's `host` field, shown as the source.", .unset = "`node_name`"}),
    field<&GelfConfig::static_fields>(
        "static_fields",
        {.description = "More fields with a fixed value, such as `cluster`; the leading `_` is "
                        "added. All values are sent as text (`true` and `8080`, too), so that a "
                        "field never changes its type in Graylog's index.",
         .key_check = check_gelf_field_name}),
    field<&GelfConfig::stderr_level>(
        "stderr_level",
        {.description = "GELF's `level` of a line from stderr that does not name one. A line names "
                        "it as JSON (`level`, `severity`), logfmt, klog or a word at its start; "
                        "one that does not, from stdout, is `info`. Most programs write all of "
                        "their log to stderr, so `info` is the default; Docker's own GELF driver "
                        "says `error`.",
         .choices = kStderrLevels}),
    field<&GelfConfig::auth>("auth", kAuthRow),
    field<&GelfConfig::headers>(
        "headers",
        {.description = "http and https: more headers, such as the authorization header that a "
                        "Graylog input asks for. Values are treated as secrets.",
         .key_check = check_header_name,
         .secret = true}),
    field<&GelfConfig::tls>("tls", kTlsRow),
    field<&GelfConfig::connections>(
        "connections",
        {.description =
             "http and https: connections at a time, each kept open. A stream's lines go "
             "one after the other to keep their order, so that a receiver 1 ms away takes "
             "some 700 a second of each stream, and as many times that as there are "
             "streams or connections.",
         .range = {1, 256}}),
    field<&GelfConfig::bulk>(
        "bulk",
        {.description =
             "http and https: many messages in a request, a line each. Only for inputs "
             "with \"Enable Bulk Receiving\": any other keeps the first "
             "message of a request, answers as if it had taken all, and the rest is gone."}),
    field<&GelfConfig::max_body_bytes>(
        "max_body",
        {.description = "http and https: the largest request, Graylog's \"Max. HTTP chunk size\". "
                        "With `bulk` requests are filled up to it; a single message above it is "
                        "shortened once the receiver has refused it (413).",
         .range = {kKiB, 16 * kMiB}},
        Unit::kBytes),
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
        {.description = "A longer message is shortened, marked and counted. Graylog's inputs take "
                        "2 MiB by default (max_message_size) and drop what is longer unseen.",
         .range = {kKiB, 16 * kMiB}},
        Unit::kBytes),
    field<&GelfConfig::confirm_after>(
        "confirm_after",
        {.description =
             "tcp and tls: how long a sent message must have been acknowledged by TCP "
             "before it counts as delivered, since GELF has no answer. A connection that "
             "closes earlier has the messages sent again. Where the receiver, or a load balancer, "
             "closes connections that rest sooner than that, messages are confirmed in half of "
             "that time once it has done so twice.",
         .range = {0, 10 * kMinute}}),
    field<&GelfConfig::confirm_bytes>(
        "confirm_bytes",
        {.description = "tcp and tls: a message also counts as received once so much that was sent "
                        "after it has arrived, too. Bounds what is sent twice after a disconnect. "
                        "Should exceed the receiver's socket buffer (6 MiB by default).",
         .range = {64 * kKiB, kKiB* kMiB}},
        Unit::kBytes),
};
}  // namespace

constexpr Table kGelfTable{
    .title = "outputs[] of type gelf",
    .description =
        "Graylog Extended Log Format 1.1. HTTP is answered for each request; for TCP "
        "see `confirm_after`.",
    .fields = kGelfFields,
    .make = make_object<GelfConfig>,
    .finish = finish_gelf,
};

}  // namespace supercargo::config
