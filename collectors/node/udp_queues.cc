#include "collectors/node/udp_queues.h"

#include <array>

#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 2> kLabels{"ip", "queue"};
constexpr std::array<MetricDesc, 1> kFamilies{
    {{"node_udp_queues",
      "Number of allocated memory in the kernel for UDP datagrams in bytes.",
      MetricKind::kGauge,
      kLabels}}};

constexpr std::size_t kWordsBeforeQueues = 4;

bool add_hex(std::string_view text, std::uint64_t& sum) {
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || stop != text.data() + text.size()) {
    return false;
  }
  sum += value;
  return true;
}

Status add_queues(KernelFile& file, std::string_view ip, SampleSet& out) {
  Result<std::string_view> text = file.read();
  if (!text) {
    return missing_is_unavailable(std::move(text).error());  // a host without this IP version
  }
  Result<UdpQueues> queues = parse_udp_queues(*text);
  if (!queues) {
    return std::move(queues).error().with_context(file.path());
  }
  out.add(0, out.add_labels({{"ip", ip}, {"queue", "tx"}}), static_cast<double>(queues->transmit));
  out.add(0, out.add_labels({{"ip", ip}, {"queue", "rx"}}), static_cast<double>(queues->receive));
  return Ok{};
}

}  // namespace

//   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid ...
//  213: 00000000:0044 00000000:0000 07 00000000:00000300 00:00000000 00000000     0 ...
Result<UdpQueues> parse_udp_queues(std::string_view text) {
  std::string_view header = take_until(text, '\n');
  if (take_word(header) != "sl") {
    return Error{ErrorCode::kParse, "no header \"sl local_address ...\""};
  }
  UdpQueues out;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    for (std::size_t i = 0; i < kWordsBeforeQueues; ++i) {
      static_cast<void>(take_word(line));
    }
    std::string_view queues = take_word(line);
    const std::string_view transmit = take_until(queues, ':');
    UdpQueues sums = out;
    if (add_hex(transmit, sums.transmit) && add_hex(queues, sums.receive)) {
      out = sums;
    }
  }
  return out;
}

std::span<const MetricDesc> UdpQueuesCollector::families() const noexcept {
  return kFamilies;
}

Status UdpQueuesCollector::collect(SampleSet& out) {
  Status status = add_queues(file_, "v4", out);
  Status status6 = add_queues(file6_, "v6", out);
  if (!status && status.error().code != ErrorCode::kUnavailable) {
    return status;
  }
  if (!status6 && status6.error().code != ErrorCode::kUnavailable) {
    return status6;
  }
  return status ? std::move(status) : std::move(status6);  // one of the two versions is enough
}

}  // namespace supercargo
