#include "agent/http/web_access.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <boost/asio/ssl/context.hpp>
#include <sys/stat.h>

#include "agent/base/log.h"
#include "agent/config/web_config.h"
#include "agent/http/tls_context.h"

namespace supercargo {
namespace {

constexpr std::chrono::seconds kLookEvery{1};
constexpr Milliseconds kPatience{250};

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) {
    text.append(text.empty() ? "" : "\n").append(line);
  }
  return text;
}

// The error begins with its key.
std::string with_place(const Error& error, const LoadedWebConfig& loaded, const std::string& path) {
  const std::string key = error.message.substr(0, error.message.find(':'));
  const auto place = loaded.places.find(key);
  return (place == loaded.places.end() ? path + ":1:1" : place->second) + ": " + error.message;
}

}  // namespace

WebAccess::WebAccess(std::string path)
    : path_(std::move(path)), look_("web config", [path = path_, marks = marks_] {
        using Answer = std::optional<Reading>;
        return Result<Answer>(changed(*marks) ? Answer(read(path)) : std::nullopt);
      }) {}

Result<std::shared_ptr<WebAccess>> WebAccess::open(const std::string& path) {
  const std::shared_ptr<WebAccess> access(new WebAccess(path));
  if (path.empty()) {
    return access;
  }
  Reading reading = read(path);
  if (!reading.state) {
    return Error{ErrorCode::kConfig, std::move(reading.problem)};
  }
  access->take(std::move(reading));
  return access;
}

WebAccess::FileMark WebAccess::mark(const std::string& path) {
  struct stat status {};

  if (::stat(path.c_str(), &status) != 0) {
    return {path, 0, 0, 0};
  }
  return {path,
          status.st_ino,
          status.st_size,
          std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
}

bool WebAccess::changed(const Marks& marks) {
  return std::any_of(
      marks.begin(), marks.end(), [](const FileMark& known) { return mark(known.path) != known; });
}

// The marks are taken first: what changes meanwhile is read again.
WebAccess::Reading WebAccess::read(const std::string& path) {
  Reading reading;
  reading.marks = {mark(path)};
  WebConfigResult result = load_web_config(path);
  if (!result) {
    reading.problem = joined(result.errors);
    return reading;
  }
  const WebTlsConfig& tls = result.loaded->config.tls;
  State next;
  next.allowed_names = tls.client_allowed_sans;
  next.headers = result.loaded->config.http.headers;
  next.users =
      std::make_shared<PasswordCheck::Users>(std::move(result.loaded->config.basic_auth_users));
  if (tls.enabled()) {
    for (const std::string* file : {&tls.cert_file, &tls.key_file, &tls.client_ca_file}) {
      if (!file->empty()) {
        reading.marks.push_back(mark(*file));
      }
    }
    auto context = make_tls_context(tls);
    if (!context) {
      reading.problem = with_place(context.error(), *result.loaded, path);
      return reading;
    }
    next.tls = std::move(*context);
  }
  reading.state = std::make_shared<const State>(std::move(next));
  return reading;
}

void WebAccess::take(Reading reading) {
  *marks_ = std::move(reading.marks);
  if (reading.state) {
    state_ = std::move(reading.state);
  }
}

std::shared_ptr<const WebAccess::State> WebAccess::state(SteadyTime now) {
  if (path_.empty() || now - looked_at_ < kLookEvery) {
    return state_;
  }
  looked_at_ = now;
  Result<std::optional<Reading>> found = look_.ask_until(steady_now() + kPatience);
  if (!found) {
    std::uint64_t suppressed = 0;
    if (silence_log_.allow(steady_now(), suppressed)) {
      log_warn("The web configuration does not answer: what was read last stays in force.",
               {{"file", path_}, {"suppressed", suppressed}});
    }
  } else if (*found) {
    if ((*found)->state) {
      log_info("The web configuration was read again.", {{"file", path_}});
    } else {
      log_error("The web configuration is wrong; the former one stays in force.",
                {{"error", (*found)->problem}});
    }
    take(**std::move(found));
  }
  return state_;
}

}  // namespace supercargo
