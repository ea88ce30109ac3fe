// Which namespaces a list of the configuration means: names, `*` and `?` as in a shell, /RE2/ for a
// whole name.
//
// A value that never changes; copies share it. Any thread. A name is matched with patterns each
// time: keep the answer for a container.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"

namespace re2 {
class RE2;
}

namespace supercargo {

class NamespacePatterns {
 public:
  NamespacePatterns() = default;  // none

  // kConfig: a pattern that is none.
  [[nodiscard]] static Result<NamespacePatterns> create(const std::vector<std::string>& patterns);

  // False where there are no patterns. What is not of Kubernetes has the name "".
  [[nodiscard]] bool match(std::string_view name) const;

  [[nodiscard]] bool empty() const { return expression_ == nullptr; }

 private:
  std::shared_ptr<const re2::RE2> expression_;
};

}  // namespace supercargo
