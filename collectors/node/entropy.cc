#include "collectors/node/entropy.h"

namespace supercargo {
namespace {

constexpr std::array<MetricDesc, 2> kFamilies{{
    {"node_entropy_available_bits", "Bits of available entropy.", MetricKind::kGauge},
    {"node_entropy_pool_size_bits", "Bits of entropy pool.", MetricKind::kGauge},
}};

}  // namespace

EntropyCollector::EntropyCollector(const std::string& directory)
    : files_{KernelFile(directory + "/entropy_avail", FileEnd::kLess),
             KernelFile(directory + "/poolsize", FileEnd::kLess)} {}

std::span<const MetricDesc> EntropyCollector::families() const noexcept {
  return kFamilies;
}

Status EntropyCollector::collect(SampleSet& out) {
  for (std::size_t family = 0; family < files_.size(); ++family) {
    Result<std::uint64_t> bits = read_number(files_[family]);
    if (!bits) {
      return std::move(bits).error();
    }
    out.add(family, SampleSet::kNoLabels, static_cast<double>(*bits));
  }
  return Ok{};
}

}  // namespace supercargo
