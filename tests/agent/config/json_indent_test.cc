#include "agent/config/json_indent.h"

#include <gtest/gtest.h>

namespace supercargo::config {
namespace {

TEST(IndentJson, PutsEachMemberOnALine) {
  EXPECT_EQ(indent_json(R"({"a":1,"b":{"c":[true,"x,{\"y"]},"d":[],"e":{}})"),
            "{\n"
            "  \"a\": 1,\n"
            "  \"b\": {\n"
            "    \"c\": [\n"
            "      true,\n"
            "      \"x,{\\\"y\"\n"
            "    ]\n"
            "  },\n"
            "  \"d\": [],\n"
            "  \"e\": {}\n"
            "}\n");
}

}  // namespace
}  // namespace supercargo::config
