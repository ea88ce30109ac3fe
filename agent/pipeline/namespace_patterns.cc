#include "agent/pipeline/namespace_patterns.h"

#include <re2/re2.h>

namespace supercargo {
namespace {

std::string expression_of_glob(std::string_view glob) {
  std::string expression;
  for (const char c : glob) {
    if (c == '*') {
      expression += ".*";
    } else if (c == '?') {
      expression += '.';
    } else {
      expression += RE2::QuoteMeta(re2::StringPiece(&c, 1));
    }
  }
  return expression;
}

std::string expression_of(std::string_view pattern) {
  const bool is_expression =
      pattern.size() >= 2 && pattern.starts_with('/') && pattern.ends_with('/');
  return is_expression ? std::string(pattern.substr(1, pattern.size() - 2))
                       : expression_of_glob(pattern);
}

}  // namespace

// One expression for all patterns: a name is matched in one pass.
Result<NamespacePatterns> NamespacePatterns::create(const std::vector<std::string>& patterns) {
  std::string all;
  for (const std::string& pattern : patterns) {
    all.append(all.empty() ? "(?:" : "|(?:").append(expression_of(pattern)).append(")");
  }
  NamespacePatterns made;
  if (patterns.empty()) {
    return made;
  }
  RE2::Options options;
  options.set_log_errors(false);
  auto expression = std::make_shared<const RE2>(all, options);
  if (!expression->ok()) {
    return Error{ErrorCode::kConfig, "namespaces: " + expression->error()};
  }
  made.expression_ = std::move(expression);
  return made;
}

bool NamespacePatterns::match(std::string_view name) const {
  return expression_ != nullptr &&
         RE2::FullMatch(re2::StringPiece(name.data(), name.size()), *expression_);
}

}  // namespace supercargo
