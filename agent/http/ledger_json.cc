#include "agent/http/ledger_json.h"

#include <algorithm>
#include <map>

#include "agent/base/json_writer.h"

namespace supercargo {
namespace {

void write_reasons(JsonWriter& json, std::string_view name, const ByReason<Amount>& reasons) {
  json.key(name);
  json.begin_object();
  for (const auto& [reason, amount] : reasons) {
    json.key(reason);
    json.begin_object();
    json.member("bytes", amount.bytes);
    json.member("lines", amount.lines);
    json.end_object();
  }
  json.end_object();
}

void write_gaps(JsonWriter& json, const std::map<std::string, std::uint64_t>& gaps) {
  json.key("gaps");
  json.begin_object();
  for (const auto& [reason, events] : gaps) {
    json.member(reason, events);
  }
  json.end_object();
}

// The equation: written = delivered + pending + dropped + lost.
void write_terms(JsonWriter& json, const LedgerTerms& terms) {
  json.member("written_bytes", terms.written_bytes);
  json.member("delivered_bytes", terms.delivered.bytes);
  json.member("delivered_lines", terms.delivered.lines);
  json.member("pending_bytes", terms.pending_bytes);
  json.member("dropped_bytes", sum_of(terms.dropped).bytes);
  json.member("dropped_lines", sum_of(terms.dropped).lines);
  json.member("lost_bytes", sum_of(terms.lost).bytes);
  json.member("lost_lines", sum_of(terms.lost).lines);
  json.member("difference_bytes", terms.difference());
  write_reasons(json, "dropped", terms.dropped);
  write_reasons(json, "lost", terms.lost);
}

void write_account(JsonWriter& json, const ContainerAccount& account, SteadyTime now) {
  json.begin_object();
  json.member("output", std::string_view(account.output));
  json.member("namespace", std::string_view(account.pod_namespace));
  json.member("pod", std::string_view(account.pod));
  json.member("container", std::string_view(account.container));
  write_terms(json, account.terms());
  write_gaps(json, account.gaps());
  json.member("oldest_pending_seconds", account.oldest_pending_seconds(now));
  json.member("read_bytes", account.read_bytes.load());
  json.member("repeated_bytes", account.repeated_bytes.load());
  json.member("repeated_lines", account.repeated_lines.load());
  json.member("malformed_lines", account.malformed_lines.load());
  json.member("truncated_lines", account.truncated_lines.load());
  json.end_object();
}

struct OutputTotal {
  LedgerTerms terms;
  std::map<std::string, std::uint64_t> gaps;
  double oldest_pending_seconds = 0;
};

std::map<std::string, OutputTotal> totals_of(std::span<const AccountPointer> accounts,
                                             SteadyTime now) {
  std::map<std::string, OutputTotal> totals;
  for (const AccountPointer& account : accounts) {
    OutputTotal& total = totals[account->output];
    total.terms += account->terms();
    for (const auto& [reason, events] : account->gaps()) {
      total.gaps[reason] += events;
    }
    total.oldest_pending_seconds =
        std::max(total.oldest_pending_seconds, account->oldest_pending_seconds(now));
  }
  return totals;
}

void write_total(JsonWriter& json, const std::string& output, const OutputTotal& total) {
  json.begin_object();
  json.member("output", std::string_view(output));
  write_terms(json, total.terms);
  write_gaps(json, total.gaps);
  json.member("oldest_pending_seconds", total.oldest_pending_seconds);
  json.end_object();
}

}  // namespace

std::string ledger_json(std::span<const AccountPointer> accounts, SteadyTime now) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.key("outputs");
  json.begin_array();
  for (const auto& [output, total] : totals_of(accounts, now)) {
    write_total(json, output, total);
  }
  json.end_array();
  json.key("accounts");
  json.begin_array();
  for (const AccountPointer& account : accounts) {
    write_account(json, *account, now);
  }
  json.end_array();
  json.end_object();
  out += '\n';
  return out;
}

}  // namespace supercargo
