#include "agent/app/probe.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <thread>

#include <curl/curl.h>
#include <fmt/format.h>

#include "agent/base/version.h"
#include "exporters/transport/tls_options.h"

namespace supercargo {
namespace {

constexpr std::size_t kShownAnswer = 200;
constexpr std::chrono::milliseconds kBetweenTries{500};

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

// Keeps the beginning of an answer, which says why it is not 2xx, and counts on.
std::size_t keep_beginning(const char* data, std::size_t, std::size_t size, void* kept) {
  auto& text = *static_cast<std::string*>(kept);
  text.append(data, std::min(size, kShownAnswer - text.size()));
  return size;
}

// The first line of an answer; what could move a terminal's cursor becomes a space.
std::string first_line(std::string_view answer) {
  std::string line(answer.substr(0, answer.find_first_of("\r\n")));
  std::replace_if(
      line.begin(),
      line.end(),
      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; },
      ' ');
  return line;
}

bool has(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  const bool found = curl_url_get(url, part, &text, 0) == CURLUE_OK;
  curl_free(text);
  return found;
}

// Errors leave the URL out where it may hold a password.
Status check_url(const std::string& text) {
  const std::unique_ptr<CURLU, FreeUrl> url(curl_url());
  const CURLUcode code = curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0);
  if (code != CURLUE_OK) {
    return Error{ErrorCode::kConfig, fmt::format("not a URL: {}", curl_url_strerror(code))};
  }
  if (has(url.get(), CURLUPART_USER) || has(url.get(), CURLUPART_PASSWORD)) {
    return Error{ErrorCode::kConfig,
                 fmt::format("credentials belong into the variables {} and {}, not into the URL",
                             kProbeUsernameVariable,
                             kProbePasswordVariable)};
  }
  return Ok{};
}

void apply(CURL* easy, const ProbeOptions& options) {
  curl_easy_setopt(easy, CURLOPT_URL, options.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // A name server that hangs does not hold the end up.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_USERAGENT, fmt::format("supercargo-probe/{}", kVersion).c_str());
  apply_tls(easy, options.tls);
  if (!options.username.empty()) {
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(easy, CURLOPT_USERNAME, options.username.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, options.password.c_str());
  }
}

Result<int> ask(CURL* easy, const ProbeOptions& options) {
  std::string answer;
  std::array<char, CURL_ERROR_SIZE> error{};
  apply(easy, options);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error.data());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep_beginning);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer);
  if (const CURLcode code = curl_easy_perform(easy); code != CURLE_OK) {
    return Error{ErrorCode::kIo, error[0] != '\0' ? error.data() : curl_easy_strerror(code)};
  }
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  if (status / 100 != 2) {
    const std::string line = first_line(answer);
    return Error{ErrorCode::kUnavailable,
                 fmt::format("answered {}{}{}", status, line.empty() ? "" : ": ", line)};
  }
  return static_cast<int>(status);
}

Result<int> ask_until_well(CURL* easy, const ProbeOptions& options) {
  const auto end = std::chrono::steady_clock::now() + options.wait;
  for (;;) {
    Result<int> status = ask(easy, options);
    const auto left = end - std::chrono::steady_clock::now();
    if (status || left <= left.zero()) {
      return status;
    }
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(left, kBetweenTries));
  }
}

}  // namespace

Result<int> probe(const ProbeOptions& options) {
  if (Status url = check_url(options.url); !url) {
    return std::move(url).error();
  }
  if (Status files = check_tls_files(options.tls); !files) {
    return std::move(files).error();
  }
  const std::unique_ptr<CURL, FreeEasy> easy(
      curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? curl_easy_init() : nullptr);
  if (easy == nullptr) {
    return Error{ErrorCode::kUnavailable, "libcurl cannot be initialised"};
  }
  Result<int> status = ask_until_well(easy.get(), options);
  return status ? std::move(status) : std::move(status).error().with_context(options.url);
}

}  // namespace supercargo
