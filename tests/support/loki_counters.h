// What the stand-in for Loki counts, and how it shows this and its lines as JSON.
//
// Values; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tests/support/loki_line.h"
#include "tests/support/loki_store.h"

namespace supercargo::test {

struct LokiCounters {
  using ByReason = std::map<std::string, std::uint64_t, std::less<>>;

  std::uint64_t requests = 0;
  std::uint64_t body_bytes = 0;  // as they came
  std::uint64_t stored_lines = 0;
  std::uint64_t stored_bytes = 0;   // text of lines
  std::uint64_t refused_lines = 0;  // of every request that came, sent again or not
  std::uint64_t duplicate_lines = 0;
  std::uint64_t repeated = 0;       // stored again; a query returns one of them
  std::uint64_t lost_silently = 0;  // see LokiStore::lost_silently()
  std::uint64_t streams = 0;
  std::map<int, std::uint64_t> answers;         // by status; 0: closed without one
  std::map<std::string, ByReason> refused;      // by tenant and reason
  std::map<std::string, std::uint64_t> stored;  // by tenant
};

void count(LokiCounters& counters, const PushVerdict& verdict);

// As one object and a newline.
void append_json(std::string& out, const LokiLine& line, std::string_view reason = {});
void append_json(std::string& out, const LokiCounters& counters, std::uint64_t connections);

}  // namespace supercargo::test
