// The inputs of a GraylogStandIn: what becomes of the bytes of a connection, and of datagrams.
#include <algorithm>
#include <utility>

#include <sys/socket.h>

#include "tests/support/graylog_stand_in.h"
#include "tests/support/graylog_stand_in_connection.h"

namespace supercargo::test {

// Bytes behind the last NUL are no message, also when the connection ends there.
bool GraylogStandIn::take_frames(Connection& connection) {
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = connection.pending.find('\0', begin);
    if (end == std::string::npos) {
      break;
    }
    const std::string_view frame = std::string_view(connection.pending).substr(begin, end - begin);
    if (frame.size() > options_.max_message_bytes) {
      results_.refuse("frame exceeds max_message_size");
    } else {
      judge(frame, /*may_be_compressed=*/false);
    }
    begin = end + 1;
  }
  connection.pending.erase(0, begin);
  if (connection.pending.size() > options_.max_message_bytes) {
    results_.refuse("frame exceeds max_message_size");
    return false;
  }
  return true;
}

bool GraylogStandIn::take_requests(Connection& connection) {
  for (;;) {
    GraylogHttpRequest request;
    const GraylogHttpRead read = take_http_request(connection.pending, request);
    if (read != GraylogHttpRead::kWhole) {
      const bool wants = read == GraylogHttpRead::kContinue && !connection.continued;
      connection.continued = connection.continued || wants;
      return !wants || connection.socket.write("HTTP/1.1 100 Continue\r\n\r\n");
    }
    connection.continued = false;
    connection.answers.push_back(
        {Time::clock::now() + options_.http_delay, answer(connection, request)});
    if (!give_answers(connection, Time::clock::now())) {
      return false;
    }
  }
}

// Accepted before it is looked at, as Graylog does. What is answered for must survive a kill.
std::string GraylogStandIn::answer(Connection& connection, const GraylogHttpRequest& request) {
  const Faults now = faults();
  results_.count([](auto& counts) { ++counts.http_requests; });
  GraylogHttpRules rules = options_.http;
  rules.max_body_bytes = now.max_body.value_or(rules.max_body_bytes);
  std::string reason;
  const int status = graylog_http_status(request, rules, reason);
  if (!reason.empty()) {
    results_.refuse(std::move(reason));
  }
  if (status != 202) {
    return http_reply(status, {});
  }
  if (is_faulty(now, request.body)) {
    return http_reply(now.http_status, now.http_header);
  }
  if (rules.bulk) {
    for (const std::string& line : take_bulk_lines(connection.line, request.body)) {
      judge(line, /*may_be_compressed=*/false);
    }
  } else {
    judge(request.body, /*may_be_compressed=*/true);
  }
  output_.flush(Time::clock::now());
  return http_reply(202, {});
}

bool GraylogStandIn::is_faulty(const Faults& now, std::string_view body) {
  if (now.http_status == 202 || body.find(now.http_only) == std::string_view::npos) {
    return false;
  }
  const std::lock_guard lock(mutex_);
  if (faults_.http_after == 0) {
    return true;
  }
  --faults_.http_after;
  return false;
}

void GraylogStandIn::receive_datagrams() {
  std::string buffer(65'536, '\0');
  for (;;) {
    const ssize_t count = ::recv(udp_.get(), buffer.data(), buffer.size(), 0);
    if (count < 0) {
      return;
    }
    const std::string_view datagram(buffer.data(), static_cast<std::size_t>(count));
    results_.add_datagram(datagram);
    std::string refusal;
    const auto whole = chunks_.add(datagram, Time::clock::now(), refusal);
    if (whole) {
      judge(*whole, /*may_be_compressed=*/true);
    } else if (!refusal.empty()) {
      results_.refuse(std::move(refusal));
    }
  }
}

// A compressed frame of TCP is refused: its NUL bytes would split it.
void GraylogStandIn::judge(std::string_view payload, bool may_be_compressed) {
  if (options_.discard) {
    return;
  }
  std::string refusal;
  const std::optional<std::string> text =
      may_be_compressed ? inflate_gelf(payload, refusal) : std::string(payload);
  if (text) {
    refusal = gelf_refusal(*text);
  }
  if (!refusal.empty()) {
    results_.refuse(std::move(refusal));
    return;
  }
  if (output_.wanted()) {
    output_.add(*text, Time::clock::now());
  }
  results_.accept(*text);
}

}  // namespace supercargo::test
