// CPU seconds per GiB of raw log lines: encoding GELF, and encoding and sending it over TCP to a
// receiver that throws it away.
//
//   gelf_bench [MIB] [tcp://HOST:PORT]       default: 512 MiB, encoding only
//
// Lines of 60 to 250 bytes (150 on average, CRI header of 42 included) in batches of 256 KiB. CPU
// is this process's user and system time; the receiver is another process (graylog_stand_in
// --discard).
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

int run_sender(const std::string& url, const Batch& batch, std::size_t raw, std::size_t total) {
  SelfMetrics metrics;
  GelfConfig config;
  config.url = url;
  auto sender = make_gelf_sender(config, {}, "bench", metrics);
  if (!sender) {
    std::fprintf(stderr, "%s\n", sender.error().message.c_str());
    return 1;
  }
  std::vector<Outcome> outcomes;
  RequestId id = 0;
  std::size_t encoded = 0;
  const double start = cpu_seconds();
  for (std::size_t done = 0; done < total;) {
    while ((*sender)->open_bytes() < (1 << 20)) {
      (*sender)->append(batch);
      done += raw;
    }
    while (!(*sender)->ready()) {
      (*sender)->wait(-1, Milliseconds(1000), outcomes);
    }
    encoded += (*sender)->open_bytes();
    (*sender)->send(++id);
    (*sender)->wait(-1, Milliseconds(0), outcomes);
    for (const Outcome& outcome : outcomes) {
      if (outcome.kind != Outcome::Kind::kDelivered) {
        std::fprintf(stderr, "%s\n", outcome.detail.c_str());
        return 1;
      }
    }
    outcomes.clear();
  }
  report("encode and send", cpu_seconds() - start, total, encoded);
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
    return run_sender(argv[2], batch, lines->raw, total);
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
