#include "agent/app/senders.h"

#include <utility>
#include <variant>

#include <unistd.h>

#include "agent/app/lifecycle_part.h"
#include "agent/pipeline/pipeline_metrics.h"
#include "collectors/kubernetes/stored_annotations.h"
#include "collectors/kubernetes/stored_facts.h"
#include "exporters/gelf/make_gelf_sender.h"
#include "exporters/loki/loki_sender.h"
#include "exporters/stdout/stdout_sender.h"

namespace supercargo {
namespace {

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

ReadGate read_gate(const OutputConfig& output, std::shared_ptr<const PodAnnotations> annotations) {
  const auto* const loki = std::get_if<LokiConfig>(&output.kind);
  if (loki == nullptr || loki->tenant_annotation.empty() || annotations == nullptr) {
    return {};
  }
  return [annotations = std::move(annotations), key = loki->tenant_annotation](
             const ContainerInfo& container) { return !annotations->find(container, key).coming; };
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
