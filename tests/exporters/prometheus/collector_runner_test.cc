#include "exporters/prometheus/collector_runner.h"

#include <gtest/gtest.h>

#include "tests/exporters/prometheus/fake_collectors.h"

namespace supercargo {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using Outcome = CollectorRun::Outcome;

std::shared_ptr<CollectorSlot> slot_of(std::shared_ptr<Collector> collector) {
  return std::make_shared<CollectorSlot>(MetricGroup::kNode, std::move(collector));
}

// Runs until the collector is free again: it has been let go, and its old thread is about to
// return.
void run_until_not_stuck(CollectorRunner& runner,
                         const std::vector<std::shared_ptr<CollectorSlot>>& slots) {
  do {
    runner.run(slots, steady_now() + minutes(1));
  } while (slots.front()->last->outcome == Outcome::kStillStuck);
}

TEST(CollectorRunner, RunsAllInTurnAndTellsTheirOutcome) {
  const auto fails = [](ErrorCode code) {
    return std::make_shared<test::FakeCollector>(
        "f", std::vector<MetricDesc>{}, [code](SampleSet&) -> Status {
          return Error{code, "no /proc/x"};
        });
  };
  const std::vector slots{slot_of(test::counting_collector("a")),
                          slot_of(fails(ErrorCode::kUnavailable)),
                          slot_of(fails(ErrorCode::kIo))};
  CollectorRunner runner;
  runner.run(slots, steady_now() + minutes(1));
  runner.run(slots, steady_now() + minutes(1));
  EXPECT_EQ(slots[0]->last->outcome, Outcome::kOk);
  ASSERT_EQ(slots[0]->samples.samples(0).size(), 1U) << "emptied before each pass";
  EXPECT_EQ(slots[0]->samples.samples(0)[0].value, 2);
  EXPECT_EQ(slots[1]->last->outcome, Outcome::kUnavailable);
  EXPECT_EQ(slots[2]->last->outcome, Outcome::kFailed);
  EXPECT_EQ(slots[2]->last->message, "no /proc/x");
}

TEST(CollectorRunner, TellsEachWhenItIsGivenUp) {
  class Told final : public Collector {
   public:
    [[nodiscard]] std::string_view name() const noexcept override { return "told"; }

    [[nodiscard]] std::span<const MetricDesc> families() const noexcept override { return {}; }

    void expect_back_by(SteadyTime deadline) override { back_by = deadline; }

    Status collect(SampleSet& /*out*/) override { return Ok{}; }

    SteadyTime back_by{};
  };

  const auto told = std::make_shared<Told>();
  const SteadyTime start = steady_now();
  CollectorRunner runner;
  runner.run(std::vector{slot_of(told)}, start + minutes(10));
  EXPECT_GE(told->back_by, start + minutes(5));
  EXPECT_LT(told->back_by, start + minutes(10));
}

TEST(CollectorRunner, GoesOnWithoutACollectorThatHangs) {
  test::HangingCollector hang;
  const auto stuck = hang.make("stuck");
  const auto healthy = test::counting_collector("healthy");
  const std::vector slots{slot_of(stuck), slot_of(healthy)};
  CollectorRunner runner;
  runner.run(slots, steady_now() + milliseconds(2'000));
  EXPECT_EQ(slots[0]->last->outcome, Outcome::kOverran);
  EXPECT_FALSE(slots[0]->has_samples());
  EXPECT_EQ(slots[1]->last->outcome, Outcome::kOk);

  runner.run(slots, steady_now() + minutes(1));
  EXPECT_EQ(slots[0]->last->outcome, Outcome::kStillStuck);
  EXPECT_EQ(slots[1]->last->outcome, Outcome::kOk);
  EXPECT_EQ(stuck->passes(), 1);

  hang.release();
  run_until_not_stuck(runner, slots);
  EXPECT_EQ(slots[0]->last->outcome, Outcome::kOk);
  EXPECT_EQ(slots[0]->samples.samples(0)[0].value, 2);
  EXPECT_FALSE(stuck->overlapped());
  EXPECT_FALSE(healthy->overlapped());
}

TEST(CollectorRunner, SurvivesSeveralThatHangInOnePass) {
  test::HangingCollector first;
  test::HangingCollector second;
  const std::vector slots{slot_of(first.make("first")),
                          slot_of(second.make("second")),
                          slot_of(test::counting_collector("healthy"))};
  CollectorRunner runner;
  runner.run(slots, steady_now() + milliseconds(3'000));
  EXPECT_EQ(slots[0]->last->outcome, Outcome::kOverran);
  EXPECT_EQ(slots[1]->last->outcome, Outcome::kOverran);
  EXPECT_EQ(slots[2]->last->outcome, Outcome::kOk);
  first.release();
  second.release();
  run_until_not_stuck(runner, slots);
  run_until_not_stuck(runner, {slots[1]});
}

TEST(CollectorRunner, EndsByADeadlineThatIsBroughtForward) {
  test::HangingCollector hang;
  const std::vector slots{slot_of(hang.make("stuck"))};
  CollectorRunner runner;
  std::thread hurry([&] {
    hang.wait_until_entered();
    runner.bring_forward(steady_now() + milliseconds(1));
  });
  runner.run(slots, steady_now() + std::chrono::hours(10));
  EXPECT_EQ(slots[0]->last->outcome, Outcome::kOverran);
  hurry.join();
  hang.release();
  run_until_not_stuck(runner, slots);
}

TEST(CollectorRunner, DropsWhatItHasNoTimeFor) {
  const std::vector slots{slot_of(test::counting_collector("late"))};
  CollectorRunner runner;
  runner.run(slots, steady_now() - milliseconds(1));
  EXPECT_NE(slots[0]->last->outcome, Outcome::kStillStuck);
  run_until_not_stuck(runner, slots);
  EXPECT_EQ(slots[0]->last->outcome, Outcome::kOk);
}

}  // namespace
}  // namespace supercargo
