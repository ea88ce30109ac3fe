// Reads a YAML tree into the struct that a table describes, and finds all that is wrong with it.
//
// One per document, one thread; borrows the findings and the environment.
#pragma once

#include <string>
#include <string_view>

#include "agent/config/environment.h"
#include "agent/config/field.h"
#include "agent/config/site.h"
#include "agent/config/yaml.h"

namespace supercargo::config {

class Reader {
 public:
  Reader(const EnvironmentLookup& environment, Findings& findings)
      : environment_(environment), findings_(findings) {}

  // Fills `object`, which the table describes, from `node`. What is wrong or absent keeps its
  // default.
  void read_mapping(const Table& table,
                    void* object,
                    const YamlNode& node,
                    const std::string& path);

 private:
  // A mapping while it is read.
  struct Context {
    const Table& table;
    void* object;
    const YamlNode& node;
    const std::string& path;
    const Variant* variant = nullptr;  // the chosen one, when the table has variants
  };

  void choose_variant(Context& context);
  void read_entries(const Context& context);
  void read_entry(const Context& context, const YamlKey& key, const YamlNode& value);
  void unknown_key(const Context& context, const YamlKey& key);
  void check_required(const Context& context);
  void read_field(const Field& field,
                  const Slot& slot,
                  const YamlNode& node,
                  const std::string& path);
  void read_scalar(const Field& field,
                   const Slot& slot,
                   const YamlNode& node,
                   const std::string& path);
  void read_text_list(const Field& field,
                      TextList& list,
                      const YamlNode& node,
                      const std::string& path);
  void read_text_map(const Field& field,
                     TextMap& map,
                     const YamlNode& node,
                     const std::string& path);
  void read_mapping_list(const Field& field,
                         const ListSlot& slot,
                         const YamlNode& node,
                         const std::string& path);
  void find_duplicates(const YamlNode& node, const std::string& path);
  bool expand(const YamlNode& node, const std::string& path, std::string& out);
  void error(Place place, const std::string& path, const std::string& text);

  const EnvironmentLookup& environment_;
  Findings& findings_;
};

}  // namespace supercargo::config
