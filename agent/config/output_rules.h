// The rules that span several fields of an output, called when all of its mapping is read (see
// Table::finish). One thread; `object` is the struct that the function is named after.
#pragma once

namespace supercargo::config {

class Site;

void finish_auth(void* object, Site& site);
void finish_tls(void* object, Site& site);
void finish_backoff(void* object, Site& site);
void finish_tenant(void* object, Site& site);
void finish_loki(void* object, Site& site);
void finish_gelf(void* object, Site& site);

}  // namespace supercargo::config
