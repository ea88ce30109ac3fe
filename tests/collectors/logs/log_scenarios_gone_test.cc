// Files that were closed, renamed or deleted: S9, S10.

#include <filesystem>

#include "tests/collectors/logs/log_scenario.h"

namespace supercargo {
namespace {

using testing::ElementsAre;

using S09RenamedAfterItWasClosed = test::LogScenario;
using S10DeletedRightAfterTheLastWrite = test::LogScenario;

SUPERCARGO_ALL_FORMATS(S09RenamedAfterItWasClosed);

TEST_P(S09RenamedAfterItWasClosed, ItIsTheSameFileAndIsNotReadAgain) {
  start();
  write(line("a"));
  node().look();
  rotate();
  write(line("b"));
  node().drain(/*quiet_looks=*/15);
  rotate();  // Docker and logrotate rename the closed one, too
  write(line("c"));
  node().drain(/*quiet_looks=*/15);
  node().restart_agent();
  rotate();
  write(line("d"));
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre("a", "b", "c", "d"));
  EXPECT_EQ(node().account()->repeated_lines, 0U);
  expect_no_loss();
}

TEST_P(S09RenamedAfterItWasClosed, AWriteToItIsReadOnWhereItEnded) {
  start();
  write(line("a"));
  node().look();
  const std::string rotated = rotate();
  write(line("b"));
  node().drain(/*quiet_looks=*/15);
  node().write(rotated, line("late"));
  node().drain(/*quiet_looks=*/15);
  EXPECT_THAT(delivered(), ElementsAre("a", "b", "late"));
  EXPECT_EQ(node().account()->repeated_lines, 0U);
  expect_no_loss();
}

SUPERCARGO_ALL_FORMATS(S10DeletedRightAfterTheLastWrite);

TEST_P(S10DeletedRightAfterTheLastWrite, ItsLogIsReadToTheEndAfterItsDirectoryIsGone) {
  start();
  write(line("a"));
  node().look();
  const RequestId first = node().send();
  write(line("b"));
  const std::string rotated = rotate();
  write(line("c"));
  node().look(Milliseconds(200));
  node().write(rotated, line("last words"));
  std::filesystem::remove_all(std::filesystem::path(node().path("x")).parent_path());
  node().look();
  node().rewind(first);
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre("a", "b", "last words", "c"));
  EXPECT_EQ(node().all_delivered().back().container,
            GetParam() == LogFormat::kPlain ? "app.log" : "app");
  expect_no_loss();
}

}  // namespace
}  // namespace supercargo
