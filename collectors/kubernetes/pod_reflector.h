// Keeps a PodStore like the API server's pods of one node: lists them once, then watches from
// there, and lists again only when the server has forgotten where the watch was.
//
// Owned by PodWatch, on its thread. Decides what is asked and when, and takes what comes; does not
// touch the network and does not ask for the time. At most one request is under way: begin(), then
// connected() and take() as the answer comes, then finish().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/pipeline/backoff.h"
#include "collectors/kubernetes/api_types.h"
#include "collectors/kubernetes/json_splitter.h"
#include "collectors/kubernetes/pod_facts.h"

namespace supercargo {

struct ReflectorOptions {
  std::string node_name{};
  PodFields fields{};
  std::uint64_t seed = 0;  // of all jitter
  // A thousand nodes lose their watches at the same moment when a server restarts.
  Milliseconds relist_jitter{10'000};
  Milliseconds first_backoff{1'000};
  Milliseconds longest_backoff{60'000};
  Milliseconds denied_backoff{300'000};  // until somebody may have granted what is missing
  // The API server takes objects of up to 1.5 MiB, in a denser form than JSON.
  std::size_t max_object_bytes = std::size_t{4} << 20;
};

class PodReflector {
 public:
  // Requires: `store` outlives it.
  PodReflector(ReflectorOptions options, PodStore& store);

  // When the next request is to be sent.
  [[nodiscard]] SteadyTime due() const { return due_; }

  [[nodiscard]] ApiRequest begin(SteadyTime now);

  // The server has answered 200.
  void connected();

  // A piece of a 200's body. False: enough, the request is to be ended.
  [[nodiscard]] bool take(std::string_view bytes, SteadyTime now);

  void finish(const ApiAnswer& answer, SteadyTime now);

 private:
  [[nodiscard]] std::string target() const;
  [[nodiscard]] Milliseconds between(Milliseconds least, Milliseconds most);
  void take_item(std::string_view json);
  void take_event(std::string_view json, SteadyTime now);
  void apply(WatchEvent event);
  void end_list(SteadyTime now);
  void end_watch(SteadyTime now);
  void relist(std::string_view reason, SteadyTime now);
  void fail(std::string_view reason, const std::string& why, Milliseconds at_least, SteadyTime now);
  void be_denied(const std::string& why, SteadyTime now);

  const ReflectorOptions options_;
  PodStore& store_;
  std::mt19937_64 random_;
  Backoff backoff_;
  Backoff denied_backoff_;
  LogLimiter failure_log_;
  bool denied_told_ = false;
  bool absence_told_ = false;

  bool watching_ = false;      // what the next request is, or the present one
  std::string version_ = "0";  // from where; of a list: empty for the newest
  SteadyTime due_{};
  std::uint32_t fruitless_watches_ = 0;

  // Of the present request.
  SteadyTime began_{};
  std::unique_ptr<JsonSplitter> splitter_;
  std::vector<ApiPod> listed_;
  std::optional<ApiRefusal> refusal_;  // an ERROR event
  std::string broken_;                 // why the text cannot be read on
  bool fruitful_ = false;
};

}  // namespace supercargo
