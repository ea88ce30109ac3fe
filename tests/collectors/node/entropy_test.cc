#include "collectors/node/entropy.h"

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

TEST(EntropyCollector, KeepsTheSampleBeforeAnOddFile) {
  test::TempTree tree;
  tree.file("entropy_avail", "256\n");
  tree.file("poolsize", "many\n");
  EntropyCollector collector(tree.root().string());
  EXPECT_EQ(test::render_pass(collector),
            "node_entropy_available_bits 256\nerror: " + tree.path("poolsize") +
                ": expected one number\n");
}

}  // namespace
}  // namespace supercargo
