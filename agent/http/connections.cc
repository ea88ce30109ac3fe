#include <algorithm>

#include "agent/http/session.h"

namespace supercargo {

bool Connections::make_room() {
  if (list_.size() < limits.max_connections) {
    return true;
  }
  auto found = std::find_if(list_.begin(), list_.end(), [](const Connection* connection) {
    return connection->waits_for_request();
  });
  if (found == list_.end()) {
    found = std::find_if(list_.begin(), list_.end(), [](const Connection* connection) {
      return connection->reads_slowly();
    });
  }
  if (found == list_.end()) {
    return false;
  }
  (*found)->close();
  return true;
}

void Connections::close_all() {
  closed_ = true;
  for (Connection* connection : list_) {
    connection->close();
  }
}

}  // namespace supercargo
