// The tables of single types of output, and what several have: credentials and TLS. Constants, any
// thread.
#pragma once

#include "agent/config/field.h"

namespace supercargo::config {

extern const Table kTlsTable;   // TlsConfig
extern const Table kAuthTable;  // AuthConfig
extern const Table kGelfTable;  // GelfConfig
extern const Table kLokiTable;  // LokiConfig

inline constexpr Field kAuthRow = {.description = "Credentials, for `http://` and `https://`.",
                                   .table = &kAuthTable};
inline constexpr Field kTlsRow = {.description = "TLS, for `https://` and `tls://`.",
                                  .table = &kTlsTable};

}  // namespace supercargo::config
