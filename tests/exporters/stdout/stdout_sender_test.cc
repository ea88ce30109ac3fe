#include "exporters/stdout/stdout_sender.h"

#include <array>
#include <csignal>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace supercargo {
namespace {

using Kind = Outcome::Kind;
using std::chrono::seconds;

// A pipe, a sender that writes into it, and what a delivery loop would do.
class Screen {
 public:
  explicit Screen(Milliseconds request_timeout = seconds(10)) {
    std::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> fds{};
    EXPECT_EQ(::pipe2(fds.data(), O_CLOEXEC), 0);
    read_.reset(fds[0]);
    write_.reset(fds[1]);
    DeliveryConfig delivery;
    delivery.request_timeout = request_timeout;
    Result<std::unique_ptr<Sender>> made = StdoutSender::create({}, delivery, write_.get());
    EXPECT_TRUE(made);
    sender_ = std::move(*made);
  }

  Sender& sender() { return *sender_; }

  void close_reader() { read_.reset(); }

  void send(RequestId id, std::string_view text) {
    const ContainerInfo info;
    Record record;
    record.text = text;
    sender_->append(Batch{info, 1, Stream::kStdout, "id", {&record, 1}});
    sender_->send(id);
  }

  std::vector<Outcome> wait(Milliseconds timeout = seconds(20)) {
    std::vector<Outcome> outcomes;
    sender_->wait(/*wake_fd=*/-1, timeout, outcomes);
    return outcomes;
  }

  // What stands in the pipe now, at most 1 MiB.
  std::string read() {
    std::string out(1U << 20U, '\0');
    const ssize_t count = ::read(read_.get(), out.data(), out.size());
    out.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return out;
  }

 private:
  UniqueFd read_;
  UniqueFd write_;
  std::unique_ptr<Sender> sender_;
};

constexpr std::string_view kPrefix = "1970-01-01T00:00:00.000000000Z - stdout ";

TEST(StdoutSender, DeliversLines) {
  Screen screen;
  screen.send(1, "hello");
  EXPECT_EQ(screen.sender().in_flight(), 1U);
  EXPECT_FALSE(screen.sender().ready());
  const std::vector<Outcome> outcomes = screen.wait();
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].request, 1U);
  EXPECT_EQ(outcomes[0].kind, Kind::kDelivered);
  EXPECT_EQ(screen.read(), std::string(kPrefix) + "hello\n");
  EXPECT_TRUE(screen.sender().ready());
  EXPECT_TRUE(screen.sender().ordered());
}

TEST(StdoutSender, WritesMoreThanAPipeHoldsPieceByPiece) {
  Screen screen;
  const std::string text(300'000, 'x');
  screen.send(1, text);
  std::string got;
  std::vector<Outcome> outcomes;
  while (outcomes.empty()) {
    outcomes = screen.wait(Milliseconds(0));
    got += screen.read();
  }
  EXPECT_EQ(outcomes[0].kind, Kind::kDelivered);
  EXPECT_EQ(got, std::string(kPrefix) + text + "\n");
}

TEST(StdoutSender, GivesUpOnAReaderThatDoesNotReadAndEndsTheBrokenLine) {
  Screen screen(Milliseconds(30));
  screen.send(1, std::string(300'000, 'x'));
  const std::vector<Outcome> outcomes = screen.wait();
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].kind, Kind::kRetry);
  EXPECT_EQ(outcomes[0].reason, "timeout");
  screen.read();
  screen.send(2, "next");
  EXPECT_EQ(screen.wait().at(0).kind, Kind::kDelivered);
  EXPECT_EQ(screen.read(), "\n" + std::string(kPrefix) + "next\n");
  screen.send(3, "last");
  EXPECT_EQ(screen.wait().at(0).kind, Kind::kDelivered);
  EXPECT_EQ(screen.read(), std::string(kPrefix) + "last\n");
}

TEST(StdoutSender, TriesAgainWhenItsReaderIsGone) {
  Screen screen;
  screen.close_reader();
  screen.send(1, "a");
  const std::vector<Outcome> outcomes = screen.wait();
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].kind, Kind::kRetry);
  EXPECT_EQ(outcomes[0].reason, "stdout_closed");
  EXPECT_EQ(outcomes[0].detail, "write to stdout: Broken pipe");
}

TEST(StdoutSender, ReturnsWhenItIsWokenOrTheTimeIsOver) {
  Screen screen;
  const UniqueFd wake(::eventfd(1, EFD_CLOEXEC));
  std::vector<Outcome> outcomes;
  const SteadyTime before = steady_now();
  screen.sender().wait(wake.get(), seconds(25), outcomes);
  screen.sender().wait(/*wake_fd=*/-1, Milliseconds(1), outcomes);
  EXPECT_LT(steady_now() - before, seconds(20));
  EXPECT_TRUE(outcomes.empty());
}

TEST(StdoutSender, RefusesAnUnknownFormat) {
  const Result<std::unique_ptr<Sender>> made = StdoutSender::create({"xml"}, {}, 1);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, "stdout format \"xml\": expected text or json");
}

}  // namespace
}  // namespace supercargo
