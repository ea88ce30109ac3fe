// node_filefd_*: open file handles of the node and their limit, from /proc/sys/fs/file-nr.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/base/collector.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {

struct FileHandles {
  std::uint64_t allocated;
  std::uint64_t maximum;
};

[[nodiscard]] Result<FileHandles> parse_file_nr(std::string_view text);

class FilefdCollector final : public Collector {
 public:
  explicit FilefdCollector(std::string path) : file_(std::move(path), FileEnd::kLess) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "filefd"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  KernelFile file_;
};

}  // namespace supercargo
