// What a Sender is given beside its own configuration.
//
// A value, made by agent/app for each output.
#pragma once

#include <memory>
#include <string>

#include "agent/config/agent_config.h"
#include "agent/pipeline/container_facts.h"
#include "agent/pipeline/log_place.h"
#include "agent/pipeline/pod_annotations.h"

namespace supercargo {

struct SenderInputs {
  std::shared_ptr<const PodAnnotations> annotations;  // null: nobody has any
  std::shared_ptr<const FactSource> facts;            // likewise
  std::string facts_file;                             // of FactMemory; empty: none
  LogPlace place{};
  ParseConfig parse{};
};

}  // namespace supercargo
