#include "exporters/stdout/patient_writer.h"

#include <array>
#include <csignal>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

struct Ends {
  UniqueFd read;
  UniqueFd write;
};

Ends make_pipe() {
  std::array<int, 2> fds{};
  EXPECT_EQ(::pipe2(fds.data(), O_CLOEXEC), 0);
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

Ends make_sockets() {
  std::array<int, 2> fds{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()), 0);
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

std::size_t written(const PatientWriter& writer, std::string_view text) {
  const Result<std::size_t> count = writer.write_some(text);
  EXPECT_TRUE(count);
  return count ? *count : 0;
}

TEST(PatientWriter, WritesNoMoreThanAPipeTakes) {
  const Ends pipe = make_pipe();
  const PatientWriter writer(pipe.write.get());
  const std::string text(10'000'000, 'x');
  const std::size_t first = written(writer, text);
  EXPECT_GT(first, 0U);
  EXPECT_LT(first, text.size());
  EXPECT_EQ(written(writer, text), 0U);
}

TEST(PatientWriter, LeavesTheSharedDescriptorBlocking) {
  const Ends pipe = make_pipe();
  const PatientWriter writer(pipe.write.get());
  EXPECT_EQ(::fcntl(pipe.write.get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(writer.fd(), pipe.write.get());
}

TEST(PatientWriter, WritesNoMoreThanASocketTakes) {
  const Ends sockets = make_sockets();
  const PatientWriter writer(sockets.write.get());
  const std::string text(10'000'000, 'x');
  EXPECT_LT(written(writer, text), text.size());
  EXPECT_EQ(written(writer, text), 0U);
}

TEST(PatientWriter, GoesOnWhereAFileIs) {
  test::TempTree tree;
  tree.file("out", "");
  const UniqueFd file(::open(tree.path("out").c_str(), O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(write_all(file.get(), "before "));
  const PatientWriter writer(file.get());
  EXPECT_EQ(written(writer, "after"), 5U);
  EXPECT_EQ(tree.read("out"), "before after");
}

TEST(PatientWriter, ReportsAReaderThatIsGone) {
  std::signal(SIGPIPE, SIG_IGN);
  Ends pipe = make_pipe();
  const PatientWriter writer(pipe.write.get());
  pipe.read.reset();
  const Result<std::size_t> count = writer.write_some("a");
  ASSERT_FALSE(count);
  EXPECT_EQ(count.error().message, "write to stdout: Broken pipe");
}

}  // namespace
}  // namespace supercargo
