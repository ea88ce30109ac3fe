#include "agent/pipeline/fact_memory.h"

#include <gmock/gmock.h>

#include "agent/base/clock.h"
#include "tests/support/fake_facts.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using test::image_fact;
using testing::HasSubstr;

ContainerInfo container_of(const std::string& name, std::uint32_t restart = 0) {
  ContainerInfo container;
  container.pod_uid = "0a1b";
  container.container = name;
  container.restart = restart;
  return container;
}

class FactMemoryTest : public testing::Test {
 protected:
  // The images that lines of these times carry, when they are encoded in one batch.
  std::vector<std::string> images(FactMemory& memory,
                                  const std::vector<std::int64_t>& times,
                                  const std::string& name = "web",
                                  std::uint64_t key = 1) {
    std::vector<Record> records(times.size());
    for (std::size_t i = 0; i < times.size(); ++i) {
      records[i].time_ns = times[i];
    }
    const ContainerInfo container = container_of(name);
    const Batch batch{container, key, Stream::kStdout, "id", records};
    const FactHistory& history = memory.of(batch);
    std::vector<std::string> found;
    for (const std::int64_t time : times) {
      const FactVersion* own = history.versions.data();
      for (const FactVersion& version : history.versions) {
        own = version.since_ns <= time ? &version : own;
      }
      found.push_back(own->facts.image);
    }
    memory.note(batch);
    return found;
  }

  using Images = std::vector<std::string>;

  test::TempTree tree_;
  const std::string file_ = tree_.path("data/loki/facts");
  std::shared_ptr<test::FakeFacts> source_ = std::make_shared<test::FakeFacts>();
};

TEST_F(FactMemoryTest, GivesWhatIsKnownAtTheFirstBatchToEachLine) {
  source_->set("web", {image_fact("nginx"), true});
  FactMemory memory(source_);
  EXPECT_EQ(images(memory, {-5, 7}), (Images{"nginx", "nginx"}));
  EXPECT_EQ(images(memory, {8}), Images{"nginx"});
  EXPECT_EQ(source_->asked(), 1) << "nothing more will come";
}

TEST_F(FactMemoryTest, GivesWhatCameLaterToLaterLinesAlone) {
  source_->set("web", {{}, false});
  FactMemory memory(source_);
  EXPECT_EQ(images(memory, {1, 9, 3}), (Images{"", "", ""}));
  source_->set("web", {image_fact("nginx"), true});
  EXPECT_EQ(images(memory, {1, 9, 3, 10}), (Images{"", "", "", "nginx"}));
  source_->set("web", {image_fact("other"), true});
  EXPECT_EQ(images(memory, {9, 11}), (Images{"", "nginx"})) << "what is settled stays";
}

TEST_F(FactMemoryTest, KeepsWhatItsSourceHasForgotten) {
  ContainerFacts facts = image_fact("nginx");
  facts.workload = "web";
  source_->set("web", {facts, false});
  FactMemory memory(source_);
  EXPECT_EQ(images(memory, {1}), Images{"nginx"});
  source_->set("web", {{}, true});
  EXPECT_EQ(images(memory, {2}), Images{"nginx"});
}

TEST_F(FactMemoryTest, AsksNobodyForEventsAndForWhatIsNoPod) {
  source_->set("web", {image_fact("nginx"), true});
  FactMemory memory(source_, file_);
  ContainerInfo event = container_of("web");
  event.source = kEventSource;
  ContainerInfo file = container_of("web");
  file.pod_uid.clear();
  const std::vector<Record> records(1);
  for (const ContainerInfo& container : {event, file}) {
    const Batch batch{container, 1, Stream::kStdout, "id", records};
    EXPECT_EQ(memory.of(batch).versions.front().facts, ContainerFacts{});
    memory.note(batch);
  }
  memory.save();
  EXPECT_EQ(source_->asked(), 0);
  FactMemory nobody;
  EXPECT_EQ(images(nobody, {1}), Images{""});
}

TEST_F(FactMemoryTest, AfterAKillGivesEachLineWhatItHad) {
  source_->set("early", {image_fact("one"), true});
  source_->set("late", {{}, false});
  {
    FactMemory memory(source_, file_);
    EXPECT_EQ(images(memory, {1}, "early", 1), Images{"one"});
    EXPECT_EQ(images(memory, {1}, "late", 2), Images{""});
    source_->set("late", {image_fact("two"), true});
    EXPECT_EQ(images(memory, {5}, "late", 2), Images{"two"});
    memory.save();
  }
  source_->set("early", {{}, false});  // the API server is not reached yet
  source_->set("late", {{}, false});
  FactMemory memory(source_, file_);
  EXPECT_EQ(images(memory, {1, 6}, "early", 11), (Images{"one", "one"}));
  EXPECT_EQ(images(memory, {1, 2, 5}, "late", 12), (Images{"", "two", "two"}));
}

TEST_F(FactMemoryTest, AfterAKillGivesNothingNewToWhatMayHaveBeenSent) {
  source_->set("web", {{}, false});
  {
    FactMemory memory(source_, file_);
    EXPECT_EQ(images(memory, {1}), Images{""});
    memory.save();
  }
  source_->set("web", {image_fact("nginx"), true});
  const std::int64_t before = unix_nanoseconds_now();
  FactMemory memory(source_, file_);
  const std::int64_t hour = 3'600'000'000'000;
  EXPECT_EQ(images(memory, {1, before, before + hour}), (Images{"", "", "nginx"}));
}

TEST_F(FactMemoryTest, DoesNotMindATornLine) {
  source_->set("web", {image_fact("nginx"), true});
  {
    FactMemory memory(source_, file_);
    (void)images(memory, {1});
    memory.save();
  }
  tree_.append("data/loki/facts", R"({"name":"0a1b/db/0","since_)");
  source_->set("web", {{}, false});
  {
    FactMemory memory(source_, file_);
    EXPECT_EQ(images(memory, {1}), Images{"nginx"});
  }
  EXPECT_TRUE(tree_.read("data/loki/facts").ends_with("}\n"));
}

TEST_F(FactMemoryTest, SavesNothingWhereNothingIsKnownOrWillBe) {
  FactMemory memory(source_, file_);
  EXPECT_EQ(images(memory, {1}), Images{""});
  memory.save();
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(FactMemoryTest, GoesOnWhereItCannotSave) {
  tree_.file("data", "no directory");
  source_->set("web", {image_fact("nginx"), true});
  FactMemory memory(source_, file_);
  EXPECT_EQ(images(memory, {1}), Images{"nginx"});
  memory.save();
  EXPECT_EQ(images(memory, {2}), Images{"nginx"});
}

TEST_F(FactMemoryTest, IsBoundedAndKeepsThoseThatWereUsedLast) {
  source_->set("first", {{}, false});
  FactMemory memory(source_, file_);
  EXPECT_EQ(images(memory, {1}, "first", 1), Images{""});
  for (std::uint64_t i = 0; i < FactMemory::kMaxContainers; ++i) {
    source_->set("c" + std::to_string(i), {image_fact("i"), true});
    (void)images(memory, {1}, "c" + std::to_string(i), 2 + i);
  }
  source_->set("first", {image_fact("nginx"), true});
  EXPECT_EQ(images(memory, {1}, "first", 1), Images{"nginx"})
      << "it is forgotten, as one never seen";
  const int asked = source_->asked();
  EXPECT_EQ(images(memory, {1}, "c2000", 2'002), Images{"i"});
  EXPECT_EQ(source_->asked(), asked);
}

}  // namespace
}  // namespace supercargo
