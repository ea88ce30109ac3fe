// A YAML file on its way in, and what is wrong with it on its way out: what all configuration files
// have in common.
//
// Pure but for reading the file. Main thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"
#include "agent/config/place.h"

namespace supercargo::config {

// At most 1 MiB, also from a pipe. The error begins with the path and a place.
[[nodiscard]] Result<std::string> read_document(const std::string& path);

// "FILE:LINE:COLUMN", and the same with what is wrong there.
[[nodiscard]] std::string place_text(std::string_view file_name, const Place& place);
[[nodiscard]] std::string problem_text(std::string_view file_name, const Problem& problem);

// In the order of the file; of very many the first.
[[nodiscard]] std::vector<std::string> problem_texts(std::string_view file_name,
                                                     std::vector<Problem> problems);

}  // namespace supercargo::config
