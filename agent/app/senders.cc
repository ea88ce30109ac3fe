#include "agent/app/senders.h"

#include <utility>
#include <variant>

#include <unistd.h>

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

Result<std::unique_ptr<Sender>> make_sender(const OutputConfig& output,
                                            const LogPlace& place,
                                            SelfMetrics& metrics,
                                            std::shared_ptr<const PodAnnotations> annotations) {
  using Made = Result<std::unique_ptr<Sender>>;
  Made sender =
      std::visit(Overloaded{
                     [&](const LokiConfig& loki) -> Made {
                       return LokiSender::create(loki,
                                                 output.delivery,
                                                 steady_now,
                                                 LokiCounters(metrics, output.name),
                                                 std::move(annotations),
                                                 place);
                     },
                     [&](const GelfConfig& gelf) -> Made {
                       return make_gelf_sender(gelf, output.delivery, output.name, metrics, place);
                     },
                     [&](const StdoutConfig& screen) -> Made {
                       return StdoutSender::create(screen, output.delivery, STDOUT_FILENO);
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
