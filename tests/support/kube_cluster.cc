#include "tests/support/kube_cluster.h"

#include <utility>

#include <nlohmann/json.hpp>

namespace supercargo::test {
namespace {

using nlohmann::json;

std::string reason_of(int status) {
  switch (status) {
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 410:
      return "Expired";
    default:
      return "InternalError";
  }
}

}  // namespace

std::string kube_status_json(int code, const std::string& message) {
  return json{{"kind", "Status"},
              {"apiVersion", "v1"},
              {"metadata", json::object()},
              {"status", "Failure"},
              {"message", message},
              {"reason", reason_of(code)},
              {"code", code}}
      .dump();
}

void KubeCluster::add_event(std::string_view type,
                            const std::string& node,
                            const std::string& object) {
  std::string line(R"({"type":")");
  line.append(type).append(R"(","object":)").append(object).append("}\n");
  events_.push_back({version_, node, std::move(line)});
  changed_.notify_all();
}

void KubeCluster::put(std::string_view text) {
  json pod = json::parse(text);
  const std::lock_guard lock(mutex_);
  json& metadata = pod["metadata"];
  metadata["resourceVersion"] = std::to_string(++version_);
  const std::string key =
      metadata["namespace"].get<std::string>() + "/" + metadata["name"].get<std::string>();
  Pod made{pod["spec"].value("nodeName", ""), pod.dump()};
  add_event(pods_.contains(key) ? "MODIFIED" : "ADDED", made.node, made.json);
  pods_[key] = std::move(made);
}

void KubeCluster::remove(const std::string& pod_namespace, const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = pods_.find(pod_namespace + "/" + name);
  if (found == pods_.end()) {
    return;
  }
  json pod = json::parse(found->second.json);
  pod["metadata"]["resourceVersion"] = std::to_string(++version_);
  add_event("DELETED", found->second.node, pod.dump());
  pods_.erase(found);
}

void KubeCluster::bookmark() {
  const std::lock_guard lock(mutex_);
  ++version_;
  add_event("BOOKMARK",
            "",
            R"({"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":")" +
                std::to_string(version_) +
                R"(","creationTimestamp":null},"spec":{"containers":null},"status":{}})");
}

void KubeCluster::forget_history() {
  const std::lock_guard lock(mutex_);
  oldest_ = ++version_;
}

void KubeCluster::end_round(bool expired) {
  const std::lock_guard lock(mutex_);
  ++round_;
  expired_ = expired;
  changed_.notify_all();
}

KubeCluster::Watcher KubeCluster::begin_watch(std::string node, std::uint64_t version) const {
  const std::lock_guard lock(mutex_);
  return {std::move(node), version, round_, 0, version < oldest_};
}

void KubeCluster::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

std::string KubeCluster::list(const std::string& node) const {
  const std::lock_guard lock(mutex_);
  std::string body(R"({"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":")");
  body.append(std::to_string(version_)).append(R"("},"items":[)");
  bool first = true;
  for (const auto& [key, pod] : pods_) {
    if (pod.node == node) {
      body.append(first ? "" : ",").append(pod.json);
      first = false;
    }
  }
  return body.append("]}\n");
}

KubeCluster::Step KubeCluster::next(Watcher& watcher) const {
  std::unique_lock lock(mutex_);
  if (watcher.gone) {
    return {Step::Kind::kGone, {}};
  }
  for (;;) {
    changed_.wait(lock, [&] {
      return stopping_ || round_ != watcher.round || watcher.next < events_.size();
    });
    if (stopping_) {
      return {Step::Kind::kStopped, {}};
    }
    if (round_ != watcher.round) {
      return {expired_ ? Step::Kind::kGone : Step::Kind::kEnd, {}};
    }
    const Event& event = events_[watcher.next++];
    if (event.version > watcher.version && (event.node == watcher.node || event.node.empty())) {
      return {Step::Kind::kEvent, event.line};
    }
  }
}

}  // namespace supercargo::test
