#include "agent/config/field.h"

#include <functional>
#include <set>

#include <gtest/gtest.h>

#include "agent/config/fields.h"
#include "agent/config/values.h"

namespace supercargo::config {
namespace {

using Visit = std::function<void(const Table&, const Field&, const Slot&)>;

// Every field of every table, with a default object's slot.
void for_each_field(const Table& table, const Visit& visit) {
  const auto object = table.make();
  for (const Field& field : table.fields) {
    visit(table, field, field.slot(object.get()));
    if (field.table != nullptr) {
      for_each_field(*field.table, visit);
    }
  }
  for (const Variant& variant : table.variants) {
    for_each_field(*variant.table, visit);
  }
}

TEST(Fields, HaveADescriptionInSentences) {
  for_each_field(kRootTable, [](const Table& table, const Field& field, const Slot&) {
    EXPECT_GT(field.description.size(), 5U) << table.title << "." << field.key;
    EXPECT_TRUE(field.description.ends_with('.')) << table.title << "." << field.key;
  });
}

TEST(Fields, HaveDistinctKeys) {
  std::set<std::pair<const Table*, std::string_view>> seen;
  std::size_t count = 0;
  for_each_field(kRootTable, [&](const Table& table, const Field& field, const Slot&) {
    seen.emplace(&table, field.key);
    ++count;
  });
  EXPECT_GT(count, 60U);
  for (const Variant& variant : kOutputTable.variants) {
    for (const Field& field : variant.table->fields) {
      EXPECT_EQ(kOutputTable.find(field.key), nullptr) << field.key;
    }
  }
}

TEST(Fields, OfNumbersAreBounded) {
  for_each_field(kRootTable, [](const Table& table, const Field& field, const Slot&) {
    const bool is_number = field.type == FieldType::kInteger || field.type == FieldType::kSize ||
                           field.type == FieldType::kDuration;
    EXPECT_EQ(is_number, !bound_text(field).empty() && field.choices.empty())
        << table.title << "." << field.key;
  });
}

TEST(Fields, AcceptTheirOwnDefaults) {
  for_each_field(kRootTable, [](const Table& table, const Field& field, const Slot& slot) {
    if (is_scalar(field.type) && !field.required) {
      const std::string text = scalar_text(field, slot);
      EXPECT_EQ(store_scalar(field, slot, text), "") << table.title << "." << field.key;
      EXPECT_EQ(scalar_text(field, slot), text) << table.title << "." << field.key;
    }
  });
}

TEST(Fields, SayWhatAnEmptyTextMeans) {
  for_each_field(kRootTable, [](const Table& table, const Field& field, const Slot& slot) {
    const bool is_optional_text = field.type == FieldType::kText && !field.required;
    if (is_optional_text && scalar_text(field, slot).empty()) {
      EXPECT_FALSE(field.unset.empty()) << table.title << "." << field.key;
    }
  });
}

}  // namespace
}  // namespace supercargo::config
