#include <variant>

#include "agent/app/commands.h"
#include "agent/app/options.h"

int main(int argc, char** argv) {
  const auto options = supercargo::parse_options(argc, argv);
  if (const int* exit_code = std::get_if<int>(&options)) {
    return *exit_code;
  }
  return supercargo::run_command(std::get<supercargo::Options>(options));
}
