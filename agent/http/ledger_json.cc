#include "agent/http/ledger_json.h"

#include "agent/base/json_writer.h"

namespace supercargo {
namespace {

void write_reasons(JsonWriter& json,
                   std::string_view name,
                   const std::map<std::string, Amount>& reasons) {
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

void write_account(JsonWriter& json, const ContainerAccount& account) {
  json.begin_object();
  json.member("output", std::string_view(account.output));
  json.member("namespace", std::string_view(account.pod_namespace));
  json.member("pod", std::string_view(account.pod));
  json.member("container", std::string_view(account.container));
  json.member("read_bytes", account.read_bytes.load());
  json.member("delivered_bytes", account.delivered_bytes.load());
  json.member("delivered_lines", account.delivered_lines.load());
  json.member("repeated_bytes", account.repeated_bytes.load());
  json.member("repeated_lines", account.repeated_lines.load());
  json.member("malformed_lines", account.malformed_lines.load());
  json.member("truncated_lines", account.truncated_lines.load());
  json.member("pending_bytes", account.pending_bytes.load());
  json.member("oldest_pending_unix_ms", account.oldest_pending_unix_ms.load());
  write_reasons(json, "dropped", account.dropped());
  write_reasons(json, "lost", account.lost());
  write_gaps(json, account.gaps());
  json.end_object();
}

}  // namespace

std::string ledger_json(std::span<const AccountPointer> accounts) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.key("accounts");
  json.begin_array();
  for (const AccountPointer& account : accounts) {
    write_account(json, *account);
  }
  json.end_array();
  json.end_object();
  out += '\n';
  return out;
}

}  // namespace supercargo
