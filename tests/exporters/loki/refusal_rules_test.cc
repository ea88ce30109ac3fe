#include "exporters/loki/refusal_rules.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

const RefusalRule& rule_of(RefusalCause cause) {
  for (const RefusalRule& rule : kRefusalRules) {
    if (rule.cause == cause) {
      return rule;
    }
  }
  ADD_FAILURE() << "no such rule";
  return kRefusalRules[0];
}

PushedEntry entry_at(std::int64_t time_ns) {
  PushedEntry entry;
  entry.time_ns = time_ns;
  return entry;
}

constexpr std::int64_t kSecond = 1'000'000'000;

TEST(RefusalRules, KnowTheLimitOfTimesByTheSecond) {
  LokiRefusal limit;
  limit.bound_ns = 10 * kSecond;
  const RefusalRule& old = rule_of(RefusalCause::kTooOld);
  EXPECT_EQ(old.judge(entry_at(10 * kSecond - 1), limit), Breach::kYes);
  EXPECT_EQ(old.judge(entry_at(10 * kSecond), limit), Breach::kPerhaps);
  EXPECT_EQ(old.judge(entry_at(11 * kSecond - 1), limit), Breach::kPerhaps);
  EXPECT_EQ(old.judge(entry_at(11 * kSecond), limit), Breach::kNo);

  limit.time_ns = 10 * kSecond;
  const RefusalRule& recent = rule_of(RefusalCause::kTooNew);
  EXPECT_EQ(recent.judge(entry_at(10 * kSecond - 1), limit), Breach::kNo);
  EXPECT_EQ(recent.judge(entry_at(10 * kSecond), limit), Breach::kPerhaps);
  EXPECT_EQ(recent.judge(entry_at(11 * kSecond), limit), Breach::kYes);
}

TEST(RefusalRules, CutTimesBefore1970TowardsThePast) {
  const RefusalRule& old = rule_of(RefusalCause::kTooOld);
  LokiRefusal told;
  told.time_ns = -kSecond;
  EXPECT_EQ(old.entry_key(entry_at(-1)), old.told_key(told));
  EXPECT_EQ(old.entry_key(entry_at(-kSecond)), old.told_key(told));
  EXPECT_NE(old.entry_key(entry_at(0)), old.told_key(told));
}

TEST(RefusalRules, TakeTheAnswerThatTellsMore) {
  LokiRefusal a;
  LokiRefusal b;
  a.bound_ns = 1;
  b.bound_ns = 2;
  a.time_ns = 1;
  b.time_ns = 2;
  EXPECT_EQ(&rule_of(RefusalCause::kTooOld).better(a, b), &b);
  EXPECT_EQ(&rule_of(RefusalCause::kTooOld).better(b, a), &b);
  EXPECT_EQ(&rule_of(RefusalCause::kTooNew).better(a, b), &a);
  EXPECT_EQ(&rule_of(RefusalCause::kTooNew).better(b, a), &a);
}

TEST(RefusalRules, HaveAScope) {
  EXPECT_EQ(refusal_scope(RefusalCause::kTooOld), RefusalScope::kEntries);
  EXPECT_EQ(refusal_scope(RefusalCause::kLabels), RefusalScope::kStream);
  EXPECT_EQ(refusal_scope(RefusalCause::kStreamLimit), RefusalScope::kIngester);
  EXPECT_EQ(refusal_scope(RefusalCause::kTenantRate), RefusalScope::kRequest);
  EXPECT_EQ(refusal_scope(RefusalCause::kUnknown), RefusalScope::kNothing);
}

}  // namespace
}  // namespace supercargo
