// CPU seconds per GiB of raw CRI lines for what the Loki output adds to reading them: encoding the
// push request and compressing it. Beside it the floors (copying the text, compressing nothing but
// the text) and the same request built with protobuf's generated classes.
//
//   loki_encode_bench [MiB of raw lines, default 256] [URL of a `loki_stand_in --discard`]

#include <cstdio>
#include <ctime>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <snappy.h>

#include "agent/base/text.h"
#include "agent/base/utf8.h"
#include "exporters/loki/loki_encoder.h"
#include "exporters/loki/loki_sender.h"
#include "tests/support/loki_push.pb.h"

namespace {

using namespace supercargo;  // NOLINT(google-build-using-namespace): a program of one file

constexpr std::size_t kRequestBytes = std::size_t{1} << 20;
constexpr std::size_t kTurnBytes = std::size_t{64} << 10;
constexpr std::string_view kCriPrefix = "2026-11-22T10:00:00.000000000Z stdout F ";

// Lines of 230 raw bytes on average: half access log, half JSON, with numbers that do not repeat.
class Sample {
 public:
  Sample() {
    std::mt19937_64 random(7);
    std::int64_t time_ns = 1'795'341'600'000'000'000;
    for (std::size_t raw = 0; raw < kSampleBytes; raw += records_.back().raw_bytes) {
      texts_.push_back(make_line(random));
      Record record;
      record.time_ns = time_ns += static_cast<std::int64_t>(random() % 2'000'000);
      record.raw_bytes = static_cast<std::uint32_t>(texts_.back().size() + kCriPrefix.size() + 1);
      records_.push_back(record);
    }
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      records_[i].text = texts_[i];
      raw_bytes_ += records_[i].raw_bytes;
    }
  }

  [[nodiscard]] const std::vector<Record>& records() const { return records_; }

  [[nodiscard]] std::size_t raw_bytes() const { return raw_bytes_; }

 private:
  static constexpr std::size_t kSampleBytes = std::size_t{32} << 20;

