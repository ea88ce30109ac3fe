#include "tests/exporters/loki/loki_node.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "exporters/loki/loki_sender.h"
#include "tests/support/loki_texts.h"

namespace supercargo::test {
namespace {

// Steps of time while nothing is in flight, and while an answer is waited for.
constexpr std::int64_t kIdleStepMs = 40;
constexpr std::int64_t kBusyStepMs = 1;
constexpr Milliseconds kAnswerWait{20};

// Never waits for time to pass: the test's clock does not need it.
class PromptSender : public Sender {
 public:
  explicit PromptSender(std::unique_ptr<Sender> sender) : sender_(std::move(sender)) {}

  [[nodiscard]] bool ready() const override { return sender_->ready(); }

  [[nodiscard]] bool ordered() const override { return sender_->ordered(); }

  void append(const Batch& batch) override { sender_->append(batch); }

  [[nodiscard]] std::size_t open_bytes() const override { return sender_->open_bytes(); }

  void send(RequestId id) override { sender_->send(id); }

  void wait(int wake_fd, Milliseconds timeout, std::vector<Outcome>& outcomes) override {
    const Milliseconds most = sender_->in_flight() > 0 ? kAnswerWait : Milliseconds(0);
    sender_->wait(wake_fd, std::min(timeout, most), outcomes);
  }

  [[nodiscard]] std::size_t in_flight() const override { return sender_->in_flight(); }

 private:
  std::unique_ptr<Sender> sender_;
};

std::pair<std::string, std::string> split_pod(const std::string& container) {
  const std::size_t slash = container.rfind('/');
  return {container.substr(0, slash), container.substr(slash + 1)};
}

// "shop/web-1/app" -> "var/log/pods/shop_web-1_uid/app/0.log"
std::string log_path(const std::string& container) {
  auto [pod, name] = split_pod(container);
  std::replace(pod.begin(), pod.end(), '/', '_');
  return fmt::format("var/log/pods/{}_uid/{}/0.log", pod, name);
}

std::string name_of(const ContainerAccount& account) {
  return fmt::format("{}/{}/{}", account.pod_namespace, account.pod, account.container);
}

std::string label(const LokiLine& line, std::string_view name) {
  for (const auto& [key, value] : line.labels) {
    if (key == name) {
      return value;
    }
  }
  return {};
}

}  // namespace

LokiNodeOptions::LokiNodeOptions() {
  delivery.batch_wait = Milliseconds(50);
  delivery.backoff = {Milliseconds(100), Milliseconds(1'000)};
}

LokiNode::LokiNode(LokiNodeOptions options) : options_(std::move(options)) {
  host_.root = tree_.root().string();
  tree_.directory("var/log/pods");
  tree_.directory("data");
  options_.loki.now_ns = [this] { return wall_ns(); };
  loki_ = std::make_unique<LokiStandIn>(options_.loki);
  options_.config.url = loki_->url();
  start();
}

LokiNode::~LokiNode() = default;

SteadyTime LokiNode::now() const {
  return steady_now() + Milliseconds(ahead_ms_.load());
}

std::int64_t LokiNode::wall_ns() const {
  return wall_begin_ns_ +
         std::chrono::duration_cast<std::chrono::nanoseconds>(now() - begin_).count();
}

void LokiNode::start() {
  ledger_ = std::make_unique<Ledger>();
  catalog_ = std::make_unique<LogCatalog>();
  const LogSourceConfig source{LogSourceConfig::Type::kKubernetes, "/var/log/pods", {}};
  discovery_ = std::make_unique<LogDiscovery>(
      LogDiscovery::Options{{source}, "node-1", 1, 4'096, std::uint64_t{1} << 30},
      host_,
      *catalog_,
      metrics_,
      [] {});
  auto journal = Journal::open(
      tree_.path("data/loki"), sync_thread_, {.segment_bytes = std::uint64_t{64} << 10});
  auto sender = LokiSender::create(options_.config, options_.delivery, [this] { return now(); });
  if (!journal || !sender) {
    throw std::runtime_error("no journal, or no sender");
  }
  auto reader = std::make_unique<LogReader>(
      "loki", ChainOptions{}, ReadLimits{}, *catalog_, *ledger_, metrics_, std::move(*journal));
  auto prompt = std::make_unique<PromptSender>(std::move(*sender));
  reader_ = reader.get();
  sender_ = prompt.get();
  loop_ = std::make_unique<DeliveryLoop>(OutputIdentity{"loki", "loki", loki_->url()},
                                         options_.delivery,
                                         std::move(reader),
                                         std::move(prompt),
                                         metrics_);
}

void LokiNode::restart() {
  loop_.reset();
  discovery_.reset();
  start();
}

void LokiNode::write(const std::string& container,
                     std::string_view text,
                     std::chrono::seconds ago,
                     std::string_view stream) {
  const std::int64_t time_ns = wall_ns() - ago.count() * kNanosecondsPerSecond;
  std::string time = go_rfc3339(time_ns);
  time.insert(time.size() - 1, fmt::format(".{:09}", time_ns % kNanosecondsPerSecond));
  tree_.append(log_path(container), fmt::format("{} {} F {}\n", time, stream, text));
}

void LokiNode::turn() {
  ahead_ms_ += sender_->in_flight() > 0 ? kBusyStepMs : kIdleStepMs;
  discovery_->turn(now());
  (void)loop_->turn(now());
}

void LokiNode::run(Milliseconds time) {
  for (const SteadyTime end = now() + time; now() < end;) {
    turn();
  }
}

bool LokiNode::pends() const {
  reader_->post_accounts(now());
  const auto accounts = ledger_->snapshot();
  return sender_->in_flight() > 0 ||
         std::any_of(accounts.begin(), accounts.end(), [](const auto& account) {
           return account->terms().pending_bytes != 0;
         });
}

bool LokiNode::deliver(Milliseconds most) {
  const SteadyTime end = now() + most;
  run(Milliseconds(2'500));  // until discovery has seen all
  while (pends() && now() < end) {
    turn();
  }
  return !pends();
}

std::vector<std::string> LokiNode::stored(const std::string& container) const {
  std::vector<std::string> texts;
  for (const LokiLine& line : loki_->lines()) {
    const std::string name = fmt::format(
        "{}/{}/{}", label(line, "namespace"), label(line, "pod"), label(line, "container"));
    if (name == container) {
      texts.push_back(line.line);
    }
  }
  return texts;
}

LedgerTerms LokiNode::account(const std::string& container) const {
  for (const auto& account : ledger_->snapshot()) {
    if (name_of(*account) == container) {
      return account->terms();
    }
  }
  return {};
}

std::map<std::string, std::uint64_t> LokiNode::dropped(const std::string& container) const {
  std::map<std::string, std::uint64_t> lines;
  for (const auto& [reason, amount] : account(container).dropped) {
    lines[reason] = amount.lines;
  }
  return lines;
}

std::vector<std::string> numbered(int count, std::size_t bytes, int first) {
  std::vector<std::string> texts;
  for (int i = first; i < first + count; ++i) {
    std::string text = std::to_string(i) + " ";
    text.resize(std::max(bytes, text.size()), 'x');
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace supercargo::test
