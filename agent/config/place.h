// Where something stands in the configuration file, and what is wrong there. Plain values.
#pragma once

#include <cstddef>
#include <string>

namespace supercargo::config {

struct Place {
  std::size_t line = 1;
  std::size_t column = 1;
};

struct Problem {
  Place place;
  std::string text;  // "outputs[0].ulr: unknown key; did you mean \"url\"?"
};

}  // namespace supercargo::config
