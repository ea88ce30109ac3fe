#include "tests/collectors/logs/log_node.h"

#include <filesystem>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "collectors/logs/log_metrics.h"
#include "tests/collectors/logs/gzip_file.h"

namespace supercargo::test {

std::string cri(std::string_view text, std::string_view tag, std::string_view stream) {
  static std::uint32_t nanoseconds = 0;
  return fmt::format(
      "2026-11-22T14:36:43.{:09}Z {} {} {}\n", ++nanoseconds % 1'000'000'000, stream, tag, text);
}

LogNode::LogNode(LogNodeOptions options) : options_(std::move(options)) {
  host_.root = tree.root().string();
  tree.directory(options_.directory);
  tree.directory("data");
  for (const auto& [name, content] : options_.files_before) {
    write(name, content);
  }
  start_agent();
}

void LogNode::start_agent() {
  metrics_ = std::make_unique<SelfMetrics>();
  ledger_ = std::make_unique<Ledger>();
  start_reading(nullptr);
}

void LogNode::start_reading(const std::shared_ptr<const LogChains>& before) {
  catalog_ = std::make_unique<LogCatalog>();
  make_discovery();
  if (before) {
    discovery_->inherit(*before);
  }
  auto journal = Journal::open(
      tree.path("data/out"), sync_thread_, {.segment_bytes = std::uint64_t{16} << 10});
  if (!journal) {
    throw std::runtime_error(journal.error().message);
  }
  reader_ = std::make_unique<LogReader>(
      "out", options_.chain, options_.limits, *catalog_, *ledger_, *metrics_, std::move(*journal));
  sender_ = std::make_unique<CollectingSender>(options_.ordered);
  look();
}

// Without inotify: while it is made, no descriptor is to be had.
void LogNode::make_discovery() {
  rlimit before{};
  (void)::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none{0, before.rlim_max};
  if (!options_.inotify) {
    (void)::setrlimit(RLIMIT_NOFILE, &none);
  }
  discovery_ = std::make_unique<LogDiscovery>(LogDiscovery::Options{{options_.source},
                                                                    "node-1",
                                                                    options_.outputs,
                                                                    options_.max_open_files,
                                                                    options_.deleted_budget_bytes},
                                              host_,
                                              *catalog_,
                                              *metrics_,
                                              [] {});
  (void)::setrlimit(RLIMIT_NOFILE, &before);
}

void LogNode::restart_agent() {
  kill_agent();
  start_agent();
}

void LogNode::reload_agent() {
  save();
  std::shared_ptr<const LogChains> files = catalog_->chains();
  kill_agent();
  start_reading(files);
}

void LogNode::reload_agent_without_files() {
  save();
  kill_agent();
  start_reading(nullptr);
}

void LogNode::kill_agent() {
  reader_.reset();
  discovery_.reset();
}

std::string LogNode::path(std::string_view name) const {
  return tree.path(options_.directory + "/" + std::string(name));
}

void LogNode::write(std::string_view name, std::string_view text) {
  tree.append(options_.directory + "/" + std::string(name), text);
}

void LogNode::rename(std::string_view from, std::string_view to) {
  std::filesystem::rename(path(from), path(to));
}

void LogNode::unlink(std::string_view name) {
  std::filesystem::remove(path(name));
}

void LogNode::truncate(std::string_view name) {
  std::filesystem::resize_file(path(name), 0);
}

void LogNode::gzip(std::string_view name) {
  const std::string plain(name);
  const std::string compressed = plain + ".gz";
  const std::string temporary = plain + ".tmp";
  write(temporary, gzip_of(tree.read(options_.directory + "/" + plain)));
  rename(temporary, compressed);
  unlink(plain);
}

void LogNode::look(Milliseconds later) {
  now_ += later;
  discovery_->turn(now_);
  (void)reader_->refresh(now_, sender_->ordered());
  check_ledger();
}

RequestId LogNode::send(std::size_t max_bytes) {
  (void)reader_->refresh(now_, sender_->ordered());
  while (sender_->open_bytes() < max_bytes &&
         reader_->read_turn(next_request_, max_bytes - sender_->open_bytes(), *sender_) > 0) {
  }
  (void)reader_->refresh(now_, sender_->ordered());
  reader_->save(now_, /*force=*/false);
  check_ledger();
  if (sender_->open_bytes() == 0) {
    return 0;
  }
  sender_->send(next_request_);
  return next_request_++;
}

std::vector<SentLine> LogNode::settle(RequestId request) {
  std::vector<SentLine> lines = sender_->take(request);
  delivered_.insert(delivered_.end(), lines.begin(), lines.end());
  reader_->settle(request);
  check_ledger();
  return lines;
}

std::vector<SentLine> LogNode::settle_parts(RequestId request,
                                            const std::vector<Outcome::Part>& parts) {
  reader_->settle_parts(request, parts, now_);
  check_ledger();
  return settle(request);
}

std::vector<SentLine> LogNode::rewind(RequestId request) {
  reader_->rewind(request);
  check_ledger();
  return sender_->take(request);
}

std::vector<SentLine> LogNode::drop(RequestId request, std::string_view reason) {
  reader_->drop(request, reason);
  check_ledger();
  return sender_->take(request);
}

void LogNode::drain(int quiet_looks) {
  for (int quiet = 0; quiet < quiet_looks; ++quiet) {
    look();
    while (const RequestId request = send()) {
      (void)settle(request);
      quiet = 0;
    }
  }
  save();
}

std::vector<std::string> LogNode::delivered(Stream stream) const {
  std::vector<std::string> texts;
  for (const SentLine& line : delivered_) {
    if (line.stream == stream) {
      texts.push_back(line.text);
    }
  }
  return texts;
}

std::shared_ptr<const ContainerAccount> LogNode::account() const {
  check_ledger();
  const auto accounts = ledger_->snapshot();
  return accounts.empty() ? nullptr : accounts.front();
}

void LogNode::check_ledger() const {
  reader_->post_accounts(now_);
  if (metrics_->counter(log_metrics::kLedgerDifferences, {"out"}).Value() > 0) {
    throw std::logic_error("the ledger does not add up");
  }
  for (const auto& account : ledger_->snapshot()) {
    if (account->terms().difference() != 0) {
      throw std::logic_error("a container's account does not add up");
    }
  }
}

}  // namespace supercargo::test
