// A node and one output in a directory of the test: real files, discovery, reader and journal; the
// test is the kubelet, the runtime, the clock and the receiver.
//
// One test owns one; one thread (but for the journal's SyncThread). After every step the ledger
// adds up: else the step throws.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/host_paths.h"
#include "agent/base/self_metrics.h"
#include "agent/pipeline/ledger.h"
#include "collectors/logs/log_discovery.h"
#include "collectors/logs/log_reader.h"
#include "collectors/logs/sync_thread.h"
#include "tests/collectors/logs/collecting_sender.h"
#include "tests/support/temp_tree.h"

namespace supercargo::test {

// "2026-11-22T14:36:43.00000000<n>Z stdout F text\n", n growing.
[[nodiscard]] std::string cri(std::string_view text,
                              std::string_view tag = "F",
                              std::string_view stream = "stdout");

struct LogNodeOptions {
  LogSourceConfig source{LogSourceConfig::Type::kKubernetes, "/var/log/pods", {}};
  std::string directory = "var/log/pods/shop_web-1_uid-1/app";  // of relative file names
  ChainOptions chain{};
  ReadLimits limits{};
  bool ordered = false;
  bool inotify = true;        // false: as where the limit of instances is reached
  std::uint32_t outputs = 1;  // more than one: files stay open until the test's own are done, too
  std::size_t max_open_files = 4'096;
  std::uint64_t deleted_budget_bytes = std::uint64_t{1} << 30;
  std::map<std::string, std::string>
      files_before{};  // there when the agent starts for the first time
};

class LogNode {
 public:
  explicit LogNode(LogNodeOptions options = {});

  // What the runtime and kubelet do; names are relative to the options' directory.
  void write(std::string_view name, std::string_view text);
  void rename(std::string_view from, std::string_view to);
  void unlink(std::string_view name);
  void truncate(std::string_view name);
  // As kubelet compresses a rotated file.
  void gzip(std::string_view name);
  [[nodiscard]] std::string path(std::string_view name) const;

  // Time passes, then discovery looks. A second or more brings a rescan.
  void look(Milliseconds later = Milliseconds(1'000));

  // Everything that may be read now goes into one request of about `max_bytes`. 0: nothing was.
  RequestId send(std::size_t max_bytes = std::size_t{1} << 20);
  // What became of it. Returns its lines.
  std::vector<SentLine> settle(RequestId request);
  std::vector<SentLine> rewind(RequestId request);
  // Parts first, then the rest is delivered.
  std::vector<SentLine> settle_parts(RequestId request, const std::vector<Outcome::Part>& parts);
  std::vector<SentLine> drop(RequestId request, std::string_view reason);

  // Looks, sends and settles until nothing more comes for `quiet_looks` seconds.
  void drain(int quiet_looks = 4);

  // As kill -9: what the journal was not told is forgotten. `save` first for an orderly end.
  void restart_agent();
  // The configuration is loaded again: new readers, and a discovery that follows the one before.
  // The ledger stays.
  void reload_agent();
  // Likewise; none of its files was open (they were parked).
  void reload_agent_without_files();
  void kill_agent();
  void start_agent();

  void save() { reader_->save(now_, /*force=*/true); }

  // Texts of the settled lines of a stream, in the order of their requests.
  [[nodiscard]] std::vector<std::string> delivered(Stream stream = Stream::kStdout) const;

  [[nodiscard]] const std::vector<SentLine>& all_delivered() const { return delivered_; }

  // As it is now.
  [[nodiscard]] std::shared_ptr<const ContainerAccount> account() const;

  TempTree tree;

  [[nodiscard]] LogReader& reader() { return *reader_; }

  [[nodiscard]] SelfMetrics& metrics() { return *metrics_; }

  [[nodiscard]] LogDiscovery& discovery() { return *discovery_; }

  [[nodiscard]] CollectingSender& sender() { return *sender_; }

  [[nodiscard]] const LogCatalog& catalog() const { return *catalog_; }

  [[nodiscard]] SteadyTime now() const { return now_; }

 private:
  void start_reading(const std::shared_ptr<const LogChains>& before);
  void check_ledger() const;
  void make_discovery();

  const LogNodeOptions options_;
  HostPaths host_;
  SyncThread sync_thread_{Milliseconds(5), {}};
  SteadyTime now_{std::chrono::seconds(1'000)};
  RequestId next_request_ = 1;
  std::vector<SentLine> delivered_;

  // The agent; made anew at each restart.
  std::unique_ptr<SelfMetrics> metrics_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<LogCatalog> catalog_;
  std::unique_ptr<LogDiscovery> discovery_;
  std::unique_ptr<LogReader> reader_;
  std::unique_ptr<CollectingSender> sender_;
};

}  // namespace supercargo::test
