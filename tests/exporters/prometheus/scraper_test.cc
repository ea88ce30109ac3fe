#include "exporters/prometheus/scraper.h"

#include <atomic>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/exporters/prometheus/fake_collectors.h"

namespace supercargo {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

class ScraperTest : public testing::Test {
 protected:
  Scraper& start(std::vector<GroupedCollector> collectors, Selection mode = MetricsMode::kAll) {
    scraper_ = std::make_unique<Scraper>(std::move(collectors), self_, std::move(mode), [this] {
      return SteadyTime(milliseconds(now_ms_.load()));
    });
    return *scraper_;
  }

  std::shared_ptr<const ScrapeResponse> get(const ScrapeRequest& request) {
    std::promise<std::shared_ptr<const ScrapeResponse>> answer;
    scraper_->scrape(request, [&](auto response) { answer.set_value(std::move(response)); });
    return answer.get_future().get();
  }

  std::string text(Endpoint endpoint, Milliseconds timeout = milliseconds(60'000)) {
    return get({.endpoint = endpoint, .timeout = timeout})->body;
  }

  SelfMetrics self_;
  std::atomic<std::int64_t> now_ms_{100'000};
  std::unique_ptr<Scraper> scraper_;
};

TEST_F(ScraperTest, GivesEachEndpointItsSamples) {
  self_.gauge({"supercargo_open_files", "Open.", MetricKind::kGauge}).Set(3);
  start({{MetricGroup::kContainer, test::counting_collector("container_x")},
         {MetricGroup::kNode, test::counting_collector("node_x")}});
  EXPECT_THAT(text(Endpoint::kCadvisor), HasSubstr("\ncontainer_x 1\n"));
  EXPECT_THAT(text(Endpoint::kCadvisor), Not(HasSubstr("node_x")));
  EXPECT_THAT(text(Endpoint::kNode), HasSubstr("\nnode_x 1\n"));
  EXPECT_THAT(text(Endpoint::kNode), Not(HasSubstr("container_x")));
  EXPECT_THAT(text(Endpoint::kNode),
              HasSubstr("node_scrape_collector_success{collector=\"node_x\"} 1"));
  EXPECT_THAT(text(Endpoint::kSelf), HasSubstr("supercargo_open_files 3\n"));
  EXPECT_THAT(text(Endpoint::kSelf),
              HasSubstr("supercargo_collector_success{collector=\"container_x\"} 1\n"));
  EXPECT_THAT(text(Endpoint::kAll),
              testing::AllOf(HasSubstr("container_x 1\n"),
                             HasSubstr("node_x 1\n"),
                             HasSubstr("supercargo_open_files 3\n")));
}

TEST_F(ScraperTest, RunsOnlyWhatAnEndpointNeeds) {
  const auto container = test::counting_collector("container_x");
  const auto node = test::counting_collector("node_x");
  start({{MetricGroup::kContainer, container}, {MetricGroup::kNode, node}});
  text(Endpoint::kNode);
  EXPECT_EQ(container->passes(), 0);
  EXPECT_EQ(node->passes(), 1);
}

TEST_F(ScraperTest, SharesAResultYoungerThanASecond) {
  const auto node = test::counting_collector("node_x");
  start({{MetricGroup::kNode, node}});
  const auto first = get({.endpoint = Endpoint::kNode, .gzip = true});
  now_ms_ += 999;
  EXPECT_EQ(get({.endpoint = Endpoint::kNode, .gzip = true}), first);
  EXPECT_THAT(text(Endpoint::kNode), HasSubstr("\nnode_x 1\n"));
  EXPECT_EQ(node->passes(), 1);
  now_ms_ += 1;
  EXPECT_THAT(text(Endpoint::kNode), HasSubstr("\nnode_x 2\n"));
  EXPECT_EQ(node->passes(), 2);
}

TEST_F(ScraperTest, DoesNotStretchTheAgeOfAResultOverEndpoints) {
  const auto node = test::counting_collector("node_x");
  start({{MetricGroup::kNode, node}});
  text(Endpoint::kNode);
  now_ms_ += 900;
  text(Endpoint::kAll);  // rendered now, from samples that are 900 ms old
  now_ms_ += 200;
  EXPECT_THAT(text(Endpoint::kAll), HasSubstr("\nnode_x 2\n"));
}

TEST_F(ScraperTest, LetsConcurrentScrapesShareOnePass) {
  test::HangingCollector slow;
  const auto node = slow.make("node_x");
  start({{MetricGroup::kNode, node}});
  std::vector<std::promise<std::string>> answers(20);
  for (auto& answer : answers) {
    scraper_->scrape({.endpoint = Endpoint::kNode, .timeout = milliseconds(60'000)},
                     [&](const auto& response) { answer.set_value(response->body); });
  }
  slow.wait_until_entered();
  slow.release();
  for (auto& answer : answers) {
    EXPECT_THAT(answer.get_future().get(), HasSubstr("\nnode_x 1\n"));
  }
  EXPECT_EQ(node->passes(), 1);
}

TEST_F(ScraperTest, AnswersWithoutACollectorThatHangs) {
  test::HangingCollector hang;
  const auto stuck = hang.make("node_stuck");
  start({{MetricGroup::kNode, stuck}, {MetricGroup::kNode, test::counting_collector("node_x")}});
  const std::string first = text(Endpoint::kAll, milliseconds(2'000));
  EXPECT_THAT(first, HasSubstr("\nnode_x 1\n"));
  EXPECT_THAT(first, Not(HasSubstr("\nnode_stuck ")));
  EXPECT_THAT(first, HasSubstr("supercargo_collector_success{collector=\"node_stuck\"} 0\n"));
  EXPECT_THAT(first, HasSubstr("supercargo_collector_success{collector=\"node_x\"} 1\n"));

  now_ms_ += 1'000;
  EXPECT_THAT(text(Endpoint::kAll), HasSubstr("\nnode_x 2\n"));
  hang.release();
  std::string later;
  do {
    now_ms_ += 1'000;
    later = text(Endpoint::kAll);
  } while (later.find("\nnode_stuck 2\n") == std::string::npos);
  EXPECT_FALSE(stuck->overlapped());
}

TEST_F(ScraperTest, NamesWhatIsUnavailableWithItsReason) {
  const auto missing = std::make_shared<test::FakeCollector>(
      "pressure", std::vector<MetricDesc>{}, [](SampleSet&) -> Status {
        return Error{ErrorCode::kUnavailable, "no /proc/pressure"};
      });
  const auto broken = std::make_shared<test::FakeCollector>(
      "broken", std::vector<MetricDesc>{{"node_y", "", MetricKind::kGauge}}, [](SampleSet& out) {
        out.add(0, SampleSet::kNoLabels, 5);
        return Status(Error{ErrorCode::kIo, "read: Input/output error"});
      });
  start({{MetricGroup::kNode, missing}, {MetricGroup::kNode, broken}});
  const std::string all = text(Endpoint::kAll);
  // A collector without families has nothing to show, and so is not run.
  EXPECT_EQ(missing->passes(), 0);
  EXPECT_THAT(all, HasSubstr("supercargo_collector_success{collector=\"broken\"} 0\n"));
  EXPECT_THAT(all, HasSubstr("node_scrape_collector_success{collector=\"broken\"} 0\n"));
  EXPECT_THAT(all, HasSubstr("\nnode_y 5\n"));
}

TEST_F(ScraperTest, ReportsAnUnavailableCollectorAsNoFailure) {
  const auto missing = std::make_shared<test::FakeCollector>(
      "pressure",
      std::vector<MetricDesc>{{"node_pressure", "", MetricKind::kGauge}},
      [](SampleSet&) -> Status {
        return Error{ErrorCode::kUnavailable, "no /proc/pressure"};
      });
  start({{MetricGroup::kNode, missing}});
  const std::string all = text(Endpoint::kAll);
  EXPECT_THAT(all, HasSubstr("supercargo_collector_success{collector=\"pressure\"} 1\n"));
  EXPECT_THAT(all,
              HasSubstr("supercargo_collector_unavailable{collector=\"pressure\","
                        "reason=\"no /proc/pressure\"} 1\n"));
}

TEST_F(ScraperTest, RunsNoCollectorThatTheModeHides) {
  const auto node = test::counting_collector("node_x");
  const auto own = test::counting_collector("supercargo_peak");
  start({{MetricGroup::kNode, node}, {MetricGroup::kContainer, own}}, MetricsMode::kComplement);
  const std::string all = text(Endpoint::kAll);
  EXPECT_THAT(all, HasSubstr("\nsupercargo_peak 1\n"));
  EXPECT_THAT(all, Not(HasSubstr("node_")));
  EXPECT_EQ(node->passes(), 0);
}

TEST_F(ScraperTest, RunsNoCollectorWhoseFamiliesAreAllHidden) {
  const auto hidden = test::counting_collector("node_hidden");
  const auto shown = test::counting_collector("node_shown");
  start({{MetricGroup::kNode, hidden}, {MetricGroup::kNode, shown}},
        *Selection::create({.exclude_families = {"node_hidden"}}));
  EXPECT_THAT(text(Endpoint::kAll), HasSubstr("\nnode_shown 1\n"));
  EXPECT_EQ(hidden->passes(), 0);
}

TEST_F(ScraperTest, TellsACollectorWhichFamiliesAreWanted) {
  const auto both = std::make_shared<test::FakeCollector>(
      "both",
      std::vector<MetricDesc>{{"container_a", "A.", MetricKind::kGauge},
                              {"container_b", "B.", MetricKind::kGauge}},
      [](SampleSet&) -> Status { return Ok{}; });
  start({{MetricGroup::kContainer, both}},
        *Selection::create({.exclude_families = {"container_a"}}));
  text(Endpoint::kAll);
  EXPECT_EQ(both->wanted(), (std::vector<bool>{false, true}));
}

TEST_F(ScraperTest, LooksAtAllFamiliesAlsoRightAfterAScrapeOfSome) {
  const auto shown = std::make_shared<test::FakeCollector>(
      "both",
      std::vector<MetricDesc>{{"container_a", "A.", MetricKind::kGauge},
                              {"container_b", "B.", MetricKind::kGauge}},
      [](SampleSet&) -> Status { return Ok{}; });
  start({{MetricGroup::kContainer, shown}},
        *Selection::create({.exclude_families = {"container_a"}}));
  text(Endpoint::kAll);
  std::promise<void> looked;
  scraper_->look_at_containers([&](auto, SteadyTime) { looked.set_value(); });
  looked.get_future().wait();
  EXPECT_EQ(shown->wanted(), (std::vector<bool>{true, true}));
  EXPECT_EQ(shown->passes(), 2);
  text(Endpoint::kCadvisor);  // what the look took does for a scrape, too
  EXPECT_EQ(shown->passes(), 2);
}

TEST_F(ScraperTest, ShowsNothingInModeNone) {
  start({{MetricGroup::kNode, test::counting_collector("node_x")}}, MetricsMode::kNone);
  EXPECT_EQ(text(Endpoint::kAll), "");
  EXPECT_EQ(get({.format = ExpositionFormat::kOpenMetrics})->body, "# EOF\n");
}

TEST_F(ScraperTest, LetsTheStatusPageLookAtContainersInAnyMode) {
  const auto container = test::counting_collector("container_x");
  start({{MetricGroup::kContainer, container},
         {MetricGroup::kNode, test::counting_collector("node_x")}},
        MetricsMode::kNone);
  const auto look = [this](SteadyTime& taken) {
    std::promise<double> seen;
    scraper_->look_at_containers([&](std::span<const SampleSet* const> sets, SteadyTime oldest) {
      taken = oldest;
      seen.set_value(sets.size() == 1 ? sets[0]->samples(0)[0].value : -1);
    });
    return seen.get_future().get();
  };
  SteadyTime first;
  SteadyTime second;
  EXPECT_EQ(look(first), 1);
  now_ms_ += 500;
  EXPECT_EQ(look(second), 1);
  EXPECT_EQ(first, second);
  now_ms_ += 500;
  EXPECT_EQ(look(second), 2);
  EXPECT_EQ(second - first, milliseconds(1'000));
}

TEST_F(ScraperTest, TellsSinceWhenItIsBusy) {
  test::HangingCollector hang;
  start({{MetricGroup::kNode, hang.make("node_x")}});
  const SteadyTime before = steady_now();
  std::promise<void> answered;
  scraper_->scrape({.endpoint = Endpoint::kNode, .timeout = milliseconds(60'000)},
                   [&](const auto&) { answered.set_value(); });
  hang.wait_until_entered();
  ASSERT_TRUE(scraper_->busy_since());
  EXPECT_GE(*scraper_->busy_since(), before);
  hang.release();
  answered.get_future().wait();
  while (scraper_->busy_since()) {
    std::this_thread::yield();
  }
}

TEST_F(ScraperTest, StopsWhileACollectorHangs) {
  test::HangingCollector hang;
  start({{MetricGroup::kNode, hang.make("node_stuck")}});
  text(Endpoint::kNode, milliseconds(20));
  scraper_.reset();
  hang.release();
}

TEST(ScrapeTimeout, LeavesAMarginAndBoundsWhatClientsSay) {
  EXPECT_EQ(scrape_timeout(""), milliseconds(9'500));
  EXPECT_EQ(scrape_timeout("10"), milliseconds(9'500));
  EXPECT_EQ(scrape_timeout(" 2.5 "), milliseconds(2'250));
  EXPECT_EQ(scrape_timeout("0.001"), milliseconds(900));
  EXPECT_EQ(scrape_timeout("1e9"), milliseconds(59'500));
  for (const char* bad : {"soon", "inf", "-1", "0", "nan", "1 2"}) {
    EXPECT_EQ(scrape_timeout(bad), milliseconds(9'500)) << bad;
  }
}

}  // namespace
}  // namespace supercargo
