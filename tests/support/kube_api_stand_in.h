// The part of a Kubernetes API server that this agent asks: pods, by list and by watch, strictly.
//
// The test owns it. Each connection has a thread; all functions may be called by any. A request
// that an API server would take but the agent must not send (for all nodes' pods, without
// bookmarks) is refused and stands in violations().
#pragma once

#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/http_stand_in.h"
#include "tests/support/kube_cluster.h"
#include "tests/support/stand_in_socket.h"

namespace supercargo::test {

struct KubeApiOptions {
  StandInTls tls{};
  std::string token{};  // empty: none is asked for
  bool gzip_lists = false;
  std::size_t write_bytes = 0;  // at most so many in one write; 0: no limit
};

class KubeApiStandIn {
 public:
  explicit KubeApiStandIn(KubeApiOptions options);
  ~KubeApiStandIn();
  KubeApiStandIn(const KubeApiStandIn&) = delete;
  KubeApiStandIn& operator=(const KubeApiStandIn&) = delete;

  [[nodiscard]] std::string url() const;

  [[nodiscard]] std::uint16_t port() const { return listener_.port(); }

  // A pod of any node, as JSON; its resource version is set here. By namespace and name: known ones
  // are modified.
  void put(std::string_view pod) { cluster_.put(pod); }

  void remove(const std::string& pod_namespace, const std::string& name) {
    cluster_.remove(pod_namespace, name);
  }

  // Moves the version on without a change of any pod, and tells all watches.
  void bookmark() { cluster_.bookmark(); }

  // What is older than now is forgotten: who watches from before is told that it is gone.
  void forget_history() { cluster_.forget_history(); }

  // Tells the watches that are open the same.
  void expire_watches() { cluster_.end_round(/*expired=*/true); }

  // As when their time is over.
  void end_watches() { cluster_.end_round(/*expired=*/false); }

  void cut_in_next_event();
  void expect_token(const std::string& token);
  void deny(bool denied);
  void refuse_next(int status, const std::string& retry_after = {});

  // "list 0", "watch 12", in the order of their coming, those that were refused included.
  [[nodiscard]] std::vector<std::string> requests() const;
  [[nodiscard]] std::vector<std::string> violations() const;

  // False when it did not come within half a minute.
  [[nodiscard]] bool wait_for_requests(std::size_t count) const;

 private:
  struct Served {
    std::unique_ptr<StandInConnection> connection;
    std::thread thread;
  };

  struct Refusal {
    int status;
    std::string retry_after;
  };

  void accept_all();
  void serve(StandInConnection& connection);
  bool answer(StandInConnection& connection, const StandInRequest& request);
  bool list(StandInConnection& connection, const std::string& node);
  bool watch(StandInConnection& connection, KubeCluster::Watcher watcher);
  bool refuse(StandInConnection& connection, const Refusal& refusal);
  bool write(StandInConnection& connection, std::string_view text) const;
  bool write_chunk(StandInConnection& connection, std::string_view text) const;
  [[nodiscard]] bool takes_cut();
  [[nodiscard]] std::optional<Refusal> refusal_of(const StandInRequest& request);
  void note(const StandInRequest& request);

  const KubeApiOptions options_;
  StandInListener listener_;
  KubeCluster cluster_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool cut_next_ = false;
  bool denied_ = false;
  std::string token_;
  std::list<Refusal> refusals_;
  std::vector<std::string> requests_;
  std::vector<std::string> violations_;
  bool stopping_ = false;
  std::list<Served> served_;
  std::thread accepter_;
};

}  // namespace supercargo::test
