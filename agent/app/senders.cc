#include "agent/app/senders.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>
#include <vector>

#include <unistd.h>

#include "agent/app/lifecycle_part.h"
#include "agent/pipeline/pipeline_metrics.h"
#include "collectors/kubernetes/stored_annotations.h"
#include "collectors/kubernetes/stored_facts.h"
#include "exporters/gelf/make_gelf_sender.h"
#include "exporters/loki/loki_labels.h"
#include "exporters/loki/loki_sender.h"
#include "exporters/stdout/stdout_sender.h"

namespace supercargo {
namespace {

// For a pod's annotation that names its tenant.
constexpr std::chrono::seconds kTenantWait{15};

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

}  // namespace

SenderInputs sender_inputs(const AgentConfig& config,
                           const HostPaths& host,
                           const std::shared_ptr<const PodStore>& store) {
  SenderInputs inputs;
  inputs.annotations = std::make_shared<StoredAnnotations>(store);
  inputs.facts = std::make_shared<StoredFacts>(store, host, host_log_directory(config));
  inputs.parse = config.logs.parse;
  return inputs;
}

Result<std::unique_ptr<Sender>> make_sender(const OutputConfig& output,
                                            SelfMetrics& metrics,
                                            SenderInputs inputs) {
  using Made = Result<std::unique_ptr<Sender>>;
  Made sender =
      std::visit(Overloaded{
                     [&](const LokiConfig& loki) -> Made {
                       return LokiSender::create(loki,
                                                 output.delivery,
                                                 steady_now,
                                                 LokiCounters(metrics, output.name),
                                                 std::move(inputs));
                     },
                     [&](const GelfConfig& gelf) -> Made {
                       return make_gelf_sender(gelf, output.delivery, output.name, metrics, inputs);
                     },
                     [&](const StdoutConfig& screen) -> Made {
                       const auto count = [&metrics, name = output.name](std::uint64_t lines) {
                         metrics.counter(pipeline_metrics::kUnparsedLines, {name})
                             .Increment(static_cast<double>(lines));
                       };
                       return StdoutSender::create(
                           screen, output.delivery, STDOUT_FILENO, inputs.parse, count);
                     },
                 },
                 output.kind);
  if (!sender) {
    return std::move(sender).error().with_context("output " + output.name);
  }
  return sender;
}

FirstLines first_lines(const OutputConfig& output, const SenderInputs& inputs) {
  const auto* const loki = std::get_if<LokiConfig>(&output.kind);
  if (loki == nullptr) {
    return {};
  }
  std::vector<ReadGate> gates;
  FirstLines first;
  if (Result<LokiLabels> labels = LokiLabels::create(*loki);
      labels && labels->want_facts() && inputs.facts != nullptr) {
    first.wait = loki->labels_wait;
    gates.emplace_back([labels = std::move(*labels), facts = inputs.facts](const auto& container) {
      return labels.are_known(facts->find(container));
    });
  }
  if (!loki->tenant_annotation.empty() && inputs.annotations != nullptr) {
    first.wait = kTenantWait;
    gates.emplace_back(
        [annotations = inputs.annotations, key = loki->tenant_annotation](const auto& container) {
          return !annotations->find(container, key).coming;
        });
  }
  if (!gates.empty()) {
    first.gate = [gates = std::move(gates)](const ContainerInfo& container) {
      return std::all_of(
          gates.begin(), gates.end(), [&](const ReadGate& gate) { return gate(container); });
    };
  }
  return first;
}

OutputIdentity output_identity(const OutputConfig& output) {
  return std::visit(Overloaded{
                        [&](const LokiConfig& loki) {
                          return OutputIdentity{output.name, "loki", loki.url};
                        },
                        [&](const GelfConfig& gelf) {
                          std::string urls = gelf.url;
                          for (const std::string& url : gelf.failover_urls) {
                            urls.append(", ").append(url);
                          }
                          return OutputIdentity{output.name, "gelf", urls};
                        },
                        [&](const StdoutConfig&) {
                          return OutputIdentity{output.name, "stdout", "standard output"};
                        },
                    },
                    output.kind);
}

}  // namespace supercargo
