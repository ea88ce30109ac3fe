#include "agent/base/fd.h"

#include <algorithm>
#include <array>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "agent/base/file_end.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) != -1;
}

UniqueFd some_fd() {
  Result<UniqueFd> fd = open_at(AT_FDCWD, "/dev/null", O_RDONLY);
  return fd ? *std::move(fd) : UniqueFd();
}

TEST(UniqueFd, ClosesWhatItOwnsAtItsEnd) {
  int number = -1;
  {
    const UniqueFd fd = some_fd();
    number = fd.get();
    ASSERT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(UniqueFd, OwnsNothingByDefault) {
  const UniqueFd fd;
  EXPECT_FALSE(fd);
  EXPECT_EQ(fd.get(), -1);
}

TEST(UniqueFd, GivesItsDescriptorAwayWhenMoved) {
  UniqueFd from = some_fd();
  const int number = from.get();
  UniqueFd to = some_fd();
  const int closed = to.get();
  to = std::move(from);
  EXPECT_EQ(to.get(), number);
  EXPECT_FALSE(from);  // NOLINT(bugprone-use-after-move): what a move leaves is promised
  EXPECT_TRUE(is_open(number));
  EXPECT_FALSE(is_open(closed));
}

TEST(UniqueFd, SurvivesBeingMovedOntoItself) {
  UniqueFd fd = some_fd();
  const int number = fd.get();
  UniqueFd& same = fd;
  fd = std::move(same);
  EXPECT_EQ(fd.get(), number);
  EXPECT_TRUE(is_open(number));
}

TEST(OpenAt, ClosesOnExec) {
  const UniqueFd fd = some_fd();
  EXPECT_NE(::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(OpenAt, NamesThePathThatIsMissing) {
  test::TempTree tree;
  const Result<UniqueFd> fd = open_at(AT_FDCWD, tree.path("none").c_str(), O_RDONLY);
  ASSERT_FALSE(fd);
  EXPECT_EQ(fd.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(fd.error().message, "open " + tree.path("none") + ": No such file or directory");
}

TEST(ReadFile, ReadsFilesOfEverySizeAroundItsBuffers) {
  test::TempTree tree;
  std::string out;
  for (const std::size_t size : {0U, 1U, 4095U, 4096U, 4097U, 8192U, 100'000U}) {
    const std::string content(size, 'x');
    tree.file("file", content);
    ASSERT_TRUE(read_file(tree.path("file").c_str(), out));
    EXPECT_EQ(out, content) << size;
  }
}

TEST(ReadFile, ReplacesWhatTheBufferHeld) {
  test::TempTree tree;
  tree.file("file", "short");
  std::string out(10'000, 'o');
  ASSERT_TRUE(read_file(tree.path("file").c_str(), out));
  EXPECT_EQ(out, "short");
  EXPECT_GE(out.capacity(), 10'000U);
}

TEST(ReadFile, LeavesNothingOfAnEarlierFileAfterAnError) {
  test::TempTree tree;
  std::string out = "old";
  EXPECT_FALSE(read_file(tree.path("none").c_str(), out));
  EXPECT_EQ(out, "");
}

TEST(ReadFile, NamesTheFileWhoseReadFails) {
  test::TempTree tree;
  tree.directory("directory");
  std::string out;
  const Status status = read_file(tree.path("directory").c_str(), out);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, tree.path("directory") + ": read: Is a directory");
}

TEST(ReadFile, WaitsForNobodyWhereAPipeStands) {
  const test::TempTree tree;
  const std::string pipe = tree.path("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::string text = "before";
  EXPECT_FALSE(read_file(pipe.c_str(), text));
  EXPECT_EQ(text, "");
}

TEST(ReadFileAt, ReadsBelowADirectoryDescriptor) {
  test::TempTree tree;
  tree.file("cgroup/cpu.stat", "usage_usec 7\n");
  const Result<UniqueFd> directory =
      open_at(AT_FDCWD, tree.path("cgroup").c_str(), O_PATH | O_DIRECTORY);
  ASSERT_TRUE(directory);
  std::string out;
  ASSERT_TRUE(read_file_at(directory->get(), "cpu.stat", out));
  EXPECT_EQ(out, "usage_usec 7\n");
}

TEST(ReadAll, StartsAtTheBeginningWhereverTheOffsetStands) {
  test::TempTree tree;
  tree.file("file", "abc");
  const Result<UniqueFd> fd = open_at(AT_FDCWD, tree.path("file").c_str(), O_RDONLY);
  ASSERT_TRUE(fd);
  std::string out;
  ASSERT_TRUE(read_all(fd->get(), out));
  ASSERT_TRUE(read_all(fd->get(), out));
  EXPECT_EQ(out, "abc");
}

TEST(ReadAll, RefusesAFileAboveItsBoundAndTakesOneAtIt) {
  test::TempTree tree;
  tree.file("file", std::string(5'000, 'x'));
  const Result<UniqueFd> fd = open_at(AT_FDCWD, tree.path("file").c_str(), O_RDONLY);
  ASSERT_TRUE(fd);
  std::string out;
  EXPECT_TRUE(read_all(fd->get(), out, 5'000));
  const Status status = read_all(fd->get(), out, 4'999);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("larger than 4999 bytes"));
  EXPECT_EQ(out, "");
}

TEST(ReadAll, FindsTheEndByEachOfItsSigns) {
  test::TempTree tree;
  std::string out;
  for (const std::size_t size : {0U, 1U, 3'584U, 3'585U, 4'095U, 4'096U, 4'097U, 8'192U, 20'000U}) {
    const std::string text(size, 'x');
    tree.file("file", text);
    for (const FileEnd end : {FileEnd::kNothing, FileEnd::kLess, FileEnd::kLessThanPage}) {
      ASSERT_TRUE(read_file(tree.path("file").c_str(), out, end));
      EXPECT_EQ(out, text);
    }
  }
}

TEST(IsEnd, LessThanAskedForEndsOneRecordAndLessThanAPageEndsLines) {
  EXPECT_FALSE(is_end(FileEnd::kNothing, 10, 4'096));
  EXPECT_TRUE(is_end(FileEnd::kNothing, 0, 4'096));
  EXPECT_TRUE(is_end(FileEnd::kLess, 4'095, 4'096));
  EXPECT_FALSE(is_end(FileEnd::kLess, 4'096, 4'096));
  EXPECT_TRUE(is_end(FileEnd::kLessThanPage, 3'584, 4'096));
  EXPECT_FALSE(is_end(FileEnd::kLessThanPage, 3'585, 65'536));
  EXPECT_FALSE(is_end(FileEnd::kLessThanPage, 100, 100));
}

TEST(WriteAll, GoesOnUntilASlowReaderHasTakenAllOfIt) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  const std::string data(1 << 20, 'w');  // a pipe holds 64 KiB
  std::string received;
  std::thread reading([&] {
    std::array<char, 5'000> buffer{};
    for (ssize_t count = 1; count > 0;) {
      count = ::read(reader.get(), buffer.data(), buffer.size());
      received.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
  });
  const Status status = write_all(writer.get(), data);
  writer.reset();
  reading.join();
  EXPECT_TRUE(status);
  EXPECT_EQ(received, data);
}

TEST(WriteAll, TellsWhyItCannotWrite) {
  const UniqueFd read_only = some_fd();
  const Status status = write_all(read_only.get(), "x");
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, StartsWith("write: Bad file descriptor"));
  EXPECT_TRUE(write_all(read_only.get(), ""));
}

TEST(WriteAll, FailsOnAFullDisk) {
  const Result<UniqueFd> full = open_at(AT_FDCWD, "/dev/full", O_WRONLY);
  ASSERT_TRUE(full);
  const Status status = write_all(full->get(), "x");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "write: No space left on device");
}

}  // namespace
}  // namespace supercargo
