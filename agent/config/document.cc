#include "agent/config/document.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <tuple>

#include <fcntl.h>
#include <unistd.h>

#include "agent/base/fd.h"
#include "agent/config/yaml.h"

namespace supercargo::config {
namespace {

// A file with more errors than this is probably not a configuration.
constexpr std::size_t kMaxMessages = 100;

// Also from a pipe, such as /dev/stdin, which has no offsets.
Status read_stream(int fd, std::string& out) {
  std::array<char, 16 << 10> buffer{};
  for (;;) {
    const ssize_t count = ::read(fd, buffer.data(), buffer.size());
    if (count < 0 && errno != EINTR) {
      return errno_error("read", errno);
    }
    if (count == 0) {
      return Ok{};
    }
    out.append(buffer.data(), count < 0 ? 0 : static_cast<std::size_t>(count));
    if (out.size() > kMaxYamlBytes) {
      return Error{ErrorCode::kConfig, "it is larger than 1 MiB"};
    }
  }
}

}  // namespace

std::string place_text(std::string_view file_name, const Place& place) {
  std::string text(file_name);
  text.append(":").append(std::to_string(place.line));
  return text.append(":").append(std::to_string(place.column));
}

std::string problem_text(std::string_view file_name, const Problem& problem) {
  return place_text(file_name, problem.place).append(": ").append(problem.text);
}

std::vector<std::string> problem_texts(std::string_view file_name, std::vector<Problem> problems) {
  const auto in_file_order = [](const Problem& a, const Problem& b) {
    return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
  };
  std::stable_sort(problems.begin(), problems.end(), in_file_order);
  std::vector<std::string> texts;
  const std::size_t shown = std::min(problems.size(), kMaxMessages);
  for (std::size_t i = 0; i < shown; ++i) {
    texts.push_back(problem_text(file_name, problems[i]));
  }
  if (shown < problems.size()) {
    texts.push_back(
        problem_text(file_name,
                     {problems[shown].place,
                      "and " + std::to_string(problems.size() - shown) + " more after these"}));
  }
  return texts;
}

Result<std::string> read_document(const std::string& path) {
  std::string text;
  auto file = open_at(AT_FDCWD, path.c_str(), O_RDONLY);
  const Status read = file ? read_stream(file->get(), text) : Status(file.error());
  if (!read) {
    return Error{ErrorCode::kConfig, path + ":1:1: cannot read the file: " + read.error().message};
  }
  return text;
}

}  // namespace supercargo::config
