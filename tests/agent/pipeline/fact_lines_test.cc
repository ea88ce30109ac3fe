#include "agent/pipeline/fact_lines.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

FactVersion whole() {
  FactVersion version;
  version.since_ns = 1'795'384'800'000'000'001;
  version.facts.container_id = "c0ffee";
  version.facts.image = "registry.example/web:\"1\"";
  version.facts.workload_kind = "Deployment";
  version.facts.workload = "web";
  version.facts.pod_labels = {{"label_app", "caf\u00e9"}, {"label_empty", ""}};
  return version;
}

TEST(FactLines, AreReadAsTheyWereWritten) {
  for (const FactVersion& version : {whole(), FactVersion{}}) {
    std::string text;
    append_fact_line(text, "uid/web/0", version);
    ASSERT_TRUE(text.ends_with('\n'));
    EXPECT_EQ(text.find('\n'), text.size() - 1);
    const auto read = parse_fact_line(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(read->name, "uid/web/0");
    EXPECT_EQ(read->version.since_ns, version.since_ns);
    EXPECT_EQ(read->version.facts, version.facts);
  }
}

TEST(FactLines, AreNoneWhereTheyAreTorn) {
  std::string text;
  append_fact_line(text, "uid/web/0", whole());
  for (std::size_t size = 0; size + 1 < text.size(); ++size) {
    EXPECT_FALSE(parse_fact_line(text.substr(0, size))) << size;
  }
}

TEST(FactLines, AreNoneWhereAMemberIsOfAnotherKind) {
  for (const char* text : {R"([])",
                           R"({"since_ns":1})",
                           R"({"name":"","since_ns":1})",
                           R"({"name":1,"since_ns":1})",
                           R"({"name":"a"})",
                           R"({"name":"a","since_ns":"1"})",
                           R"({"name":"a","since_ns":1.5})",
                           R"({"name":"a","since_ns":1,"image":null})",
                           R"({"name":"a","since_ns":1,"pod_labels":[]})",
                           R"({"name":"a","since_ns":1,"pod_labels":{"label_app":1}})"}) {
    EXPECT_FALSE(parse_fact_line(text)) << text;
  }
}

TEST(FactLines, NameARunOfAContainer) {
  ContainerInfo container;
  container.pod_uid = "0a1b";
  container.container = "web";
  container.restart = 3;
  EXPECT_EQ(fact_name(container), "0a1b/web/3");
}

}  // namespace
}  // namespace supercargo
