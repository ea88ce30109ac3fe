// What the ledger tells of each output as a whole. Any thread.
#pragma once

#include <vector>

#include "agent/base/clock.h"
#include "agent/pipeline/ledger.h"
#include "agent/pipeline/output_status.h"

namespace supercargo {

// Adds the accounts of all containers to the output that each belongs to; accounts of an output
// that is not among them are left out.
void add_totals(const Ledger& ledger, SteadyTime now, std::vector<OutputStatus>& outputs);

}  // namespace supercargo
