// What an output makes of files that are deleted, packed or replaced while they are parked: above
// the bound on open files, or for want of descriptors (S7, S35).

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/collectors/logs/log_node.h"
#include "tests/collectors/logs/one_chain.h"

namespace supercargo {
namespace {

using test::cri;
using testing::ElementsAre;
using testing::IsEmpty;

class ChainParked : public test::OneChain {
 protected:
  // As discovery opens it. With the inode of a file that is deleted, if there is one.
  std::shared_ptr<LogFile> find(const std::string& name, const LogFile* before = nullptr) {
    UniqueFd fd = *open_at(AT_FDCWD, tree_.path(name).c_str(), O_RDONLY);

    struct stat status {};

    EXPECT_EQ(::fstat(fd.get(), &status), 0);
    const std::int64_t birth_ns = before != nullptr ? before->birth_ns() + 1 : birth_time(fd.get());
    status.st_ino = before != nullptr ? before->inode() : status.st_ino;
    const auto host = std::make_shared<HostPaths>();
    host->root = tree_.root().string();
    files_[name] = std::make_shared<LogFile>(std::move(fd),
                                             status,
                                             birth_ns,
                                             format_,
                                             LogEncoding::kPlain,
                                             static_cast<std::uint64_t>(status.st_size),
                                             container_,
                                             /*from_end=*/false,
                                             FilePlace{host, "", name});
    return open(name);
  }

  std::shared_ptr<LogFile> find_and_park(const std::string& name) {
    auto file = find(name);
    EXPECT_TRUE(file->descriptor().park());
    return file;
  }

  std::uint64_t lost() {
    std::uint64_t bytes = 0;
    for (const auto& [reason, amount] : account().lost()) {
      bytes += amount.bytes;
    }
    return bytes;
  }
};

TEST_F(ChainParked, AFileThatWasPackedIsReadOnInItsGzip) {
  tree_.file("0.log.1", cri("a") + cri("b"));
  tree_.file("0.log", cri("d"));
  const auto packed = find_and_park("0.log.1");
  list({"0.log.1"});
  EXPECT_THAT(deliver(), ElementsAre("a", "b"));
  tree_.append("0.log.1", cri("c"));
  gzip("0.log.1");
  packed->set_gone();
  list_files({packed, open("0.log.1.gz"), open("0.log")});
  EXPECT_THAT(deliver(), ElementsAre("c", "d"));
  list_files({packed, open("0.log.1.gz"), open("0.log")});
  EXPECT_THAT(deliver(), IsEmpty());
  EXPECT_EQ(lost(), 0U);
  EXPECT_THAT(account().gaps(), IsEmpty()) << "the other output has not let go of it";
}

TEST_F(ChainParked, AFileWithTheInodeOfOneThatWasPackedIsReadOnce) {
  tree_.file("0.log.1", cri("a") + cri("b"));
  const auto packed = find_and_park("0.log.1");
  list({"0.log.1"});
  EXPECT_THAT(deliver(), ElementsAre("a", "b"));
  gzip("0.log.1");
  packed->set_gone();
  tree_.file("0.log", "");
  const auto fresh = find("0.log", packed.get());
  for (const char* text : {"c", "d", "e"}) {  // the other output has not let go of it
    tree_.append("0.log", cri(text));
    list_files({packed, open("0.log.1.gz"), fresh});
    observe(Milliseconds(1'000));
    EXPECT_THAT(deliver(), ElementsAre(text));
  }
  EXPECT_EQ(lost(), 0U);
}

}  // namespace
}  // namespace supercargo
