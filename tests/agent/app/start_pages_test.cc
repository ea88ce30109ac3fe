#include "agent/app/start_pages.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

struct Base {
  virtual ~Base() = default;
  [[nodiscard]] virtual int number() const = 0;
};

struct Derived : Base {
  explicit Derived(int its_number) : number_(its_number) {}

  [[nodiscard]] int number() const override { return number_; }

 private:
  int number_;
};

int changed_later = 1;
std::string* made_later = nullptr;

TEST(StartPages, AreGivenBackAndComeBackWhenTheyAreNeeded) {
  const std::unique_ptr<Base> object = std::make_unique<Derived>(3);
  const std::size_t released = release_start_pages();
  EXPECT_GT(released, 1'000'000U) << "the C and C++ libraries alone are larger";
  EXPECT_EQ(object->number(), 3);
  EXPECT_EQ(release_start_pages(), released);
}

TEST(StartPages, WhatWasWrittenIsNotAmongThem) {
  changed_later = 2;
  const std::string text(100, 'x');
  const auto made = std::make_unique<std::string>(text);
  made_later = made.get();
  release_start_pages();
  EXPECT_EQ(changed_later, 2);
  ASSERT_EQ(made_later, made.get());
  EXPECT_EQ(*made_later, text);
}

}  // namespace
}  // namespace supercargo
