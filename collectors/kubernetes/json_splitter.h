// Cuts the answers of the API server, which come in pieces of any size, into objects that are
// parsed one by one: so a list of pods never stands in memory as a whole.
//
// Owned by PodReflector; watch thread. Holds at most one object of at most `max_bytes`; a larger
// one is skipped and counted. Looks at brackets and strings only: whether an object is JSON is
// for its parser to say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "agent/base/result.h"

namespace supercargo {

class JsonSplitter {
 public:
  enum class Shape : std::uint8_t {
    kStream,  // {..} {..}: the events of a watch
    kList,    // {"metadata":{..},"items":[{..},{..}]}
  };
  using Take = std::function<void(std::string_view object)>;

  explicit JsonSplitter(Shape shape, std::size_t max_bytes)
      : shape_(shape), max_bytes_(max_bytes) {}

  // Calls `take` for each object that is complete, in their order; of a list for its items. After
  // an error, which says that this is no such text, nothing more may be fed.
  [[nodiscard]] Status feed(std::string_view bytes, const Take& take);

  // Between two objects of a stream, or at the end of a list.
  [[nodiscard]] bool complete() const;

  // Of a list: the text around its items.
  [[nodiscard]] const std::string& envelope() const { return envelope_; }

  // Objects that were too large.
  [[nodiscard]] std::uint64_t skipped() const { return skipped_; }

 private:
  Status step(char c, const Take& take);
  [[nodiscard]] bool begins_object(char c) const;
  void keep(char c);
  void end_object(const Take& take);

  const Shape shape_;
  const std::size_t max_bytes_;
  std::string object_;
  std::string envelope_;
  std::uint64_t skipped_ = 0;
  std::uint32_t depth_ = 0;
  std::uint32_t object_depth_ = 0;  // where the present object was opened
  bool in_object_ = false;
  bool too_large_ = false;
  bool in_member_array_ = false;  // at depth 2: in an array, not in an object
  bool in_string_ = false;
  bool escaped_ = false;
  bool list_ended_ = false;
};

}  // namespace supercargo
