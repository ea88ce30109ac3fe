#include "agent/app/demo_containers.h"

#include <array>

#include <fmt/format.h>

namespace supercargo {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;

template <std::size_t Size>
std::string_view pick(std::mt19937_64& random, const std::array<std::string_view, Size>& from) {
  return from[random() % Size];
}

constexpr std::array<std::string_view, 5> kPaths{
    "/", "/cart", "/products/4711", "/checkout", "/images/anchor.png"};

// Plain text: an access log, with a word on stderr now and then.
void web_event(std::mt19937_64& random, std::vector<DemoLine>& lines) {
  const auto status = random() % 50 == 0 ? 502 : 200;
  const std::string_view path = pick(random, kPaths);
  lines.push_back({Stream::kStdout,
                   fmt::format("10.0.{}.{} \"GET {} HTTP/1.1\" {} {}",
                               random() % 256,
                               random() % 256,
                               path,
                               status,
                               200 + random() % 20'000)});
  if (status == 502) {
    lines.push_back({Stream::kStderr, fmt::format("[error] upstream timed out: {}", path)});
  }
}

// JSON: one object a line.
void cart_event(std::mt19937_64& random, std::vector<DemoLine>& lines) {
  constexpr std::array<std::string_view, 4> kMessages{
      "item added", "item removed", "cart opened", "señor Müller paid ✓"};
  lines.push_back(
      {Stream::kStdout,
       fmt::format(
           R"({{"level":"info","msg":"{}","cart":{},"duration_ms":{}.{},"trace_id":"{:016x}"}})",
           pick(random, kMessages),
           random() % 100'000,
           random() % 90,
           random() % 10,
           random())});
}

// A stack trace: several lines that belong together.
void payment_event(std::mt19937_64& random, std::vector<DemoLine>& lines) {
  const auto order = random() % 1'000'000;
  if (random() % 4 != 0) {
    lines.push_back({Stream::kStdout, fmt::format("INFO  order {} paid", order)});
    return;
  }
  lines.push_back({Stream::kStderr, fmt::format("ERROR order {} failed", order)});
  lines.push_back({Stream::kStderr, "java.lang.IllegalStateException: ledger is closed"});
  for (const std::string_view frame :
       {"com.example.payment.Ledger.append(Ledger.java:88)",
        "com.example.payment.OrderService.pay(OrderService.java:142)",
        "com.example.payment.Main.lambda$main$0(Main.java:31)"}) {
    lines.push_back({Stream::kStderr, fmt::format("\tat {}", frame)});
  }
  lines.push_back({Stream::kStderr, "Caused by: java.io.IOException: No space left on device"});
  lines.push_back({Stream::kStderr, "\t... 3 more"});
}

// A line that the runtime writes in two pieces.
void report_event(std::mt19937_64& random, std::vector<DemoLine>& lines) {
  constexpr std::size_t kLineBytes = 20'000;
  std::string text = "report ";
  while (text.size() < kLineBytes) {
    text += fmt::format("{:016x} ", random());
  }
  text.resize(kLineBytes);
  lines.push_back({Stream::kStdout, std::move(text)});
}

// The noisy one: its file is rotated every ten seconds or so.
void proxy_event(std::mt19937_64& random, std::vector<DemoLine>& lines) {
  lines.push_back({Stream::kStdout,
                   fmt::format("debug connection {:08x} state=established rx={} tx={} retries={} "
                               "peer=10.1.{}.{}:{} policy=default-allow",
                               random() % 0x1'0000'0000,
                               random() % 100'000,
                               random() % 100'000,
                               random() % 3,
                               random() % 256,
                               random() % 256,
                               1024 + random() % 60'000)});
}

constexpr std::array<DemoContainer, 5> kContainers{{
    {"shop",
     "web-7d4b9c6f5-x2x9k",
     "5f0c7a52-6c0e-4d3b-9a51-0d7a3c1f2b01",
     "nginx",
     "1f6e0b8c2d4a49f7a3b15c8d7e9f0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b",
     100 * kMillisecond,
     web_event},
    {"shop",
     "cart-0",
     "8b1d2f64-1a77-4c8e-8f3d-6a5b4c3d2e02",
     "cart",
     "2a7f1c9d3e5b5a08b4c26d9e8f0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c",
     250 * kMillisecond,
     cart_event},
    {"shop",
     "payment-6c9d8f7b54-lm4qp",
     "c3e4f5a6-2b88-4d9f-9e4e-7b6c5d4e3f03",
     "payment",
     "3b802dae4f6c6b19c5d37eaf901b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d",
     1000 * kMillisecond,
     payment_event},
    {"batch",
     "report-28541160-7xk2v",
     "d4f5a6b7-3c99-4eaf-8f5f-8c7d6e5f4a04",
     "report",
     "4c913ebf507d7c2ad6e48fb0a12c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e",
     10'000 * kMillisecond,
     report_event},
    {"kube-system",
     "proxy-kq7hs",
     "e5a6b7c8-4daa-4fb0-9060-9d8e7f6a5b05",
     "proxy",
     "5da24fc0618e8d3be7f590c1b23d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f",
     20 * kMillisecond,
     proxy_event},
}};

}  // namespace

std::span<const DemoContainer> demo_containers() {
  return kContainers;
}

}  // namespace supercargo
