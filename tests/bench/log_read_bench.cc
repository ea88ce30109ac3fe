// CPU seconds per GiB of raw lines for reading and encoding them: from the files to a request that
// is settled at once, without compression and without a network.
//
//   log_read_bench HOST_ROOT [none|loki|gelf] [ROUNDS]      pods' logs lie below
//   HOST_ROOT/var/log/pods
//
// Nothing but the hot path of an output's thread, so that a change of it shows.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <sys/resource.h>

#include "agent/base/self_metrics.h"
#include "collectors/logs/log_discovery.h"
#include "collectors/logs/log_reader.h"
#include "collectors/logs/sync_thread.h"
#include "exporters/gelf/gelf_encoder.h"
#include "exporters/loki/loki_encoder.h"

namespace {

using namespace supercargo;  // NOLINT(google-build-using-namespace): a program of one file

constexpr std::size_t kRequestBytes = std::size_t{1} << 20;

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Encodes, or only counts, and sends nowhere.
class Encoding : public Sender {
 public:
  Encoding(std::string_view kind, SelfMetrics& metrics)
      : loki_(kind == "loki"),
        gelf_(kind == "gelf"),
        loki_encoder_(*LokiLabels::create({})),
        gelf_encoder_({}, GelfCounters(metrics, "bench")) {
    loki_encoder_.reserve(2 * kRequestBytes);
  }

  [[nodiscard]] bool ready() const override { return true; }

  [[nodiscard]] bool ordered() const override { return false; }

  void append(const Batch& batch) override {
    lines_ += batch.records.size();
    if (loki_) {
      loki_encoder_.append(batch);
    } else if (gelf_) {
      gelf_encoder_.append(batch, text_);
    } else {
      for (const Record& record : batch.records) {
        counted_ += record.raw_bytes;
      }
    }
  }

  [[nodiscard]] std::size_t open_bytes() const override {
    return loki_ ? loki_encoder_.body().size() : gelf_ ? text_.size() : counted_;
  }

  void send(RequestId /*id*/) override {
    loki_encoder_.clear();
    text_.clear();
    counted_ = 0;
  }

  void wait(int /*wake_fd*/, Milliseconds /*timeout*/, std::vector<Outcome>& /*out*/) override {}

  [[nodiscard]] std::size_t in_flight() const override { return 0; }

  [[nodiscard]] std::size_t lines() const { return lines_; }

 private:
  const bool loki_;
  const bool gelf_;
  LokiEncoder loki_encoder_;
  GelfEncoder gelf_encoder_;
  std::string text_;
  std::size_t counted_ = 0;
  std::size_t lines_ = 0;
};

double measure(const std::string& root, std::string_view kind) {
  const std::string data = std::filesystem::temp_directory_path() / "supercargo-log-read-bench";
  std::filesystem::remove_all(data);
  HostPaths host;
  host.root = root;
  SelfMetrics metrics;
  Ledger ledger;
  LogCatalog catalog;
  SyncThread sync_thread(Milliseconds(1'000), {});
  const LogSourceConfig source{LogSourceConfig::Type::kKubernetes, "/var/log/pods", {}};
  LogDiscovery discovery({{source}, "node-1", 1}, host, catalog, metrics, [] {});
  discovery.turn(steady_now());
  auto journal = Journal::open(data, sync_thread, {});
  LogReader reader("bench", {}, {}, catalog, ledger, metrics, std::move(*journal));
  Encoding sender(kind, metrics);
  RequestId request = 1;
  const double begin = cpu_seconds();
  const std::uint64_t all = reader.refresh(steady_now(), false).readable_bytes;
  while (reader.refresh(steady_now(), false).readable_bytes > 0) {
    while (sender.open_bytes() < kRequestBytes &&
           reader.read_turn(request, kRequestBytes - sender.open_bytes(), sender) > 0) {
    }
    sender.send(request);
    reader.settle(request++);
    reader.save(steady_now(), false);
  }
  const double used = cpu_seconds() - begin;
  std::printf("%.*s: %.3f CPU s per GiB, %.0f ns a line\n",
              static_cast<int>(kind.size()),
              kind.data(),
              used * (1 << 30) / static_cast<double>(all),
              used * 1e9 / static_cast<double>(sender.lines()));
  std::filesystem::remove_all(data);
  return used;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: log_read_bench HOST_ROOT [none|loki|gelf] [ROUNDS]\n", stderr);
    return 2;
  }
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 5;
  double best = 1e9;
  for (int round = 0; round < rounds; ++round) {
    best = std::min(best, measure(argv[1], argc > 2 ? argv[2] : "none"));
  }
  std::printf("best: %.3f s\n", best);
  return 0;
}
