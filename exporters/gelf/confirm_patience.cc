#include "exporters/gelf/confirm_patience.h"

#include <algorithm>

namespace supercargo {

void ConfirmPatience::rested(Milliseconds rest) {
  if (rest >= configured_) {
    closes_ = 0;
    confirm_after_ = configured_;
  }
}

bool ConfirmPatience::closed(Milliseconds rest) {
  if (rest < kLeastRest || rest >= configured_) {
    closes_ = 0;
    return false;
  }
  if (++closes_ >= kCloses) {
    confirm_after_ = std::min(confirm_after_, rest / 2);
  }
  return true;
}

}  // namespace supercargo
