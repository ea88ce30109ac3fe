#include "collectors/node/name_filter.h"

#include <re2/re2.h>

namespace supercargo {
namespace {

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

std::unique_ptr<re2::RE2> compiled(std::string_view pattern) {
  std::unique_ptr<re2::RE2> made;
  if (!pattern.empty()) {
    made = std::make_unique<re2::RE2>(piece(pattern), RE2::Quiet);
  }
  return made;
}

}  // namespace

NameFilter::NameFilter(std::string_view include, std::string_view exclude)
    : include_(compiled(include)), exclude_(compiled(exclude)) {}

NameFilter::NameFilter(NameFilter&&) noexcept = default;
NameFilter& NameFilter::operator=(NameFilter&&) noexcept = default;
NameFilter::~NameFilter() = default;

bool NameFilter::selects(std::string_view name) const {
  const bool included =
      !include_ || (include_->ok() && re2::RE2::PartialMatch(piece(name), *include_));
  return included &&
         (!exclude_ || (exclude_->ok() && !re2::RE2::PartialMatch(piece(name), *exclude_)));
}

Status NameFilter::status() const {
  for (const re2::RE2* pattern : {include_.get(), exclude_.get()}) {
    if (pattern != nullptr && !pattern->ok()) {
      return Error{ErrorCode::kConfig,
                   "pattern \"" + pattern->pattern() + "\": " + pattern->error()};
    }
  }
  return Ok{};
}

}  // namespace supercargo
