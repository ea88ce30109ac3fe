#include <array>

#include "agent/config/agent_config.h"
#include "agent/config/checks.h"
#include "agent/config/fields.h"
#include "agent/config/output_rules.h"
#include "agent/config/receiver_fields.h"

namespace supercargo::config {
namespace {

constexpr std::uint64_t kSecond = 1'000;
constexpr std::uint64_t kMinute = 60 * kSecond;
constexpr std::uint64_t kKiB = 1 << 10;
constexpr std::uint64_t kMiB = 1 << 20;

constexpr std::array<std::string_view, 3> kTypes{"loki", "gelf", "stdout"};
constexpr std::array<std::string_view, 2> kStdoutFormats{"text", "json"};

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

constexpr std::array kStdoutFields{
    field<&StdoutConfig::format>(
        "format",
        {.description = "`text`: the line after its container's name. `json`: one object a line, "
                        "with the fields that `logs.parse` takes in a member `fields`.",
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
    field<&OutputConfig::namespaces>(
        "namespaces",
        {.description =
             "Only logs of these namespaces go there: names, with `*` for any text and `?` for any "
             "character, or between slashes a regular expression (RE2) for the whole name, "
             "`/team-(a|b)(-.*)?/`. What an output does not want it neither reads nor accounts "
             "for. Logs outside of Kubernetes have an empty namespace: `*` alone matches it.",
         .unset = "all",
         .check = check_namespace_pattern}),
    field<&OutputConfig::exclude_namespaces>(
        "exclude_namespaces",
        {.description = "Likewise, logs of these do not go there, also where `namespaces` matches.",
         .unset = "none",
         .check = check_namespace_pattern}),
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
