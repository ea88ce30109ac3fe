#include "tests/support/kube_api_stand_in.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <zlib.h>

#include "agent/base/text.h"
#include "tests/support/kube_api_rules.h"

namespace supercargo::test {
namespace {

constexpr std::chrono::seconds kPatience{30};

std::string gone_event() {
  return R"({"type":"ERROR","object":)" + kube_status_json(410, "too old resource version") + "}\n";
}

std::string gzip(const std::string& text) {
  constexpr int kGzip = 16;
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + kGzip, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// Nothing at the end of the connection.
std::optional<StandInRequest> read_request(StandInConnection& connection) {
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    char byte = 0;
    if (connection.read(&byte, 1) == 0 || head.size() > 65'536) {
      return std::nullopt;
    }
    head += byte;
  }
  return parse_stand_in_head(std::string_view(head).substr(0, head.size() - 4));
}

}  // namespace

KubeApiStandIn::KubeApiStandIn(KubeApiOptions options)
    : options_(std::move(options)),
      listener_("127.0.0.1", 0, options_.tls),
      token_(options_.token),
      accepter_([this] { accept_all(); }) {}

KubeApiStandIn::~KubeApiStandIn() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (Served& served : served_) {
      served.connection->shut_down();
    }
  }
  cluster_.stop();
  listener_.shut_down();
  accepter_.join();
  for (Served& served : served_) {
    served.thread.join();
  }
}

std::string KubeApiStandIn::url() const {
  const std::string scheme = options_.tls.certificate_file.empty() ? "http://" : "https://";
  return scheme + "127.0.0.1:" + std::to_string(port());
}

void KubeApiStandIn::cut_in_next_event() {
  const std::lock_guard lock(mutex_);
  cut_next_ = true;
}

void KubeApiStandIn::expect_token(const std::string& token) {
  const std::lock_guard lock(mutex_);
  token_ = token;
}

void KubeApiStandIn::deny(bool denied) {
  const std::lock_guard lock(mutex_);
  denied_ = denied;
}

void KubeApiStandIn::refuse_next(int status, const std::string& retry_after) {
  const std::lock_guard lock(mutex_);
  refusals_.push_back({status, retry_after});
}

std::vector<std::string> KubeApiStandIn::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::vector<std::string> KubeApiStandIn::violations() const {
  const std::lock_guard lock(mutex_);
  return violations_;
}

bool KubeApiStandIn::wait_for_requests(std::size_t count) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, [&] { return requests_.size() >= count; });
}

void KubeApiStandIn::accept_all() {
  while (std::unique_ptr<StandInConnection> connection = listener_.accept()) {
    const std::lock_guard lock(mutex_);
    if (stopping_) {
      return;
    }
    Served& served = served_.emplace_back();
    served.connection = std::move(connection);
    served.thread = std::thread([this, &served] { serve(*served.connection); });
  }
}

void KubeApiStandIn::serve(StandInConnection& connection) {
  while (const std::optional<StandInRequest> request = read_request(connection)) {
    if (!answer(connection, *request)) {
      break;
    }
  }
  connection.shut_down();
}

void KubeApiStandIn::note(const StandInRequest& request) {
  const std::lock_guard lock(mutex_);
  const std::string kind = request.parameter("watch").empty() ? "list " : "watch ";
  requests_.push_back(kind + request.parameter("resourceVersion"));
  changed_.notify_all();
}

std::optional<KubeApiStandIn::Refusal> KubeApiStandIn::refusal_of(const StandInRequest& request) {
  const std::lock_guard lock(mutex_);
  if (const std::string violation = kube_request_violation(request); !violation.empty()) {
    violations_.push_back(violation);
    return Refusal{400, {}};
  }
  if (!token_.empty() && request.header("authorization") != "Bearer " + token_) {
    return Refusal{401, {}};
  }
  if (denied_) {
    return Refusal{403, {}};
  }
  if (refusals_.empty()) {
    return std::nullopt;
  }
  Refusal refusal = std::move(refusals_.front());
  refusals_.pop_front();
  return refusal;
}

bool KubeApiStandIn::answer(StandInConnection& connection, const StandInRequest& request) {
  const auto version = parse_number<std::uint64_t>(request.parameter("resourceVersion"));
  const std::string node = kube_node_of(request);
  // Before anybody can know of the request and change what it finds.
  KubeCluster::Watcher watcher = cluster_.begin_watch(node, version.value_or(0));
  const std::optional<Refusal> refusal = refusal_of(request);
  note(request);
  if (refusal) {
    return refuse(connection, *refusal);
  }
  if (request.parameter("watch").empty()) {
    return list(connection, node);
  }
  return version ? watch(connection, std::move(watcher)) : refuse(connection, {400, {}});
}

bool KubeApiStandIn::refuse(StandInConnection& connection, const Refusal& refusal) {
  const std::string body = kube_status_json(refusal.status, "pods: refused by the stand-in");
  std::string head = "HTTP/1.1 " + std::to_string(refusal.status) + " Stand-in\r\n";
  if (!refusal.retry_after.empty()) {
    head.append("Retry-After: ").append(refusal.retry_after).append("\r\n");
  }
  head.append("Content-Type: application/json\r\nContent-Length: ");
  return write(connection, head + std::to_string(body.size()) + "\r\n\r\n" + body);
}

bool KubeApiStandIn::list(StandInConnection& connection, const std::string& node) {
  std::string body = cluster_.list(node);
  std::string head("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n");
  if (options_.gzip_lists) {
    body = gzip(body);
    head.append("Content-Encoding: gzip\r\n");
  }
  head.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
  return write(connection, head) && write(connection, body);
}

bool KubeApiStandIn::takes_cut() {
  const std::lock_guard lock(mutex_);
  return std::exchange(cut_next_, false);
}

bool KubeApiStandIn::watch(StandInConnection& connection, KubeCluster::Watcher watcher) {
  using Kind = KubeCluster::Step::Kind;
  if (!write(connection,
             "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
             "Transfer-Encoding: chunked\r\n\r\n")) {
    return false;
  }
  for (;;) {
    const KubeCluster::Step step = cluster_.next(watcher);
    switch (step.kind) {
      case Kind::kEvent:
        if (takes_cut()) {
          write_chunk(connection, std::string_view(step.line).substr(0, step.line.size() / 2));
          return false;
        }
        if (!write_chunk(connection, step.line)) {
          return false;
        }
        break;
      case Kind::kGone:
        return write_chunk(connection, gone_event()) && write_chunk(connection, "");
      case Kind::kEnd:
        return write_chunk(connection, "");
      case Kind::kStopped:
        return false;
    }
  }
}

bool KubeApiStandIn::write_chunk(StandInConnection& connection, std::string_view text) const {
  std::array<char, 32> size{};
  const int digits = std::snprintf(size.data(), size.size(), "%zx\r\n", text.size());
  std::string chunk(size.data(), static_cast<std::size_t>(digits));
  return write(connection, chunk.append(text).append("\r\n"));
}

bool KubeApiStandIn::write(StandInConnection& connection, std::string_view text) const {
  const std::size_t most = options_.write_bytes == 0 ? text.size() : options_.write_bytes;
  while (!text.empty()) {
    if (!connection.write(text.substr(0, most))) {
      return false;
    }
    text.remove_prefix(std::min(most, text.size()));
  }
  return true;
}

}  // namespace supercargo::test
