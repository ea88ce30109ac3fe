// Directories and one-value files of sysfs.
//
// AttributeReader belongs to one collector, collect thread; the rest keeps no state. What is not
// there, or gives an error (drivers do, for what their hardware lacks), is simply missing.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"
#include "agent/base/sample_set.h"

namespace supercargo {

// The names in a directory, sorted. kNotFound when it does not exist.
[[nodiscard]] Result<std::vector<std::string>> list_names(const std::string& directory);

// directory/name
[[nodiscard]] std::string path_in(std::string_view directory, std::string_view name);

// Those that are `prefix` and a number, by the number. None when there is no such directory.
[[nodiscard]] std::vector<std::string> list_numbered(const std::string& directory,
                                                     std::string_view prefix);

// What firmware wrote, as node_exporter shows it: bytes in a row that are no UTF-8 become one
// U+FFFD.
[[nodiscard]] std::string firmware_text(std::string_view text);

class AttributeReader {
 public:
  // The text of directory/name without blanks around it, valid until the next call.
  [[nodiscard]] std::optional<std::string_view> text(std::string_view directory,
                                                     std::string_view name);

  // Likewise, but with its blanks: only newlines around it go.
  [[nodiscard]] std::optional<std::string_view> lines(std::string_view directory,
                                                      std::string_view name);

  // As text(), empty when missing.
  [[nodiscard]] std::string_view text_or_empty(std::string_view directory, std::string_view name) {
    return text(directory, name).value_or(std::string_view{});
  }

  // The text as a decimal number, or hexadecimal after 0x.
  [[nodiscard]] std::optional<double> number(std::string_view directory, std::string_view name);

 private:
  std::string path_;
  std::string text_;
};

// A file and by what its number is divided to have the family's unit.
struct NumberAttribute {
  std::string_view file;
  double divisor = 1;
};

// Adds a sample for each attribute that is there, of the families from `first_family` on.
void add_numbers(AttributeReader& reader,
                 std::string_view directory,
                 std::span<const NumberAttribute> attributes,
                 std::size_t first_family,
                 SampleSet::LabelBlock labels,
                 SampleSet& out);

}  // namespace supercargo
