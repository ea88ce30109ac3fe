// Rotation, and what discovery sees of it: S1 to S4, S12.

#include <filesystem>

#include <sys/ioctl.h>

#include "collectors/logs/log_metrics.h"
#include "tests/collectors/logs/log_scenario.h"

namespace supercargo {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

using S01BurstThenRotate = test::LogScenario;
using S02DoubleRotationWhileDraining = test::LogScenario;
using S03RotationNotSeen = test::LogScenario;
using S04EventsMissed = test::LogScenario;
using S12PartialLineAcrossARotation = test::LogScenario;

constexpr Milliseconds kMoment{200};  // sizes of files that grow are looked at as often

SUPERCARGO_ALL_FORMATS(S01BurstThenRotate);

TEST_P(S01BurstThenRotate, ThirtyMegabytesRotatedAndDeletedUnreadAreDelivered) {
  start();
  write(line("first"));
  node().drain();
  std::vector<std::string> texts = test::numbered_texts(/*count=*/3'000, /*bytes=*/10'000);
  std::string burst;
  for (const std::string& text : texts) {
    burst += line(text);
  }
  write(burst);
  const std::string rotated = rotate();
  write(line("new file"));
  node().look(kMoment);
  node().unlink(rotated);
  node().look(std::chrono::minutes(10));  // no time is too long
  node().drain();
  texts.insert(texts.begin(), "first");
  texts.emplace_back("new file");
  EXPECT_THAT(delivered(), ElementsAreArray(texts));
  expect_no_loss();
}

TEST_P(S01BurstThenRotate, ASlowReceiverMayTakeHoursForADeletedFile) {
  start();
  std::vector<std::string> texts = test::numbered_texts(/*count=*/40, /*bytes=*/2'000);
  for (const std::string& text : texts) {
    write(line(text));
  }
  node().look();
  node().unlink(rotate());
  while (const RequestId request = node().send(/*max_bytes=*/4'000)) {
    node().look(std::chrono::minutes(20));
    node().settle(request);
    node().look(std::chrono::minutes(20));
  }
  node().drain();
  EXPECT_THAT(delivered(), ElementsAreArray(texts));
  expect_no_loss();
}

SUPERCARGO_ALL_FORMATS(S02DoubleRotationWhileDraining);

TEST_P(S02DoubleRotationWhileDraining, EachFileIsReadToItsEndInOrder) {
  start();
  write(line("a1") + line("a2") + line("a3"));
  node().look();
  const RequestId first = node().send(/*max_bytes=*/1);
  rotate();
  write(line("b1") + line("b2"));
  node().look(kMoment);
  rotate();
  write(line("c1"));
  node().look(kMoment);
  node().settle(first);
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre("a1", "a2", "a3", "b1", "b2", "c1"));
  expect_no_loss();
}

TEST_P(S02DoubleRotationWhileDraining, TheMiddleFileMayBeDeletedMeanwhile) {
  start();
  write(line("a1") + line("a2"));
  node().look();
  const RequestId first = node().send(/*max_bytes=*/1);
  const std::string oldest = rotate();
  write(line("b1"));
  node().look(kMoment);
  node().unlink(oldest);
  const std::string middle = rotate();
  write(line("c1"));
  node().look(kMoment);
  node().unlink(middle);
  node().look();
  node().rewind(first);  // it is read again, from files without a name
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre("a1", "a2", "b1", "c1"));
  expect_no_loss();
}

SUPERCARGO_ALL_FORMATS(S03RotationNotSeen);

// One peer looks for the name once, then waits for its next full look: 82 % of the lines were lost.
TEST_P(S03RotationNotSeen, TheOldFileIsReadOnUntilTheNewOneAppearsAndThatOneAtOnce) {
  start();
  write(line("0"));
  node().drain();
  const std::string rotated = rotate();
  std::vector<std::string> expected{"0"};
  for (int moment = 1; moment <= 3; ++moment) {  // 600 ms
    expected.push_back(std::to_string(moment));
    node().write(rotated, line(expected.back()));
    node().look(kMoment);
    node().settle(node().send());
    EXPECT_THAT(delivered(), ElementsAreArray(expected)) << "what a moment brought";
  }
  write(line("new"));
  expected.emplace_back("new");
  node().look(kMoment);  // less than a second after the last rescan: an event told it
  node().settle(node().send());
  EXPECT_THAT(delivered(), ElementsAreArray(expected));
  expect_no_loss();
}

TEST_P(S03RotationNotSeen, FourRotationsBetweenTwoLooksAreReadInOrder) {
  start();
  write(line("0"));
  node().drain();
  for (const char* text : {"1", "2", "3", "4"}) {
    rotate();
    write(line(text));
  }
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre("0", "1", "2", "3", "4"));
  expect_no_loss();
}

SUPERCARGO_ALL_FORMATS(S04EventsMissed);

// Until the queue of events has no room, however long the machine lets it be: it does not grow any
// more. Each rename brings two events that differ from the one before.
void fill_queue(int events, const std::string& directory) {
  const auto queued = [events] {
    int bytes = 0;
    return ::ioctl(events, FIONREAD, &bytes) == 0 ? bytes : 0;
  };
  for (int before = -1; queued() > before;) {
    before = queued();
    std::filesystem::rename(directory + "/a", directory + "/b");
    std::filesystem::rename(directory + "/b", directory + "/a");
  }
}

// The queue is full of what happens elsewhere when the log is rotated. Where the machine has no
// inotify instance left, a look a second must do.
TEST_P(S04EventsMissed, AnOverflowOfTheQueueIsFollowedByAFullLookAtOnce) {
  start();
  const std::string neighbour = quiet_neighbour();
  write(line("old"));
  node().drain();
  const int events = node().discovery().watch_fd();
  node().tree.file(neighbour + "/a", "");
  fill_queue(events, node().tree.path(neighbour));
  rotate();
  write(line("new"));
  node().look(events >= 0 ? kMoment : Milliseconds(1'000));
  const double overflows = node().metrics().counter(log_metrics::kWatchOverflows).Value();
  EXPECT_EQ(overflows > 0, events >= 0);
  node().settle(node().send());
  EXPECT_THAT(delivered(), ElementsAre("old", "new"));
  expect_no_loss();
}

TEST_P(S04EventsMissed, WithoutInotifyALookASecondFindsEverything) {
  start({.inotify = false});
  ASSERT_EQ(node().discovery().watch_fd(), -1);
  write(line("1"));
  node().look();
  node().settle(node().send());
  EXPECT_THAT(delivered(), ElementsAre("1"));
  write(line("2"));
  rotate();
  write(line("3"));
  node().look();
  write(line("4"));
  node().unlink(current());
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre("1", "2", "3", "4"));
  expect_no_loss();
}

SUPERCARGO_CONTAINER_FORMATS(S12PartialLineAcrossARotation);

TEST_P(S12PartialLineAcrossARotation, ItIsOneRecordOverFilesAndRestartsOfTheAgent) {
  start();
  write(line("a") + piece("be"));
  node().drain();
  rotate();
  write(line("error", Stream::kStderr) + piece("gi"));
  node().drain();
  node().restart_agent();
  rotate();
  write(line("n") + line("b"));
  node().drain();
  EXPECT_THAT(delivered(), ElementsAre("a", "begin", "b"));
  EXPECT_THAT(delivered(Stream::kStderr), ElementsAre("error"));
  expect_no_loss();
}

}  // namespace
}  // namespace supercargo
