#include "collectors/node/name_filter.h"

#include <re2/re2.h>

namespace supercargo {
namespace {

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

NameFilter::NameFilter(std::string_view pattern, std::string_view fallback)
    : pattern_(
          std::make_unique<re2::RE2>(piece(pattern.empty() ? fallback : pattern), RE2::Quiet)) {}

NameFilter::NameFilter(NameFilter&&) noexcept = default;
NameFilter& NameFilter::operator=(NameFilter&&) noexcept = default;
NameFilter::~NameFilter() = default;

bool NameFilter::matches(std::string_view name) const {
  return pattern_->ok() && re2::RE2::PartialMatch(piece(name), *pattern_);
}

Status NameFilter::status() const {
  if (pattern_->ok()) {
    return Ok{};
  }
  return Error{ErrorCode::kConfig, "pattern \"" + pattern_->pattern() + "\": " + pattern_->error()};
}

}  // namespace supercargo
