// The Sender that a GELF output's URL asks for.
//
// Called by agent/app on the main thread; the sender then belongs to the output's thread.
#pragma once

#include <memory>
#include <string_view>

#include "agent/base/result.h"
#include "agent/base/self_metrics.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/sender.h"
#include "agent/pipeline/sender_inputs.h"

namespace supercargo {

// An error (kConfig) says what is wrong with the URL, the fields, or the TLS files. `metrics` must
// outlive the sender.
[[nodiscard]] Result<std::unique_ptr<Sender>> make_gelf_sender(const GelfConfig& config,
                                                               const DeliveryConfig& delivery,
                                                               std::string_view output_name,
                                                               SelfMetrics& metrics,
                                                               const SenderInputs& inputs = {});

}  // namespace supercargo
