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

Result<std::shared_ptr<WebAccess>> WebAccess::open(const std::string& path) {
  auto access = std::make_shared<WebAccess>();
  access->path_ = path;
  if (path.empty()) {
    return access;
  }
  if (Status read = access->read(); !read) {
    return std::move(read).error();
  }
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

bool WebAccess::changed() const {
  return std::any_of(marks_.begin(), marks_.end(), [](const FileMark& known) {
    return mark(known.path) != known;
  });
}

// The marks are taken first: what changes meanwhile is read again.
Status WebAccess::read() {
  marks_ = {mark(path_)};
  WebConfigResult result = load_web_config(path_);
  if (!result) {
    return Error{ErrorCode::kConfig, joined(result.errors)};
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
        marks_.push_back(mark(*file));
      }
    }
    auto context = make_tls_context(tls);
    if (!context) {
      return Error{ErrorCode::kConfig, with_place(context.error(), *result.loaded, path_)};
    }
    next.tls = std::move(*context);
  }
  state_ = std::make_shared<const State>(std::move(next));
  return Ok{};
}

std::shared_ptr<const WebAccess::State> WebAccess::state(SteadyTime now) {
  if (path_.empty() || now - looked_at_ < kLookEvery) {
    return state_;
  }
  looked_at_ = now;
  if (!changed()) {
    return state_;
  }
  if (Status taken = read(); taken) {
    log_info("The web configuration was read again.", {{"file", path_}});
  } else {
    log_error("The web configuration is wrong; the former one stays in force.",
              {{"error", taken.error().message}});
  }
  return state_;
}

}  // namespace supercargo