  static std::string make_line(std::mt19937_64& random) {
    constexpr std::array<const char*, 8> kPaths{
        "cart", "checkout", "login", "search", "item", "static/app.js", "api/v1/orders", "health"};
    const auto number = [&random](std::uint64_t below) { return std::to_string(random() % below); };
    const std::string path = kPaths.at(random() % kPaths.size());
    std::string line;
    if (random() % 2 == 0) {
      return line.append("10.")
          .append(number(256))
          .append(".")
          .append(number(256))
          .append(".")
          .append(number(256))
          .append(" - - [22/Nov/2026:10:00:00 +0000] \"GET /")
          .append(path)
          .append("/")
          .append(number(1'000'000))
          .append(" HTTP/1.1\" 200 ")
          .append(number(100'000))
          .append(" \"-\" \"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/")
          .append(number(130))
          .append(".0.0.0 Safari/537.36\" rt=0.")
          .append(number(1'000));
    }
    return line.append(R"({"level":"info","msg":"request handled","method":"GET","path":"/)")
        .append(path)
        .append(R"(","status":200,"duration_ms":)")
        .append(number(2'000))
        .append(R"(,"trace_id":")")
        .append(std::to_string(random()))
        .append(std::to_string(random()))
        .append(R"(","user":)")
        .append(number(1'000'000))
        .append("}");
  }

  std::vector<std::string> texts_;
  std::vector<Record> records_;
  std::size_t raw_bytes_ = 0;
};

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

struct Totals {
  std::size_t raw = 0;
  std::size_t encoded = 0;
  std::size_t compressed = 0;
};

using Turn = std::span<const Record>;

// Calls `turn` for pieces of the sample as the delivery loop would, until `raw_bytes` went through.
void run(const char* name,
         const Sample& sample,
         std::size_t raw_bytes,
         const std::function<void(Turn, Totals&)>& turn) {
  Totals totals;
  const double begin = cpu_seconds();
  while (totals.raw < raw_bytes) {
    std::size_t from = 0;
    std::size_t size = 0;
    for (std::size_t i = 0; i < sample.records().size(); ++i) {
      size += sample.records()[i].raw_bytes;
      if (size >= kTurnBytes) {
        turn(Turn(sample.records()).subspan(from, i + 1 - from), totals);
        totals.raw += size;
        from = i + 1;
        size = 0;
      }
    }
  }
  const double gib = static_cast<double>(totals.raw) / (1U << 30U);
  std::printf("%-44s %.3f CPU s/GiB  encoded %.2f  compressed %.2f of raw\n",
              name,
              (cpu_seconds() - begin) / gib,
              static_cast<double>(totals.encoded) / static_cast<double>(totals.raw),
              static_cast<double>(totals.compressed) / static_cast<double>(totals.raw));
}

class Compressor {
 public:
  std::size_t compress(std::string_view body) {
    out_.clear();
    std::size_t size = 0;
    snappy::RawCompress(
        body.data(), body.size(), out_.extend(snappy::MaxCompressedLength(body.size())), &size);
    return size;
  }

 private:
  ByteBuffer out_;
};

ContainerInfo container(bool with_metadata) {
  ContainerInfo info;
  info.node = "ip-10-0-12-7.eu-west-1.compute.internal";
  info.pod_namespace = "shop";
  info.pod = "checkout-7d9c5b6f4-x2x9k";
  info.container = "server";
  if (with_metadata) {
    info.pod_uid = "6c1f3a52-6a0e-4b53-9d2c-5f1f7a0c9b11";
    info.container_id = std::string(32, '4') + std::string(32, 'e');
  }
  return info;
}

void run_encoder(const char* name,
                 const Sample& sample,
                 std::size_t raw_bytes,
                 const ContainerInfo& info,
                 bool compress) {
  LokiEncoder encoder(*LokiLabels::create({}));
  encoder.reserve(2 * kRequestBytes);
  Compressor compressor;
  run(name, sample, raw_bytes, [&](Turn turn, Totals& totals) {
    encoder.append(Batch{info, 1, Stream::kStdout, "id", turn});
    if (encoder.body().size() >= kRequestBytes) {
      totals.encoded += encoder.body().size();
      totals.compressed += compress ? compressor.compress(encoder.body()) : 0;
      encoder.clear();
    }
  });
}

void run_generated(const Sample& sample, std::size_t raw_bytes) {
  test::loki::PushRequest request;
  std::string body;
  run("protobuf's generated classes, no metadata",
      sample,
      raw_bytes,
      [&](Turn turn, Totals& totals) {
        test::loki::Stream* stream =
            request.streams_size() == 0 ? request.add_streams() : request.mutable_streams(0);
        stream->set_labels("{container=\"server\"}");
        for (const Record& record : turn) {
          test::loki::Entry* entry = stream->add_entries();
          entry->mutable_timestamp()->set_seconds(record.time_ns / 1'000'000'000);
          entry->mutable_timestamp()->set_nanos(static_cast<int>(record.time_ns % 1'000'000'000));
          entry->set_line(record.text.data(), record.text.size());
        }
        if (const std::size_t size = request.ByteSizeLong(); size >= kRequestBytes) {
          request.SerializeToString(&body);
          totals.encoded += body.size();
          request.Clear();
        }
      });
}

void run_floors(const Sample& sample, std::size_t raw_bytes) {
  ByteBuffer text;
  text.reserve(2 * kRequestBytes);
  Compressor compressor;
  run("floor: copying the text", sample, raw_bytes, [&](Turn turn, Totals& totals) {
    for (const Record& record : turn) {
      text.append(record.text);
    }
    if (text.size() >= kRequestBytes) {
      totals.encoded += text.size();
      text.clear();
    }
  });
  run("floor: copying and compressing the text", sample, raw_bytes, [&](Turn turn, Totals& totals) {
    for (const Record& record : turn) {
      text.append(record.text);
    }
    if (text.size() >= kRequestBytes) {
      totals.encoded += text.size();
      totals.compressed += compressor.compress(text.view());
      text.clear();
    }
  });
  run("checking UTF-8 alone", sample, raw_bytes, [&](Turn turn, Totals& totals) {
    for (const Record& record : turn) {
      totals.encoded += valid_utf8_prefix(record.text);
    }
  });
}

// All that the output adds to reading: encoding, compressing and sending.
void run_sender(const Sample& sample, std::size_t raw_bytes, const std::string& url) {
  LokiConfig config;
  config.url = url;
  const Result<std::unique_ptr<Sender>> made = LokiSender::create(config, {});
  Sender& sender = **made;
  const ContainerInfo info = container(true);
  RequestId id = 0;
  std::size_t delivered = 0;
  std::vector<Outcome> outcomes;
  const auto collect = [&](Milliseconds timeout) {
    outcomes.clear();
    sender.wait(/*wake_fd=*/-1, timeout, outcomes);
    for (const Outcome& outcome : outcomes) {
      delivered += outcome.kind == Outcome::Kind::kDelivered ? 1 : 0;
    }
  };
  run("sender: encoder, snappy, POST", sample, raw_bytes, [&](Turn turn, Totals& totals) {
    sender.append(Batch{info, 1, Stream::kStdout, "id", turn});
    if (sender.open_bytes() >= kRequestBytes) {
      totals.encoded += sender.open_bytes();
      sender.send(++id);
      collect(Milliseconds(0));
      while (!sender.ready()) {
        collect(Milliseconds(1'000));
      }
    }
  });
  while (sender.in_flight() > 0) {
    collect(Milliseconds(1'000));
  }
  std::printf("%zu of %llu requests delivered\n", delivered, static_cast<unsigned long long>(id));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view argument = argc > 1 ? argv[1] : "256";
  const std::size_t raw_bytes = parse_number<std::size_t>(argument).value_or(256) << 20U;
  const Sample sample;
  std::printf("%zu lines, %zu raw bytes each on average\n",
              sample.records().size(),
              sample.raw_bytes() / sample.records().size());
  run_floors(sample, raw_bytes);
  run_encoder("encoder, no metadata", sample, raw_bytes, container(false), /*compress=*/false);
  run_encoder("encoder, with metadata", sample, raw_bytes, container(true), /*compress=*/false);
  run_generated(sample, raw_bytes);
  run_encoder("encoder and snappy, no metadata", sample, raw_bytes, container(false), true);
  run_encoder("encoder and snappy, with metadata", sample, raw_bytes, container(true), true);
  if (argc > 2) {
    run_sender(sample, raw_bytes, argv[2]);
  }
  return 0;
}
