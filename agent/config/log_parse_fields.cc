// Fields that are taken from lines.
#include <algorithm>
#include <array>
#include <map>

#include "agent/config/agent_config.h"
#include "agent/config/checks.h"
#include "agent/config/fields.h"
#include "agent/config/site.h"

namespace supercargo::config {
namespace {

constexpr std::size_t kMostFields = 32;
constexpr std::size_t kMostValueBytes = std::size_t{4} << 10;

// In the order of ParseConfig::Format.
constexpr std::array<std::string_view, 4> kFormats{"none", "auto", "json", "logfmt"};

constexpr std::array kParseFields{
    field<&ParseConfig::format>(
        "format",
        {.description =
             "`json`: members of lines that are an object. `logfmt`: pairs such as `user=\"x\"`. "
             "`auto`: the one or the other, by the line's first character. `none`: no line is "
             "looked into, which costs nothing.",
         .choices = kFormats}),
    field<&ParseConfig::fields>(
        "fields",
        {.description =
             "Names of the fields that are taken, at most 32, such as `[trace_id, user, "
             "http.status]`. The last is a member of that "
             "name, or the member `status` of an object `http`. The first of several that a line "
             "has counts.",
         .check = check_line_field}),
    field<&ParseConfig::max_value_bytes>(
        "max_value",
        {.description = "A longer value is cut; the line has it whole.",
         .range = {1, kMostValueBytes}},
        Unit::kBytes),
};

char as_label(char c) {
  const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return kept ? c : '_';
}

void finish_parse(void* object, Site& site) {
  const auto& parse = *static_cast<const ParseConfig*>(object);
  if (parse.format != ParseConfig::Format::kNone && parse.fields.empty()) {
    site.error(site.has("fields") ? "fields" : "format", "name the fields that are to be taken");
  }
  if (parse.format == ParseConfig::Format::kNone && !parse.fields.empty()) {
    site.warning("fields", "has no effect without a format");
  }
  if (parse.fields.size() > kMostFields) {
    site.error("fields", "at most 32 are taken");
  }
  std::map<std::string, std::string> names;
  for (std::size_t i = 0; i < parse.fields.size(); ++i) {
    std::string label = parse.fields[i];
    std::transform(label.begin(), label.end(), label.begin(), as_label);
    const auto [place, is_new] = names.try_emplace(label, parse.fields[i]);
    if (!is_new) {
      site.error(item_path("fields", i), "becomes the same name as " + place->second);
    }
  }
}

}  // namespace

constexpr Table kParseTable{
    .title = "logs.parse",
    .description =
        "Fields of lines that receivers get beside the line, which is sent as it is: Loki as "
        "structured metadata (characters that are not of labels become `_`), Graylog as fields, "
        "numbers as numbers. A name that is taken gets `_extracted` at its end, as with LogQL's "
        "parsers. Lines of another form, or above 64 KiB, have none, and are counted in "
        "`supercargo_log_unparsed_lines_total`.",
    .fields = kParseFields,
    .make = make_object<ParseConfig>,
    .finish = finish_parse,
};

}  // namespace supercargo::config
