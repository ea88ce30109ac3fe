// CPU seconds per GiB of raw log lines: encoding GELF, and encoding and sending it over TCP to a
// receiver that throws it away.
//
//   gelf_bench [MIB] [URL [STREAMS]]         default: 512 MiB, encoding only; 1 stream
//
// Lines of 60 to 250 bytes (150 on average, CRI header of 42 included) in batches of 256 KiB. CPU
// is this process's user and system time; the receiver is another process (graylog_stand_in
// --discard). With a URL also how many messages a second it took.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <sys/resource.h>

#include "agent/base/self_metrics.h"
#include "exporters/gelf/gelf_encoder.h"
#include "exporters/gelf/make_gelf_sender.h"

namespace {

using namespace supercargo;  // NOLINT(google-build-using-namespace): a program of one file

constexpr std::size_t kBatchRaw = 256 << 10;
constexpr std::size_t kHeader = 42;

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Lines {
  std::string text;
  std::vector<Record> records;
  std::size_t raw = 0;
};

std::unique_ptr<Lines> make_lines() {
  auto lines = std::make_unique<Lines>();
  lines->text.reserve(kBatchRaw * 2);
  std::uint64_t seed = 1;
  while (lines->raw < kBatchRaw) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    const std::size_t length = 18 + (seed >> 33U) % 180;
    const std::size_t start = lines->text.size();
    lines->text += "level=info ts=\"12:00:00\" msg=\"request done\" path=/api/v1/items status=200 ";
    while (lines->text.size() < start + length) {
      lines->text += "user=4711 duration=12ms ";
    }
    lines->text.resize(start + length);
    const std::string_view text(lines->text.data() + start, length);
    lines->records.push_back(Record{1'700'000'000'123'456'789,
                                    text,
                                    lines->raw,
                                    static_cast<std::uint32_t>(length + kHeader),
                                    1});
    lines->raw += length + kHeader;
  }
  return lines;
}

void report(const char* what, double cpu, std::size_t raw, std::size_t encoded) {
  const double gib = static_cast<double>(raw) / (1 << 30);
  std::printf("%s: %.2f CPU s per GiB of raw lines, %.2f times the bytes\n",
              what,
              cpu / gib,
              static_cast<double>(encoded) / static_cast<double>(raw));
}

struct Load {
  const ContainerInfo& container;
  std::string_view id_prefix;
  const Lines& lines;
  std::uint64_t streams;
  std::size_t total;
};

// A request as the delivery loop makes it: some lines of each of several files.
std::size_t fill(Sender& sender, const Load& load, std::uint64_t& turn) {
  std::size_t messages = 0;
  const std::size_t share = std::max<std::size_t>(load.lines.records.size() / 16, 1);
  for (std::uint64_t i = 0; i < load.streams && sender.open_bytes() < (1 << 20); ++i) {
    const std::span<const Record> all(load.lines.records);
    const auto records = load.streams == 1 ? all : all.first(share);
    const std::uint64_t stream = ++turn % load.streams + 1;
    sender.append({load.container, 1, Stream::kStdout, load.id_prefix, records, stream});
    messages += records.size();
  }
  return messages;
}

int run_sender(const GelfConfig& config, const Load& load) {
  SelfMetrics metrics;
  auto sender = make_gelf_sender(config, {}, "bench", metrics);
  if (!sender) {
    std::fprintf(stderr, "%s\n", sender.error().message.c_str());
    return 1;
  }
  std::vector<Outcome> outcomes;
  RequestId id = 0;
  std::uint64_t turn = 0;
  std::size_t encoded = 0;
  std::size_t messages = 0;
  const double start = cpu_seconds();
  const SteadyTime began = steady_now();
  while (encoded < load.total || (*sender)->in_flight() > 0) {
    if (encoded < load.total && (*sender)->ready()) {
      messages += fill(**sender, load, turn);
      encoded += (*sender)->open_bytes();
      (*sender)->send(++id);
    }
    const bool full = encoded >= load.total || !(*sender)->ready();
    (*sender)->wait(-1, Milliseconds(full ? 1000 : 0), outcomes);
    for (const Outcome& outcome : outcomes) {
      if (outcome.kind != Outcome::Kind::kDelivered) {
        std::fprintf(stderr, "%s: %s\n", outcome.reason.c_str(), outcome.detail.c_str());
        return 1;
      }
    }
    outcomes.clear();
  }
  const double seconds = std::chrono::duration<double>(steady_now() - began).count();
  const double cpu = cpu_seconds() - start;
  const auto count = static_cast<double>(messages);
  std::printf(
      "encode and send: %.2f CPU s per GiB of messages, %.0f messages a second, %.1f us each\n",
      cpu / static_cast<double>(encoded) * (1 << 30),
      count / seconds,
      cpu / count * 1e6);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t total = std::strtoull(argc > 1 ? argv[1] : "512", nullptr, 10) << 20;
  const auto lines = make_lines();
  ContainerInfo info;
  info.node = "node-1";
  info.pod_namespace = "shop";
  info.pod = "cart-5d9c7f6b8-x2x4z";
  info.pod_uid = "0f3c7a8e-1111-2222-3333-444455556666";
  info.container = "cart";
  info.container_id = std::string(64, 'a');
  const std::string id_prefix = info.pod_uid + "/cart/0/9a8b7c6d5e4f";
  const Batch batch{info, 1, Stream::kStdout, id_prefix, lines->records};
  if (argc > 2) {
    GelfConfig config;
    config.url = argv[2];
    config.confirm_after = std::chrono::milliseconds(200);
    config.bulk = std::getenv("BULK") != nullptr;  // NOLINT(concurrency-mt-unsafe): one thread
    const std::uint64_t streams = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1;
    return run_sender(config, {info, id_prefix, *lines, streams, total});
  }
  SelfMetrics metrics;
  GelfEncoder encoder({}, GelfCounters(metrics, "bench"));
  std::string out;
  std::size_t encoded = 0;
  const double start = cpu_seconds();
  for (std::size_t done = 0; done < total; done += lines->raw) {
    out.clear();
    encoder.append(batch, out);
    encoded += out.size();
  }
  report("encode", cpu_seconds() - start, total, encoded);
  return 0;
}
