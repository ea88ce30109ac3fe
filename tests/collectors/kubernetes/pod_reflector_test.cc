#include "collectors/kubernetes/pod_reflector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace supercargo {
namespace {

using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using State = PodFacts::State;
using Type = WatchEvent::Type;

constexpr std::string_view kList = "/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-1";

std::string pod(const std::string& name, const std::string& version) {
  return R"({"metadata":{"namespace":"shop","name":")" + name + R"(","uid":"uid-)" + name +
         R"(","resourceVersion":")" + version + R"("}})";
}

std::string list(const std::string& items, const std::string& version) {
  return R"({"kind":"PodList","metadata":{"resourceVersion":")" + version + R"("},"items":[)" +
         items + "]}\n";
}

std::string event(const std::string& type, const std::string& object) {
  return R"({"type":")" + type + R"(","object":)" + object + "}\n";
}

std::string error_event(int code) {
  return event("ERROR", R"({"kind":"Status","message":"no","code":)" + std::to_string(code) + "}");
}

std::string bookmark(const std::string& version) {
  return event("BOOKMARK", R"({"metadata":{"resourceVersion":")" + version + R"("}})");
}

class PodReflectorTest : public ::testing::Test {
 protected:
  // Sends the next request when it is due, and ends it by that answer.
  ApiRequest answer(const std::string& body, ApiAnswer end = {.status = 200}) {
    now_ = std::max(now_, reflector_.due());
    ApiRequest request = reflector_.begin(now_);
    bool goes_on = true;
    if (end.status == 200) {
      reflector_.connected();
      goes_on = body.empty() || reflector_.take(body, now_);
    }
    now_ += seconds(2);
    if (!goes_on) {
      end = {ApiAnswer::Failure::kConnection, 200, "ended by us", {}, {}};
    }
    reflector_.finish(end, now_);
    return request;
  }

  ApiRequest refuse(int status, Milliseconds retry_after = {}) {
    ApiAnswer end;
    end.status = status;
    end.refusal = R"({"kind":"Status","message":"refused"})";
    end.retry_after = retry_after;
    return answer("", end);
  }

  ApiRequest cut(const std::string& body) {
    ApiAnswer end;
    end.failure = ApiAnswer::Failure::kConnection;
    end.status = 200;
    end.error = "connection reset";
    return answer(body, end);
  }

  [[nodiscard]] Milliseconds wait() const {
    return std::chrono::ceil<Milliseconds>(reflector_.due() - now_);
  }

  [[nodiscard]] bool has(const std::string& name) const {
    return store_.facts()->find("uid-" + name, "shop", name) != nullptr;
  }

  std::uint64_t failures(const std::string& reason) { return store_.status().failures[reason]; }

  std::uint64_t relists(const std::string& reason) { return store_.status().relists[reason]; }

