// The metrics in the *.prom files of a directory, which scripts of the host write.
//
// A file that is odd or half-written costs its own metrics, sets node_textfile_scrape_error and is
// named in the log. A sample that another file has given already is left out and is such an error,
// too.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "agent/base/collector.h"
#include "agent/base/log.h"
#include "collectors/node/node_options.h"
#include "collectors/node/text_metrics.h"

namespace supercargo {

class TextfileCollector final : public Collector {
 public:
  explicit TextfileCollector(const NodeOptions& options)
      : host_(options.host), directory_(options.config.textfile_directory) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "textfile"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;

  [[nodiscard]] bool has_late_families() const noexcept override { return true; }

  // Never fails: see node_textfile_scrape_error.
  Status collect(SampleSet& out) override;

 private:
  struct File {
    std::string path;  // of the host
    double mtime_seconds;
    std::vector<TextFamily> families;
  };

  [[nodiscard]] std::vector<std::string> directories() const;
  void read_directory(const std::string& directory);
  [[nodiscard]] Result<File> read_file_of_host(const std::string& path);
  void add_samples(const File& file, SampleSet& out);
  void report(const std::string& path, const Error& error);

  HostPaths host_;
  std::string directory_;  // or a pattern of directories; empty: nothing is read
  LogLimiter limiter_;
  std::string text_;

  // Of one pass.
  std::vector<File> files_;
  std::unordered_map<std::string_view, std::string> help_;  // of families without one of their own
  std::unordered_set<std::string> given_;                   // samples
  bool failed_ = false;
};

}  // namespace supercargo
