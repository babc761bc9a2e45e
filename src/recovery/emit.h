// Writing YAML: what we say ourselves, and parts of manifests as they were read. Block style, two
// blanks a level, values quoted so that none can end before its end.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "yaml/node.h"

namespace backout::recovery {

// "key: value" on a line of its own; the value is a string to every reader.
void append_field(std::string& out, std::size_t indent, std::string_view key,
                  std::string_view value);

// "key:" and the node below it, types kept: 3 stays a number, "3" a string. Comments and anchors
// are not kept. Of a map, fields named `without` at its top are left out.
void append_node(std::string& out, std::size_t indent, std::string_view key, const yaml::Node& node,
                 std::string_view without = {});

}  // namespace backout::recovery
