#include "collectors/node/os.h"

#include <algorithm>
#include <array>

#include <fcntl.h>

#include "agent/base/fd.h"
#include "agent/base/file_end.h"
#include "agent/base/text.h"

namespace supercargo {
namespace {

enum Family : std::size_t { kInfo, kVersion };

constexpr std::array<std::string_view, 12> kInfoLabels{"build_id",
                                                       "id",
                                                       "id_like",
                                                       "image_id",
                                                       "image_version",
                                                       "name",
                                                       "pretty_name",
                                                       "variant",
                                                       "variant_id",
                                                       "version",
                                                       "version_codename",
                                                       "version_id"};
constexpr std::array<std::string_view, 3> kVersionLabels{"id", "id_like", "name"};

constexpr std::array<MetricDesc, 2> kFamilies{{
    {"node_os_info",
     "A metric with a constant '1' value labeled by build_id, id, id_like, image_id, "
     "image_version, name, pretty_name, variant, variant_id, version, version_codename, "
     "version_id.",
     MetricKind::kGauge,
     kInfoLabels},
    {"node_os_version",
     "Metric containing the major.minor part of the OS version.",
     MetricKind::kGauge,
     kVersionLabels},
}};

constexpr std::array<std::string_view, 2> kFiles{"/etc/os-release", "/usr/lib/os-release"};

// Quotes of both kinds group, a backslash keeps the next character, except between single quotes.
std::string unquoted(std::string_view text) {
  std::string out;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
      out += text[++i];
    } else {
      out += c;
    }
  }
  return out;
}

// A label's name in capitals is the file's key.
std::string key_of(std::string_view label) {
  std::string key(label);
  std::ranges::transform(key, key.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  });
  return key;
}

SampleSet::LabelBlock add_labels(std::span<const std::string_view> labels,
                                 const OsRelease& release,
                                 SampleSet& out) {
  std::string block;
  for (const std::string_view label : labels) {
    const auto found = release.find(key_of(label));
    append_label(block, label, found == release.end() ? std::string_view() : found->second);
  }
  return out.add_labels(block);
}

}  // namespace

// PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
// VERSION_ID="12"
// ID=debian
OsRelease parse_os_release(std::string_view text) {
  OsRelease out;
  while (!text.empty()) {
    std::string_view line = trim(take_until(text, '\n'));
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos || equals == 0) {
      continue;
    }
    out.insert_or_assign(std::string(line.substr(0, equals)), unquoted(line.substr(equals + 1)));
  }
  return out;
}

double leading_version(std::string_view version) {
  const auto digits = [version](std::size_t from) {
    const std::size_t end = version.find_first_not_of("0123456789", from);
    return end == std::string_view::npos ? version.size() : end;
  };
  std::size_t end = digits(0);
  if (end > 0 && end < version.size() && version[end] == '.') {
    end = digits(end + 1);
  }
  return parse_number<double>(version.substr(0, end)).value_or(0);
}

std::span<const MetricDesc> OsCollector::families() const noexcept {
  return kFamilies;
}

Status OsCollector::collect(SampleSet& out) {
  for (const std::string_view file : kFiles) {
    Result<UniqueFd> fd = host_.open_in_root(file, O_RDONLY | O_NONBLOCK);
    if (!fd) {
      continue;
    }
    if (Status status = read_all(fd->get(), text_, FileEnd::kLess); !status) {
      return std::move(status).error().with_context(file);
    }
    const OsRelease release = parse_os_release(text_);
    out.add(kInfo, add_labels(kInfoLabels, release, out), 1);
    const auto id = release.find("VERSION_ID");
    const double version = id == release.end() ? 0 : leading_version(id->second);
    if (version > 0) {
      out.add(kVersion, add_labels(kVersionLabels, release, out), version);
    }
    return Ok{};
  }
  return Error{ErrorCode::kUnavailable, "no os-release file"};
}

}  // namespace supercargo
