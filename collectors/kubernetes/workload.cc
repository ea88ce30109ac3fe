#include "collectors/kubernetes/workload.h"

#include <chrono>
#include <string>

#include "agent/base/text.h"

namespace supercargo {
namespace {

// What stands before "-suffix".
std::optional<std::string_view> without_suffix(std::string_view name, std::string_view suffix) {
  const bool fits = !suffix.empty() && name.size() > suffix.size() + 1 && name.ends_with(suffix) &&
                    name[name.size() - suffix.size() - 1] == '-';
  return fits ? std::optional(name.substr(0, name.size() - suffix.size() - 1)) : std::nullopt;
}

// The CronJob controller names a Job by its CronJob and the minute it was scheduled for. Other
// Jobs' names end in digits, too (a date, a build): only a minute about the pod's birth counts.
std::optional<std::string_view> cron_job_of(std::string_view job, std::int64_t created_s) {
  constexpr std::int64_t kLongestBeforeMinutes =
      std::int64_t{31} * 24 * 60;                    // suspended, or retried for long
  constexpr std::int64_t kLongestAfterMinutes = 10;  // clocks differ
  const std::size_t dash = job.rfind('-');
  if (dash == std::string_view::npos || dash == 0) {
    return std::nullopt;
  }
  const auto minute = parse_number<std::uint32_t>(job.substr(dash + 1));
  if (!minute || created_s == 0) {
    return std::nullopt;
  }
  const std::int64_t before = created_s / 60 - std::int64_t{*minute};
  const bool plausible = before >= -kLongestAfterMinutes && before <= kLongestBeforeMinutes;
  return plausible ? std::optional(job.substr(0, dash)) : std::nullopt;
}

std::optional<std::int64_t> number_at(std::string_view text, std::size_t at, std::size_t size) {
  return parse_number<std::uint32_t>(text.substr(at, size));
}

}  // namespace

ObjectName workload_of(const PodOrigin& origin, std::string_view pod_name) {
  const ObjectName& owner = origin.owner;
  if (owner.kind.empty() || owner.kind == "Node") {
    return {"Pod", std::string(pod_name)};
  }
  if (owner.kind == "ReplicaSet") {
    if (const auto rollout = without_suffix(owner.name, origin.rollout_template_hash)) {
      return {"Rollout", std::string(*rollout)};
    }
    if (const auto deployment = without_suffix(owner.name, origin.template_hash)) {
      return {"Deployment", std::string(*deployment)};
    }
  }
  if (owner.kind == "Job") {
    if (const auto cron_job = cron_job_of(owner.name, origin.created_s)) {
      return {"CronJob", std::string(*cron_job)};
    }
  }
  return owner;
}

std::optional<std::int64_t> parse_api_time(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00Z";
  if (text.size() != kShape.size() || text[4] != '-' || text[7] != '-' || text[10] != 'T' ||
      text[13] != ':' || text[16] != ':' || text.back() != 'Z') {
    return std::nullopt;
  }
  const auto year = number_at(text, 0, 4);
  const auto month = number_at(text, 5, 2);
  const auto day = number_at(text, 8, 2);
  const auto hour = number_at(text, 11, 2);
  const auto minute = number_at(text, 14, 2);
  const auto second = number_at(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) {
    return std::nullopt;
  }
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return ((days * 24 + *hour) * 60 + *minute) * 60 + *second;
}

}  // namespace supercargo
