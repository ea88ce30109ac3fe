#include "agent/config/reference.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/agent/config/config_test_support.h"

namespace supercargo {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A printed file stands in the tree as it is printed; SUPERCARGO_UPDATE_DOCS=1 writes it.
void expect_in_tree(const std::string& relative, const std::string& printed) {
  const std::string path = std::string(SUPERCARGO_SOURCE_DIR) + "/" + relative;
  if (std::getenv("SUPERCARGO_UPDATE_DOCS") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
    std::ofstream(path) << printed;
  }
  std::stringstream content;
  content << std::ifstream(path).rdbuf();
  EXPECT_EQ(content.str(), printed)
      << relative << " is not what is printed: run the test with SUPERCARGO_UPDATE_DOCS=1";
}

// The contents of the ```yaml blocks of Markdown.
std::vector<std::string> yaml_blocks(const std::string& markdown) {
  constexpr std::string_view kStart = "```yaml\n";
  std::vector<std::string> blocks;
  for (std::size_t at = markdown.find(kStart); at != std::string::npos;
       at = markdown.find(kStart, at + 1)) {
    const std::size_t begin = at + kStart.size();
    blocks.push_back(markdown.substr(begin, markdown.find("```", begin) - begin));
  }
  return blocks;
}

AgentConfig rich_config() {
  const ConfigResult result = test::parse(R"(
node_name: 'a: b # c'
metrics: {node: {diskstats_device_exclude: '^\d+''$${X}$'}}
logs: {sources: [{type: files, path: '/var/log/*.log'}]}
outputs:
  - {name: l, type: loki, url: 'https://l', auth: {username: u, password: hunter2},
     headers: {X-Key: hunter2}, static_labels: {cluster: 'c ''1'''}, labels: [pod, restart]}
  - {name: g, type: gelf, url: 'https://g', auth: {bearer_token: hunter2}}
  - {name: s, type: stdout, backoff: {initial: 1ms}}
)");
  EXPECT_TRUE(result) << result.errors[0];
  return result.loaded->config;
}

TEST(ConfigReference, IsConfigMdInTheTree) {
  expect_in_tree("CONFIG.md", config_reference_markdown());
}

TEST(ConfigReference, HasExamplesThatParse) {
  const auto blocks = yaml_blocks(config_reference_markdown());
  EXPECT_GE(blocks.size(), 4U);
  for (const std::string& block : blocks) {
    const ConfigResult result = test::parse(block);
    EXPECT_TRUE(result) << block << (result ? "" : result.errors[0]);
  }
}

// The mistakes that the page shows, as they are reported.
TEST(ConfigReference, ShowsRealMessages) {
  const ConfigResult result = parse_config(
      "outputs:\n"
      "  - name: loki\n"
      "    ulr: http://loki:3100\n"
      "    url: http://loki:3100\n"
      "    max_in_flight: 65\n"
      "    type: loki\n"
      "  - name: screen\n"
      "    type: stdout\n"
      "    tenant: platform\n",
      "agent.yaml",
      test::lookup_in({}));
  ASSERT_EQ(result.errors.size(), 3U);
  const std::string markdown = config_reference_markdown();
  for (const std::string& error : result.errors) {
    EXPECT_NE(markdown.find("\n" + error + "\n"), std::string::npos) << error;
  }
}

TEST(CommentedDefaultConfig, ParsesBackToTheDefaults) {
  const ConfigResult result = test::parse(commented_default_config());
  ASSERT_TRUE(result) << result.errors[0];
  EXPECT_EQ(effective_config_yaml(result.loaded->config), effective_config_yaml(AgentConfig{}));
  EXPECT_TRUE(result.loaded->warnings.empty());
}

TEST(CommentedDefaultConfig, HasShortLines) {
  std::istringstream lines(commented_default_config());
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(line.size() <= 100 || line.find('#') == std::string::npos) << line;
  }
}

TEST(EffectiveConfig, MasksSecrets) {
  const std::string yaml = effective_config_yaml(rich_config());
  EXPECT_THAT(yaml, Not(HasSubstr("hunter2")));
  EXPECT_THAT(yaml, HasSubstr("password: '***'"));
  EXPECT_THAT(yaml, HasSubstr("bearer_token: '***'"));
  EXPECT_THAT(yaml, HasSubstr("skip_verify: false\n"));
  EXPECT_THAT(yaml, HasSubstr("X-Key: '***'"));
}

TEST(EffectiveConfig, ReadsBackAsTheSame) {
  const std::string yaml = effective_config_yaml(rich_config());
  const ConfigResult result = test::parse(yaml);
  ASSERT_TRUE(result) << result.errors[0] << "\n" << yaml;
  EXPECT_EQ(effective_config_yaml(result.loaded->config), yaml);
  EXPECT_EQ(result.loaded->config.node_name, "a: b # c");
  EXPECT_EQ(result.loaded->config.metrics.node.diskstats_device_exclude, "^\\d+'${X}$");
}

TEST(ConfigSchema, StandsInTheTree) {
  expect_in_tree("agent/config/config.schema.json", config_json_schema());
}

TEST(ConfigSchema, DescribesTheOutline) {
  const auto schema = nlohmann::json::parse(config_json_schema());
  EXPECT_EQ(schema["$schema"], "http://json-schema.org/draft-07/schema#");
  EXPECT_EQ(schema["additionalProperties"], false);
  const auto& kinds = schema["properties"]["outputs"]["items"]["oneOf"];
  ASSERT_EQ(kinds.size(), 3U);
  EXPECT_EQ(kinds[0]["properties"]["type"]["const"], "loki");
  EXPECT_EQ(kinds[0]["required"], nlohmann::json({"name", "type", "url"}));
  EXPECT_EQ(kinds[2]["required"], nlohmann::json({"name", "type"}));
  EXPECT_FALSE(kinds[2]["properties"].contains("url"));
  EXPECT_EQ(kinds[0]["properties"]["max_in_flight"]["maximum"], 64);
  EXPECT_EQ(schema["properties"]["memory_limit"]["default"], "64MiB");
  EXPECT_EQ(kinds[0]["properties"]["tls"]["properties"]["skip_verify"]["default"], false);
}

}  // namespace
}  // namespace supercargo
