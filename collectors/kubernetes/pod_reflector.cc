#include "collectors/kubernetes/pod_reflector.h"

#include <utility>

namespace supercargo {
namespace {

using std::chrono::seconds;

constexpr int kOk = 200;
constexpr int kForbidden = 403;
constexpr int kGone = 410;

constexpr Milliseconds kListTimeout = seconds(60);
// The server ends a watch after that time; a client that keeps its own time somewhat longer still
// finds a server that does not. client-go asks for five to ten minutes as well.
constexpr Milliseconds kLeastWatch = seconds(300);
constexpr Milliseconds kMostWatch = seconds(600);
constexpr Milliseconds kWatchGrace = seconds(30);
constexpr Milliseconds kShortWatch = seconds(1);
constexpr seconds kFailureLogInterval{300};
constexpr std::uint32_t kRelistAfter = 5;

constexpr std::string_view kRole =
    "ClusterRole with rules [{apiGroups: [\"\"], resources: [pods], verbs: [list, watch]}], bound "
    "to the agent's service account by a ClusterRoleBinding";

}  // namespace

PodReflector::PodReflector(ReflectorOptions options, PodStore& store)
    : options_(std::move(options)),
      store_(store),
      random_(options_.seed),
      backoff_(options_.first_backoff, options_.longest_backoff, options_.seed),
      denied_backoff_(options_.denied_backoff, options_.denied_backoff, options_.seed),
      failure_log_(kFailureLogInterval) {}

Milliseconds PodReflector::between(Milliseconds least, Milliseconds most) {
  return Milliseconds(
      std::uniform_int_distribution<std::int64_t>(least.count(), most.count())(random_));
}

// The first list may be answered from the server's cache, which costs its store nothing. Bookmarks
// move the version on while no pod of this node changes, so that the server still knows it later.
std::string PodReflector::target() const {
  std::string target("/api/v1/pods?fieldSelector=spec.nodeName%3D");
  target += url_escaped(options_.node_name);
  if (!version_.empty()) {
    target.append("&resourceVersion=").append(url_escaped(version_));
  }
  return watching_ ? target.append("&watch=1&allowWatchBookmarks=true") : target;
}

ApiRequest PodReflector::begin(SteadyTime now) {
  using Shape = JsonSplitter::Shape;
  began_ = now;
  splitter_ = std::make_unique<JsonSplitter>(watching_ ? Shape::kStream : Shape::kList,
                                             options_.max_object_bytes);
  listed_.clear();
  refusal_.reset();
  broken_.clear();
  fruitful_ = false;
  if (!watching_) {
    return {target(), kListTimeout, /*may_be_silent=*/false};
  }
  const auto length = std::chrono::floor<seconds>(between(kLeastWatch, kMostWatch));
  return {target() + "&timeoutSeconds=" + std::to_string(length.count()),
          length + kWatchGrace,
          /*may_be_silent=*/true};
}

void PodReflector::connected() {
  if (watching_) {
    store_.note([](WatchStatus& status) { status.connected = true; });
    denied_told_ = false;
  }
}

bool PodReflector::take(std::string_view bytes, SteadyTime now) {
  const std::uint64_t skipped = splitter_->skipped();
  const Status fed = splitter_->feed(bytes, [this, now](std::string_view json) {
    watching_ ? take_event(json, now) : take_item(json);
  });
  store_.note([&](WatchStatus& status) { status.too_large += splitter_->skipped() - skipped; });
  if (watching_) {
    store_.publish();
  }
  if (!fed) {
    broken_ = fed.error().message;
  }
  return fed.has_value() && !refusal_;
}

void PodReflector::take_item(std::string_view json) {
  Result<ApiPod> pod = parse_pod(json, options_.fields);
  if (!pod) {
    store_.note([](WatchStatus& status) { ++status.unreadable; });
  } else if (listed_.size() >= kMaxPods) {
    store_.note([](WatchStatus& status) { ++status.too_many; });
  } else {
    listed_.push_back(std::move(*pod));
  }
}

void PodReflector::take_event(std::string_view json, SteadyTime now) {
  Result<WatchEvent> event = parse_watch_event(json, options_.fields);
  store_.note([&](WatchStatus& status) {
    if (!event) {
      ++status.unreadable;
      return;
    }
    ++status.events[static_cast<std::size_t>(event->type)];
    status.last_event = now;
  });
  if (event && !refusal_) {
    apply(std::move(*event));
  }
}

void PodReflector::apply(WatchEvent event) {
  switch (event.type) {
    case WatchEvent::Type::kError:
      refusal_ = std::move(event.refusal);
      return;
    case WatchEvent::Type::kAdded:
    case WatchEvent::Type::kModified:
      store_.put(std::move(event.pod));
      break;
    case WatchEvent::Type::kDeleted:
      store_.remove(event.pod);
      break;
    case WatchEvent::Type::kBookmark:
      break;
  }
  fruitful_ = true;
  if (!event.resource_version.empty()) {
    version_ = std::move(event.resource_version);
  }
}

void PodReflector::finish(const ApiAnswer& answer, SteadyTime now) {
  store_.note([](WatchStatus& status) { status.connected = false; });
  if (fruitful_) {
    backoff_.reset();
    fruitless_watches_ = 0;
  }
  if (answer.status == kGone || (refusal_ && refusal_->code == kGone)) {
    relist("gone", now);
  } else if (answer.status == kForbidden) {
    be_denied(parse_refusal(answer.refusal).message, now);
  } else if (refusal_) {
    fail("error_event", refusal_->message, Milliseconds(0), now);
  } else if (!broken_.empty()) {
    fail("unreadable", broken_, Milliseconds(0), now);
  } else if (answer.status != kOk || answer.failure != ApiAnswer::Failure::kNone) {
    fail(failure_reason(answer), failure_text(answer), answer.retry_after, now);
  } else if (!splitter_->complete()) {
    fail("cut", "the answer ended in the middle of an object", Milliseconds(0), now);
  } else {
    watching_ ? end_watch(now) : end_list(now);
  }
  splitter_.reset();
  listed_ = {};
}

void PodReflector::end_list(SteadyTime now) {
  Result<std::string> version = parse_list_version(splitter_->envelope());
  if (!version) {
    fail("unreadable", version.error().message, Milliseconds(0), now);
    return;
  }
  log_info("The API server told of this node's pods.", {{"pods", listed_.size()}});
  if (listed_.empty() && !std::exchange(absence_told_, true)) {
    log_warn("The API server knows no pod of this node: is node_name its name in Kubernetes?",
             {{"node_name", options_.node_name}});
  }
  store_.replace(std::move(listed_));
  store_.note([now](WatchStatus& status) { status.last_event = now; });
  version_ = std::move(*version);
  watching_ = true;
  due_ = now;
}

// Its time was over, or the server restarts: the next one goes on where it ended.
void PodReflector::end_watch(SteadyTime now) {
  if (!fruitful_ && now - began_ < kShortWatch) {
    fail("short", "the watch ended at once", Milliseconds(0), now);
    return;
  }
  fruitless_watches_ = 0;
  backoff_.reset();
  due_ = now;
}

// A server that forgets at once must not be asked at once.
void PodReflector::relist(std::string_view reason, SteadyTime now) {
  store_.note([reason](WatchStatus& status) { ++status.relists[std::string(reason)]; });
  const Milliseconds least = fruitful_ ? Milliseconds(0) : backoff_.next(Milliseconds(0));
  watching_ = false;
  version_.clear();
  fruitless_watches_ = 0;
  due_ = now + least + between(Milliseconds(0), options_.relist_jitter);
}

void PodReflector::fail(std::string_view reason,
                        const std::string& why,
                        Milliseconds at_least,
                        SteadyTime now) {
  store_.note([reason](WatchStatus& status) { ++status.failures[std::string(reason)]; });
  if (std::uint64_t suppressed = 0; failure_log_.allow(now, suppressed)) {
    log_warn("The API server cannot be asked for this node's pods; what is known stays.",
             {{"reason", reason}, {"error", why}, {"suppressed", suppressed}});
  }
  // The version may be one that no server takes any more, without saying so by 410.
  if (watching_ && !fruitful_ && ++fruitless_watches_ >= kRelistAfter) {
    relist("failures", now);
    return;
  }
  due_ = now + backoff_.next(at_least);
}

void PodReflector::be_denied(const std::string& why, SteadyTime now) {
  store_.note([](WatchStatus& status) { ++status.failures["denied"]; });
  store_.turn_off("no permission to list and watch pods");
  if (!std::exchange(denied_told_, true)) {
    log_warn(
        "The API server does not let the agent list and watch pods: images, workloads and "
        "configured labels stay unknown, everything else works.",
        {{"missing", kRole}, {"answer", why}});
  }
  watching_ = false;  // a list, by which a watch can begin, is what has to be permitted first
  version_ = "0";
  due_ = now + denied_backoff_.next(Milliseconds(0));
}

}  // namespace supercargo
