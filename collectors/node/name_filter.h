// A user's RE2 pattern over names of devices, mount points or kernel fields.
//
// A value of one collector, used on the collect thread. RE2 runs in linear time, so that no
// pattern can stall a scrape.
#pragma once

#include <memory>
#include <string_view>

#include "agent/base/result.h"

namespace re2 {
class RE2;
}

namespace supercargo {

class NameFilter {
 public:
  // An empty `pattern` means `fallback`. A pattern that RE2 refuses matches nothing, and status()
  // says why.
  NameFilter(std::string_view pattern, std::string_view fallback);
  NameFilter(NameFilter&&) noexcept;
  NameFilter& operator=(NameFilter&&) noexcept;
  ~NameFilter();

  // Whether the pattern is found anywhere in `name`.
  [[nodiscard]] bool matches(std::string_view name) const;

  [[nodiscard]] Status status() const;

 private:
  std::unique_ptr<re2::RE2> pattern_;
};

}  // namespace supercargo
