// A user's RE2 patterns over names of devices, mount points or kernel fields.
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
  // Patterns are found anywhere in a name; an empty one restricts nothing.
  static NameFilter including(std::string_view pattern) { return {pattern, {}}; }

  static NameFilter excluding(std::string_view pattern) { return {{}, pattern}; }

  NameFilter(std::string_view include, std::string_view exclude);
  NameFilter(NameFilter&&) noexcept;
  NameFilter& operator=(NameFilter&&) noexcept;
  ~NameFilter();

  // Whether `name` is included and not excluded. Nothing is, while status() is an error.
  [[nodiscard]] bool selects(std::string_view name) const;

  // kConfig when RE2 refuses a pattern.
  [[nodiscard]] Status status() const;

 private:
  std::unique_ptr<re2::RE2> include_;  // none: everything
  std::unique_ptr<re2::RE2> exclude_;  // none: nothing
};

}  // namespace supercargo