  SteadyTime now_{seconds(1'000)};
  PodStore store_;
  PodReflector reflector_{{.node_name = "node-1", .seed = 7}, store_};
};

TEST_F(PodReflectorTest, ListsOnceFromTheCacheAndWatchesFromThere) {
  EXPECT_EQ(answer(list(pod("web", "9"), "12")).target, std::string(kList) + "&resourceVersion=0");
  EXPECT_TRUE(has("web"));
  EXPECT_EQ(reflector_.due(), now_);
  const ApiRequest watch = answer("");
  EXPECT_THAT(watch.target,
              StartsWith(std::string(kList) +
                         "&resourceVersion=12&watch=1&allowWatchBookmarks=true&timeoutSeconds="));
  EXPECT_GT(watch.timeout, seconds(300));
  EXPECT_LE(watch.timeout, seconds(630));
}

TEST_F(PodReflectorTest, AppliesEventsAndGoesOnBehindTheLastOne) {
  answer(list(pod("web", "9") + "," + pod("old", "8"), "12"));
  answer(event("ADDED", pod("new", "13")) + event("MODIFIED", pod("web", "14")) +
         event("DELETED", pod("old", "15")));
  EXPECT_TRUE(has("new"));
  EXPECT_TRUE(has("web"));
  EXPECT_FALSE(has("old"));
  EXPECT_THAT(answer("").target, HasSubstr("&resourceVersion=15&"));
  const WatchStatus status = store_.status();
  EXPECT_EQ(status.events[static_cast<std::size_t>(Type::kAdded)], 1);
  EXPECT_EQ(status.events[static_cast<std::size_t>(Type::kDeleted)], 1);
}

TEST_F(PodReflectorTest, ABookmarkMovesTheVersionOn) {
  answer(list("", "12"));
  answer(bookmark("99"));
  EXPECT_THAT(answer("").target, HasSubstr("&resourceVersion=99&"));
}

TEST_F(PodReflectorTest, IsConnectedWhileAWatchIs) {
  answer(list("", "12"));
  EXPECT_FALSE(store_.status().connected);
  (void)reflector_.begin(now_);
  EXPECT_FALSE(store_.status().connected);
  reflector_.connected();
  EXPECT_TRUE(store_.status().connected);
  reflector_.finish({.status = 200}, now_ + seconds(400));
  EXPECT_FALSE(store_.status().connected);
}

TEST_F(PodReflectorTest, ListsAnewWithJitterWhenTheVersionIsGone) {
  answer(list(pod("web", "9"), "12"));
  refuse(410);
  EXPECT_EQ(relists("gone"), 1);
  EXPECT_GE(wait(), seconds(0));
  EXPECT_LE(wait(), seconds(11));
  EXPECT_TRUE(has("web"));  // until the new list is there
  EXPECT_EQ(answer(list(pod("other", "20"), "21")).target, kList);
  EXPECT_FALSE(has("web"));
  EXPECT_TRUE(has("other"));
}

TEST_F(PodReflectorTest, ListsAnewWhenAnEventSaysThatTheVersionIsGone) {
  answer(list(pod("web", "9"), "12"));
  answer(event("ADDED", pod("new", "13")) + error_event(410) + event("ADDED", pod("x", "14")));
  EXPECT_EQ(relists("gone"), 1);
  EXPECT_TRUE(has("new"));
  EXPECT_FALSE(has("x"));  // nothing counts behind the end
  EXPECT_EQ(answer(list("", "21")).target, kList);
}

TEST_F(PodReflectorTest, AServerThatForgetsAtOnceIsAskedLessAndLess) {
  for (int i = 0; i < 8; ++i) {
    answer(list("", "12"));
    refuse(410);
  }
  EXPECT_GE(wait(), seconds(30));
  EXPECT_EQ(relists("gone"), 8);
}

TEST_F(PodReflectorTest, AnotherErrorEventIsRetriedFromTheSameVersion) {
  answer(list("", "12"));
  answer(error_event(500));
  EXPECT_EQ(failures("error_event"), 1);
  EXPECT_THAT(answer("").target, HasSubstr("&resourceVersion=12&"));
}

TEST_F(PodReflectorTest, AWatchThatIsCutInAnEventGoesOnBehindTheLastWholeOne) {
  answer(list("", "12"));
  cut(event("ADDED", pod("new", "13")) + R"({"type":"ADDED","obj)");
  EXPECT_EQ(failures("cut"), 1);
  EXPECT_TRUE(has("new"));
  EXPECT_LE(wait(), seconds(1));  // the events before it say that the server is well
  EXPECT_THAT(answer("").target, HasSubstr("&resourceVersion=13&"));
  answer(R"({"type":"ADDED","obj)");  // likewise when the connection ends properly
  EXPECT_EQ(failures("cut"), 2);
}

TEST_F(PodReflectorTest, AListThatIsCutChangesNothing) {
  cut(R"({"metadata":{"resourceVersion":"3"},"items":[)" + pod("web", "2"));
  EXPECT_EQ(store_.facts()->state, State::kOff);
  EXPECT_EQ(failures("cut"), 1);
  EXPECT_EQ(answer(list(pod("web", "2"), "3")).target, std::string(kList) + "&resourceVersion=0");
  EXPECT_TRUE(has("web"));
}

TEST_F(PodReflectorTest, FailuresAreRetriedLaterAndLater) {
  ApiAnswer refused;
  refused.failure = ApiAnswer::Failure::kConnection;
  refused.error = "connection refused";
  for (int i = 0; i < 10; ++i) {
    answer("", refused);
  }
  EXPECT_EQ(failures("connection"), 10);
  EXPECT_GE(wait(), seconds(30));
  EXPECT_LE(wait(), seconds(60));
  answer(list("", "12"));
  answer(bookmark("13"));
  answer("", refused);
  EXPECT_LE(wait(), seconds(1));
}

TEST_F(PodReflectorTest, WaitsAsLongAsTheServerAsksFor) {
  refuse(429, seconds(120));
  EXPECT_GE(wait(), seconds(120));
  EXPECT_EQ(failures("status"), 1);
}

TEST_F(PodReflectorTest, AnOldTokenIsNoReasonToForget) {
  answer(list(pod("web", "9"), "12"));
  refuse(401);
  EXPECT_EQ(failures("unauthorized"), 1);
  EXPECT_TRUE(has("web"));
  EXPECT_THAT(answer("").target, HasSubstr("&resourceVersion=12&"));
}

TEST_F(PodReflectorTest, WithoutPermissionNobodyWaitsAndTheServerIsSeldomAsked) {
  store_.start();
  refuse(403);
  EXPECT_EQ(store_.facts()->state, State::kOff);
  EXPECT_EQ(store_.facts()->why, "no permission to list and watch pods");
  EXPECT_GE(wait(), seconds(150));
  EXPECT_EQ(answer(list(pod("web", "9"), "12")).target, std::string(kList) + "&resourceVersion=0");
  EXPECT_TRUE(has("web"));  // somebody granted it
}

TEST_F(PodReflectorTest, APermissionThatIsTakenAwayLeavesWhatIsKnown) {
  answer(list(pod("web", "9"), "12"));
  refuse(403);
  EXPECT_TRUE(has("web"));
  EXPECT_EQ(failures("denied"), 1);
}

TEST_F(PodReflectorTest, AVersionThatNoServerTakesIsGivenUp) {
  answer(list("", "12"));
  for (int i = 0; i < 4; ++i) {
    EXPECT_THAT(refuse(504).target, HasSubstr("&watch=1"));
  }
  refuse(504);
  EXPECT_EQ(relists("failures"), 1);
  EXPECT_EQ(answer(list("", "2")).target, kList);
}

TEST_F(PodReflectorTest, AWatchThatEndsAtOnceIsNotRepeatedAtOnce) {
  answer(list("", "12"));
  (void)reflector_.begin(now_);
  reflector_.connected();
  reflector_.finish({.status = 200}, now_);
  EXPECT_GE(wait(), Milliseconds(500));
  EXPECT_EQ(failures("short"), 1);
}

TEST_F(PodReflectorTest, WhatCannotBeReadIsSkippedAndCounted) {
  answer(list(R"({"metadata":{}},)" + pod("web", "9"), "12"));
  answer(event("ADDED", "{}") + event("ADDED", pod("new", "13")));
  EXPECT_TRUE(has("web"));
  EXPECT_TRUE(has("new"));
  EXPECT_EQ(store_.status().unreadable, 2);
}

TEST_F(PodReflectorTest, AnswersThatAreNoJsonAreFailures) {
  answer("<html>Sign in</html>");
  EXPECT_EQ(failures("unreadable"), 1);
  answer(R"({"kind":"PodList","items":[]})");
  EXPECT_EQ(failures("unreadable"), 2);
}

TEST_F(PodReflectorTest, AHugePodIsSkippedAndTheOthersAreKnown) {
  std::string huge = pod("huge", "8");
  huge.insert(1, "\"spec\":{\"x\":\"" + std::string(std::size_t{5} << 20, 'x') + "\"},");
  answer(list(huge + "," + pod("web", "9"), "12"));
  EXPECT_TRUE(has("web"));
  EXPECT_FALSE(has("huge"));
  EXPECT_EQ(store_.status().too_large, 1);
}

TEST_F(PodReflectorTest, APodOfMoreThanAMebibyteIsTaken) {
  std::string large = pod("large", "8");
  large.insert(1, "\"spec\":{\"x\":\"" + std::string(std::size_t{3} << 20, 'x') + "\"},");
  answer(list(large, "12"));
  EXPECT_TRUE(has("large"));
}

TEST_F(PodReflectorTest, WithoutATokenNothingIsAsked) {
  ApiAnswer none;
  none.failure = ApiAnswer::Failure::kToken;
  none.error = "read token: no such file";
  answer("", none);
  EXPECT_EQ(failures("token"), 1);
  EXPECT_GE(wait(), Milliseconds(500));
}

TEST(PodReflectorTargetTest, ANodesNameIsEscaped) {
  PodStore store;
  PodReflector reflector({.node_name = "a,b&c=d"}, store);
  EXPECT_EQ(reflector.begin(SteadyTime{}).target,
            "/api/v1/pods?fieldSelector=spec.nodeName%3Da%2Cb%26c%3Dd&resourceVersion=0");
}

}  // namespace
}  // namespace supercargo
