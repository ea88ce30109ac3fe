#include "collectors/node/text_metrics.h"

#include <algorithm>
#include <array>
#include <deque>
#include <unordered_map>

#include "agent/base/sample_set.h"
#include "agent/base/text.h"
#include "agent/base/utf8.h"
#include "collectors/node/text_line.h"

namespace supercargo {
namespace {

struct NamedKind {
  std::string_view name;
  MetricKind kind;
};

constexpr std::array<NamedKind, 5> kKinds{{{"counter", MetricKind::kCounter},
                                           {"gauge", MetricKind::kGauge},
                                           {"untyped", MetricKind::kUntyped},
                                           {"histogram", MetricKind::kHistogram},
                                           {"summary", MetricKind::kSummary}}};

// The endings of names of samples that belong to a histogram or a summary without the ending.
constexpr std::array<std::string_view, 3> kSuffixes{"_bucket", "_sum", "_count"};

bool may_have(MetricKind kind, std::string_view suffix) {
  return kind == MetricKind::kHistogram || (kind == MetricKind::kSummary && suffix != "_bucket");
}

// HELP knows \\ and \n; other escapes stay as they are.
std::string unescaped_help(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size();
    if (escape && (text[i + 1] == '\\' || text[i + 1] == 'n')) {
      out += text[++i] == 'n' ? '\n' : '\\';
    } else {
      out += text[i];
    }
  }
  return out;
}

class Reader {
 public:
  // What is wrong with the line, or nothing.
  std::string_view read_line(std::string_view line);

  std::vector<TextFamily> take() {
    std::erase_if(families_, [](const TextFamily& family) { return family.samples.empty(); });
    return std::move(families_);
  }

 private:
  std::size_t family_of(std::string_view name);
  std::string_view read_comment(std::string_view line);
  std::string_view read_type(TextFamily& family, std::string_view type);
  // The family of a sample, with the name's suffix when it is one of a histogram or summary.
  std::pair<std::size_t, std::string_view> owner_of(std::string_view sample_name);

  std::vector<TextFamily> families_;
  std::vector<bool> typed_;
  std::unordered_map<std::string, std::size_t> numbers_;
};

std::size_t Reader::family_of(std::string_view name) {
  const auto [entry, is_new] = numbers_.try_emplace(std::string(name), families_.size());
  if (is_new) {
    families_.push_back({std::string(name), {}, MetricKind::kUntyped, {}});
    typed_.push_back(false);
  }
  return entry->second;
}

std::string_view Reader::read_type(TextFamily& family, std::string_view type) {
  const auto known = std::ranges::find(kKinds, type, &NamedKind::name);
  if (known == kKinds.end()) {
    return "unknown type";
  }
  if (!family.samples.empty()) {
    return "TYPE after samples";
  }
  family.kind = known->kind;
  return {};
}

// Requires: begins with '#'.
std::string_view Reader::read_comment(std::string_view line) {
  line.remove_prefix(1);
  const std::string_view keyword = take_word(line);
  if (keyword != "HELP" && keyword != "TYPE") {
    return {};
  }
  const std::string_view name = take_word(line);
  if (!is_metric_name(name)) {
    return "HELP or TYPE without a metric's name";
  }
  const std::size_t number = family_of(name);
  TextFamily& family = families_[number];
  if (keyword == "TYPE") {
    if (typed_[number]) {
      return "second TYPE of a metric";
    }
    typed_[number] = true;
    return read_type(family, trim(line));
  }
  if (family.help) {
    return "second HELP of a metric";
  }
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  family.help = unescaped_help(line);
  return valid_utf8_prefix(*family.help) == family.help->size() ? std::string_view()
                                                                : "HELP that is no UTF-8";
}

std::pair<std::size_t, std::string_view> Reader::owner_of(std::string_view sample_name) {
  if (!numbers_.contains(std::string(sample_name))) {
    for (const std::string_view suffix : kSuffixes) {
      if (!sample_name.ends_with(suffix)) {
        continue;
      }
      const std::size_t length = sample_name.size() - suffix.size();
      const auto owner = numbers_.find(std::string(sample_name.substr(0, length)));
      if (owner != numbers_.end() && may_have(families_[owner->second].kind, suffix)) {
        return {owner->second, sample_name.substr(length)};
      }
    }
  }
  return {family_of(sample_name), {}};
}

std::string_view Reader::read_line(std::string_view line) {
  line = trim(line);
  if (line.empty()) {
    return {};
  }
  if (line.starts_with('#')) {
    return read_comment(line);
  }
  TextLine sample;
  if (const std::string_view wrong = parse_text_line(line, sample); !wrong.empty()) {
    return wrong;
  }
  const auto [number, suffix] = owner_of(sample.name);
  TextFamily& family = families_[number];
  std::string labels;
  for (const auto& [name, value] : sample.labels) {
    append_label(labels, name, value);
  }
  if (has_suffixes(family.kind)) {
    labels = labels.empty() ? std::string(suffix) : std::string(suffix) + "{" + labels + "}";
  }
  family.samples.push_back({std::move(labels), sample.value});
  return {};
}

}  // namespace

Result<std::vector<TextFamily>> parse_text_metrics(std::string_view text) {
  Reader reader;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view wrong = "no end of line: is the file still being written?";
    if (text.find('\n') != std::string_view::npos) {
      wrong = reader.read_line(take_until(text, '\n'));
    }
    if (!wrong.empty()) {
      return Error{ErrorCode::kParse, "line " + std::to_string(number) + ": " + std::string(wrong)};
    }
  }
  return reader.take();
}

}  // namespace supercargo
