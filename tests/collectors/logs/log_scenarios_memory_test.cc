// What backlogs, huge lines and open records cost in memory: S19, S35.

#include <utility>

#include "tests/collectors/logs/heap_peak.h"
#include "tests/collectors/logs/log_scenario.h"

namespace supercargo {
namespace {

using S19HugeLineMemory = test::LogScenario;
using S35MemoryGrowth = test::LogScenario;

constexpr std::int64_t kMebibyte = std::int64_t{1} << 20;
constexpr std::size_t kPiece = std::size_t{16} << 10;  // runtimes cut there

// A receiver that keeps nothing of what it takes.
class CountingSender : public Sender {
 public:
  [[nodiscard]] bool ready() const override { return true; }

  [[nodiscard]] bool ordered() const override { return false; }

  void append(const Batch& batch) override {
    for (const Record& record : batch.records) {
      open_bytes_ += record.text.size() + 1;
      text_bytes_ += record.text.size();
    }
  }

  [[nodiscard]] std::size_t open_bytes() const override { return open_bytes_; }

  void send(RequestId /*id*/) override { open_bytes_ = 0; }

  void wait(int /*wake_fd*/, Milliseconds /*timeout*/, std::vector<Outcome>& /*out*/) override {}

  [[nodiscard]] std::size_t in_flight() const override { return 0; }

  [[nodiscard]] std::size_t text_bytes() const { return text_bytes_; }

 private:
  std::size_t open_bytes_ = 0;
  std::size_t text_bytes_ = 0;
};

// One request of at most a mebibyte; false when there is nothing to read.
bool read_request(test::LogNode& node, CountingSender& sender, RequestId request) {
  constexpr std::size_t kMost = std::size_t{1} << 20;
  (void)node.reader().refresh(node.now(), /*ordered=*/false);
  bool read = false;
  while (sender.open_bytes() < kMost &&
         node.reader().read_turn(request, kMost - sender.open_bytes(), sender) > 0) {
    read = true;
  }
  sender.send(request);
  return read;
}

SUPERCARGO_ALL_FORMATS(S19HugeLineMemory);

TEST_P(S19HugeLineMemory, TenMegabytesInOneLineCostLessThanThree) {
  start();
  for (int i = 0; i < 640; ++i) {
    const std::string part(kPiece, 'x');
    write(GetParam() == LogFormat::kPlain ? part : piece(part));
  }
  write(line("end"));
  node().look();
  CountingSender sender;
  const std::int64_t before = test::heap_bytes();
  test::reset_heap_peak();
  for (RequestId request = 1; read_request(node(), sender, request); ++request) {
    node().reader().settle(request);
  }
  EXPECT_EQ(sender.text_bytes(), 640 * kPiece + 3);
  EXPECT_LT(test::heap_peak() - before, 3 * kMebibyte);
}

SUPERCARGO_ALL_FORMATS(S35MemoryGrowth);

// The log is the queue: a dead receiver's backlog stays in its files.
TEST_P(S35MemoryGrowth, AnOutageOfAReceiverCostsNoMemory) {
  start();
  std::string burst;
  for (int i = 0; i < 1'000; ++i) {
    burst += line("a line of a container that goes on writing all the time");
  }
  CountingSender sender;
  std::int64_t before = 0;
  for (RequestId request = 1; request <= 60; ++request) {
    write(burst);
    node().look();
    (void)read_request(node(), sender, request);
    node().reader().rewind(request);
    if (request == 20) {  // more than a request takes: its buffers have their size
      before = test::heap_bytes();
    }
    if (request % 25 == 24) {
      rotate();
    }
  }
  EXPECT_GT(node().account()->pending_bytes, 60 * 50'000U);
  EXPECT_LT(test::heap_bytes() - before, kMebibyte / 4);
}

TEST(S35OpenRecords, OfManyContainersAreNotHeldInMemory) {
  test::LogNode node({.chain = {.partial_idle = std::chrono::hours(1)}});
  constexpr int kContainers = 200;
  std::string open;
  for (int i = 0; i < 12; ++i) {
    open += test::cri(std::string(kPiece, 'x'), "P");
  }
  for (int i = 0; i < kContainers; ++i) {
    node.tree.file("var/log/pods/shop_many-" + std::to_string(i) + "_uid/app/0.log", open);
  }
  node.look();
  CountingSender sender;
  const std::int64_t before = test::heap_bytes();
  for (int turn = 0; turn < kContainers && read_request(node, sender, 1); ++turn) {
  }
  EXPECT_EQ(sender.text_bytes(), 0U);
  EXPECT_EQ(node.reader().refresh(node.now(), /*ordered=*/false).readable_bytes, 0U);
  EXPECT_LT(test::heap_bytes() - before, 2 * kMebibyte) << "for 39 MB of open records";
}

}  // namespace
}  // namespace supercargo
