// The rules that span several fields of an output, called when all of its mapping is read (see
// Table::finish). One thread; `object` is the struct that the function is named after.
#pragma once

#include <cstddef>

namespace supercargo {
struct AgentConfig;
}

namespace supercargo::config {

class Site;

void finish_auth(void* object, Site& site);
void finish_tls(void* object, Site& site);
void finish_backoff(void* object, Site& site);
void finish_tenant(void* object, Site& site);
void finish_loki(void* object, Site& site);
void finish_gelf(void* object, Site& site);

// Of an output with the labels that `logs` adds to it.
void check_place_labels(const AgentConfig& config, std::size_t index, Site& site);

}  // namespace supercargo::config
