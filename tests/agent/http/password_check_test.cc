#include "agent/http/password_check.h"

#include <atomic>
#include <future>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

using Answer = PasswordCheck::Answer;

// Passwords: "correct horse" and "other", at bcrypt's lowest cost.
std::shared_ptr<const PasswordCheck::Users> users() {
  return std::make_shared<PasswordCheck::Users>(PasswordCheck::Users{
      {"alice", "$2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e"},
      {"bob", "$2b$04$ABCDEFGHIJKLMNOPQRSTUOcPgI1F8tutGoTYt1wfsuySS7J2IHA0W"}});
}

constexpr std::string_view kAlice = "Basic YWxpY2U6Y29ycmVjdCBob3JzZQ==";  // alice:correct horse
constexpr std::string_view kBob = "basic Ym9iOm90aGVy";                    // bob:other
constexpr std::string_view kWrong = "Basic YWxpY2U6b3RoZXI=";              // alice:other
constexpr std::string_view kNobody = "Basic Y2Fyb2w6b3RoZXI=";             // carol:other

bool is_right(PasswordCheck& passwords, std::string_view header) {
  std::promise<bool> verdict;
  const Answer answer =
      passwords.check(users(), header, [&](bool right) { verdict.set_value(right); });
  return answer == Answer::kLater ? verdict.get_future().get() : answer == Answer::kRight;
}

TEST(PasswordCheck, KnowsRightFromWrong) {
  PasswordCheck passwords;
  EXPECT_TRUE(is_right(passwords, kAlice));
  EXPECT_TRUE(is_right(passwords, kBob));
  EXPECT_FALSE(is_right(passwords, kWrong));
  EXPECT_FALSE(is_right(passwords, kNobody));
}

TEST(PasswordCheck, RemembersWhatWasRightButNothingElse) {
  PasswordCheck passwords;
  const auto nothing = [](bool) {};
  ASSERT_TRUE(is_right(passwords, kAlice));
  EXPECT_EQ(passwords.check(users(), kAlice, nothing), Answer::kRight);
  ASSERT_FALSE(is_right(passwords, kWrong));
  EXPECT_FALSE(is_right(passwords, kWrong));
  EXPECT_FALSE(is_right(passwords, kNobody));
}

TEST(PasswordCheck, ForgetsAPasswordWithTheHashThatItBelongsTo) {
  PasswordCheck passwords;
  ASSERT_TRUE(is_right(passwords, kAlice));
  auto changed = std::make_shared<PasswordCheck::Users>(*users());
  changed->at("alice") = changed->at("bob");
  std::promise<bool> verdict;
  ASSERT_EQ(passwords.check(changed, kAlice, [&](bool right) { verdict.set_value(right); }),
            Answer::kLater);
  EXPECT_FALSE(verdict.get_future().get());
}

TEST(PasswordCheck, RefusesAtOnceWhatIsNoPassword) {
  PasswordCheck passwords;
  for (const std::string_view header : {"",
                                        "Basic",
                                        "Basic ",
                                        "Basic !!!!",
                                        "Basic YWxpY2U",
                                        "Bearer YWxpY2U6b3RoZXI=",
                                        "Basic YWxpY2U=",
                                        "Basic ====",
                                        "Basic YWxpY2U6AG==" /* a zero byte */}) {
    EXPECT_EQ(passwords.check(users(), header, [](bool) { FAIL(); }), Answer::kWrong) << header;
  }
  EXPECT_EQ(passwords.check(users(), "Basic " + std::string(100'000, 'A'), [](bool) { FAIL(); }),
            Answer::kWrong);
}

TEST(PasswordCheck, RefusesMoreThanAFewAtOnce) {
  std::promise<void> go_on;
  const auto gate = go_on.get_future().share();
  std::atomic<int> answered = 0;
  int busy = 0;
  {
    PasswordCheck passwords;
    std::promise<void> began;
    ASSERT_EQ(passwords.check(users(), kWrong, [&](bool) { began.set_value(), gate.wait(); }),
              Answer::kLater);
    began.get_future().wait();
    for (int i = 0; i < 20; ++i) {
      busy += passwords.check(users(), kWrong, [&](bool) { ++answered; }) == Answer::kBusy ? 1 : 0;
    }
    go_on.set_value();
  }  // waits for the one that runs only
  EXPECT_EQ(busy, 12);
  EXPECT_LE(answered, 8);
}

}  // namespace
}  // namespace supercargo
