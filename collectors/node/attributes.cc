#include "collectors/node/attributes.h"

#include <algorithm>

#include <fcntl.h>

#include "agent/base/directory.h"
#include "agent/base/fd.h"
#include "agent/base/file_end.h"
#include "agent/base/text.h"
#include "agent/base/utf8.h"

namespace supercargo {
namespace {

std::optional<double> parse_attribute(std::string_view text) {
  if (!text.starts_with("0x")) {
    return parse_number<double>(text);
  }
  text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || stop != text.data() + text.size()) {
    return std::nullopt;
  }
  return static_cast<double>(value);
}

}  // namespace

Result<std::vector<std::string>> list_names(const std::string& directory) {
  Result<UniqueFd> fd = open_at(AT_FDCWD, directory.c_str(), O_RDONLY | O_DIRECTORY);
  if (!fd) {
    return std::move(fd).error();
  }
  std::vector<std::string> out;
  DirectoryReader reader;
  Status status = reader.read(
      fd->get(), [&out](std::string_view name, DirectoryReader::Type) { out.emplace_back(name); });
  if (!status) {
    return std::move(status).error().with_context(directory);
  }
  std::ranges::sort(out);
  return out;
}

std::string path_in(std::string_view directory, std::string_view name) {
  std::string path(directory);
  path.append("/").append(name);
  return path;
}

std::vector<std::string> list_numbered(const std::string& directory, std::string_view prefix) {
  Result<std::vector<std::string>> names = list_names(directory);
  if (!names) {
    return {};
  }
  const auto number = [prefix](std::string_view name) -> std::optional<std::uint64_t> {
    return name.starts_with(prefix) ? parse_u64(name.substr(prefix.size())) : std::nullopt;
  };
  std::erase_if(*names, [&](const std::string& name) { return !number(name); });
  std::ranges::sort(*names, {}, number);
  return *std::move(names);
}

std::string firmware_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t valid = valid_utf8_prefix(text);
    out += text.substr(0, valid);
    text.remove_prefix(valid);
    if (text.empty()) {
      break;
    }
    out += kReplacementCharacter;
    while (!text.empty() && valid_utf8_prefix(text.substr(0, 4)) == 0) {
      text.remove_prefix(1);
    }
  }
  return out;
}

std::optional<std::string_view> AttributeReader::lines(std::string_view directory,
                                                       std::string_view name) {
  path_.assign(directory).append("/").append(name);
  if (!read_file(path_.c_str(), text_, FileEnd::kLess)) {
    return std::nullopt;
  }
  std::string_view found = text_;
  found.remove_prefix(std::min(found.find_first_not_of('\n'), found.size()));
  return found.substr(0, found.find_last_not_of('\n') + 1);
}

std::optional<std::string_view> AttributeReader::text(std::string_view directory,
                                                      std::string_view name) {
  const auto found = lines(directory, name);
  return found ? std::optional(trim(*found)) : std::nullopt;
}

std::optional<double> AttributeReader::number(std::string_view directory, std::string_view name) {
  const std::optional<std::string_view> found = text(directory, name);
  return found ? parse_attribute(*found) : std::nullopt;
}

void add_numbers(AttributeReader& reader,
                 std::string_view directory,
                 std::span<const NumberAttribute> attributes,
                 std::size_t first_family,
                 SampleSet::LabelBlock labels,
                 SampleSet& out) {
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    if (const auto value = reader.number(directory, attributes[i].file)) {
      out.add(first_family + i, labels, *value / attributes[i].divisor);
    }
  }
}

}  // namespace supercargo
