#include "collectors/kubernetes/json_splitter.h"

namespace supercargo {
namespace {

// What stands around a list's items is a few hundred bytes.
constexpr std::size_t kMaxEnvelopeBytes = std::size_t{64} << 10;
// An object larger than this is rare; its memory is given back.
constexpr std::size_t kKeptBytes = std::size_t{256} << 10;

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

Error not_expected(std::string_view what) {
  return Error{ErrorCode::kParse, std::string("not the expected JSON: ").append(what)};
}

}  // namespace

Status JsonSplitter::feed(std::string_view bytes, const Take& take) {
  for (const char c : bytes) {
    if (Status stepped = step(c, take); !stepped) {
      return stepped;
    }
  }
  return Ok{};
}

bool JsonSplitter::complete() const {
  return shape_ == Shape::kStream ? depth_ == 0 : list_ended_;
}

Status JsonSplitter::step(char c, const Take& take) {
  if (in_string_) {
    keep(c);
    in_string_ = escaped_ || c != '"';
    escaped_ = !escaped_ && c == '\\';
    return Ok{};
  }
  if (depth_ == 0) {
    if (is_blank(c)) {
      return Ok{};
    }
    if (c != '{' || list_ended_) {
      return not_expected("text outside of objects");
    }
  }
  if (c == '{' || c == '[') {
    if (!in_object_ && begins_object(c)) {
      in_object_ = true;
      object_depth_ = depth_;
    }
    ++depth_;
    if (depth_ == 2) {
      in_member_array_ = c == '[';
    }
  }
  keep(c);
  if (c == '"') {
    in_string_ = true;
  } else if (c == '}' || c == ']') {
    --depth_;
    if (in_object_ && depth_ == object_depth_) {
      end_object(take);
    }
    list_ended_ = depth_ == 0 && shape_ == Shape::kList;
  }
  return envelope_.size() > kMaxEnvelopeBytes ? Status(not_expected("a list without items"))
                                              : Status(Ok{});
}

// The list's items are the only objects in an array that is a member of the outermost object.
bool JsonSplitter::begins_object(char c) const {
  return c == '{' && (shape_ == Shape::kStream ? depth_ == 0 : depth_ == 2 && in_member_array_);
}

void JsonSplitter::keep(char c) {
  if (!in_object_) {
    envelope_ += c;
  } else if (object_.size() < max_bytes_) {
    object_ += c;
  } else {
    too_large_ = true;
  }
}

void JsonSplitter::end_object(const Take& take) {
  in_object_ = false;
  if (too_large_) {
    ++skipped_;
  } else {
    take(object_);
  }
  too_large_ = false;
  object_.clear();
  if (object_.capacity() > kKeptBytes) {
    object_.shrink_to_fit();
  }
}

}  // namespace supercargo
