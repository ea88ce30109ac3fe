#include "collectors/node/textfile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <utime.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class TextfileCollectorTest : public ::testing::Test {
 protected:
  void write(const std::string& path, std::string_view text) {
    tree_.file(path, text);
    const utimbuf times{1700000000, 1700000000};
    ASSERT_EQ(::utime(tree_.path(path).c_str(), &times), 0);
  }

  std::string pass(const std::string& directory = "/var/text") {
    NodeOptions options;
    options.host.root = tree_.root().string();
    options.config.textfile_directory = directory;
    TextfileCollector collector(options);
    return test::render_pass(collector);
  }

  test::TempTree tree_;
};

TEST_F(TextfileCollectorTest, GivesTheMetricsOfItsFilesBelowTheHostsRoot) {
  write("var/text/b.prom", "b{x=\"1\"} 2\n");
  write("var/text/a.prom", "# HELP a A.\n# TYPE a counter\na 1\n");
  write("var/text/a.prom.tmp", "c 3\n");
  EXPECT_EQ(pass(),
            "node_textfile_mtime_seconds{file=\"/var/text/a.prom\"} 1700000000\n"
            "node_textfile_mtime_seconds{file=\"/var/text/b.prom\"} 1700000000\n"
            "node_textfile_scrape_error 0\n"
            "a 1\n"
            "b{x=\"1\"} 2\n");
}

TEST_F(TextfileCollectorTest, ABadFileCostsItsOwnMetricsAndSetsTheError) {
  write("var/text/a.prom", "a 1");
  write("var/text/b.prom", "b 2\n");
  const std::string text = pass();
  EXPECT_THAT(text, HasSubstr("node_textfile_scrape_error 1\n"));
  EXPECT_THAT(text, HasSubstr("\nb 2\n"));
  EXPECT_THAT(text, Not(HasSubstr("a.prom")));
}

TEST_F(TextfileCollectorTest, ASampleOfTwoFilesIsGivenOnceAndIsAnError) {
  write("var/text/a.prom", "a{x=\"1\",y=\"2\"} 1\n");
  write("var/text/b.prom", "a{y=\"2\",x=\"1\"} 2\na 3\n");
  const std::string text = pass();
  EXPECT_THAT(text, HasSubstr("node_textfile_scrape_error 1\n"));
  EXPECT_THAT(text, HasSubstr("a{x=\"1\",y=\"2\"} 1\na 3\n"));
}

TEST_F(TextfileCollectorTest, AFamilyOfTwoTypesKeepsTheFirst) {
  write("var/text/a.prom", "# TYPE a gauge\na 1\n");
  write("var/text/b.prom", "# TYPE a counter\na{b=\"c\"} 2\n");
  const std::string text = pass();
  EXPECT_THAT(text, HasSubstr("node_textfile_scrape_error 1\n"));
  EXPECT_THAT(text, HasSubstr("a 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("a{")));
}

TEST_F(TextfileCollectorTest, MatchesSeveralDirectories) {
  write("opt/x/text/a.prom", "a 1\n");
  write("opt/y/text/b.prom", "b 2\n");
  EXPECT_THAT(pass("/opt/*/text"),
              ::testing::AllOf(HasSubstr("file=\"/opt/x/text/a.prom\""),
                               HasSubstr("file=\"/opt/y/text/b.prom\""),
                               HasSubstr("scrape_error 0")));
  EXPECT_THAT(pass("/srv/*/text"), HasSubstr("scrape_error 1"));
}

TEST_F(TextfileCollectorTest, ADirectoryThatIsMissingIsAnErrorAndNoneIsNone) {
  EXPECT_EQ(pass("/nowhere"), "node_textfile_scrape_error 1\n");
  EXPECT_EQ(pass(""), "node_textfile_scrape_error 0\n");
}

TEST_F(TextfileCollectorTest, NeitherHangsAtAFifoNorReadsADirectory) {
  write("var/text/a.prom", "a 1\n");
  ASSERT_EQ(::mkfifo(tree_.path("var/text/fifo.prom").c_str(), 0600), 0);
  tree_.file("var/text/directory.prom/x", "");
  EXPECT_THAT(pass(), ::testing::AllOf(HasSubstr("a 1\n"), HasSubstr("scrape_error 1")));
}

TEST_F(TextfileCollectorTest, NamesTheFilesOfAFamilyWithoutHelp) {
  write("var/text/a.prom", "a 1\n");
  write("var/text/caf\xE9.prom", "a{x=\"1\"} 2\n");
  NodeOptions options;
  options.host.root = tree_.root().string();
  options.config.textfile_directory = "/var/text/";
  TextfileCollector collector(options);
  SampleSet set(collector.families());
  ASSERT_TRUE(collector.collect(set));
  ASSERT_EQ(set.late_families().size(), 1U);
  EXPECT_EQ(set.late_families()[0].help,
            "Metric read from /var/text/a.prom, /var/text/caf\xEF\xBF\xBD.prom");
}

}  // namespace
}  // namespace supercargo
