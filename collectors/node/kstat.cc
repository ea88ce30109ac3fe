#include "collectors/node/kstat.h"

#include "agent/base/text.h"

namespace supercargo {

// 9 1 0x01 7 2160 5214787391 73405258558961
// name                            type data
// dataset_name                    7    pool1/data
// writes                          4    4
Kstat parse_kstat(std::string_view text) {
  Kstat out;
  bool after_header = false;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::string_view name = take_word(line);
    const std::string_view type = take_word(line);
    const std::string_view data = take_word(line);
    if (name == "name" && type == "type" && data == "data") {
      after_header = true;
    } else if (after_header && name == "dataset_name") {
      out.dataset = data;
    } else if (const auto value = parse_u64(data); after_header && type == "4" && value) {
      out.fields.push_back({name, *value});
    }
  }
  return out;
}

// nread    nwritten reads    writes   wtime    wlentime wupdate  rtime    rlentime rupdate  wcnt
// rcnt 1884160  3206144  22       132      7155162  104112268 80210489239 24168078 104112268 ...
std::vector<KstatField> parse_kstat_io(std::string_view text) {
  std::vector<KstatField> out;
  while (!text.empty()) {
    std::string_view names = take_until(text, '\n');
    if (!names.starts_with("nread ")) {
      continue;
    }
    std::string_view numbers = take_until(text, '\n');
    for (auto name = take_word(names); !name.empty(); name = take_word(names)) {
      if (const auto value = parse_u64(take_word(numbers))) {
        out.push_back({name, *value});
      }
    }
  }
  return out;
}

}  // namespace supercargo
