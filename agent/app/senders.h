// From an output's configuration to its Sender: the one place that knows all kinds of outputs.
#pragma once

#include <memory>
#include <string>

#include "agent/base/host_paths.h"
#include "agent/base/result.h"
#include "agent/base/self_metrics.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/delivery_loop.h"
#include "agent/pipeline/pod_annotations.h"
#include "agent/pipeline/sender.h"
#include "agent/pipeline/sender_inputs.h"
#include "collectors/kubernetes/pod_facts.h"

namespace supercargo {

// What all outputs share.
[[nodiscard]] SenderInputs sender_inputs(const AgentConfig& config,
                                         const HostPaths& host,
                                         const std::shared_ptr<const PodStore>& store);

// An error (kConfig) names the output and what is wrong with it. An unreachable receiver is none.
[[nodiscard]] Result<std::unique_ptr<Sender>> make_sender(const OutputConfig& output,
                                                          SelfMetrics& metrics,
                                                          SenderInputs inputs);

struct FirstLines {
  ReadGate gate;         // what they wait for; empty: nothing
  Milliseconds wait{0};  // at most
};

// Of the output's containers. Requires: make_sender() takes its configuration.
[[nodiscard]] FirstLines first_lines(const OutputConfig& output, const SenderInputs& inputs);

[[nodiscard]] OutputIdentity output_identity(const OutputConfig& output);

}  // namespace supercargo
