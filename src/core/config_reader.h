// Reading values out of a configuration file: one table a section, key and the function that takes
// its value; what is no such key is an error that names the nearest one. Every error is for the
// person who wrote the file: path, line, column, what was expected.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/result.h"
#include "yaml/node.h"

namespace backout::config {

using yaml::Kind;
using yaml::Node;

struct Reader {
  std::string_view path, text;
  const std::vector<std::string_view>& rule_ids;

  [[nodiscard]] tl::unexpected<Error> wrong(const Node& at, std::string_view message) const;
};

// ", did you mean `x`?", or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       const std::vector<std::string_view>& candidates);

template <class Target>
struct Key {
  std::string_view name;
  Result<void> (*take)(const Reader&, std::string_view name, const Node&, Target&);
};

// Reads a map whose keys are those of `table`; `null` is an empty map.
template <class Target, std::size_t Count>
Result<void> read_map(const Reader& reader, std::string_view what, const Node& node,
                      const Key<Target> (&table)[Count], Target& target) {
  if (node.kind == Kind::null) return {};
  if (node.kind != Kind::map)
    return reader.wrong(node, fmt::format("{} must be a map of keys", what));
  for (const yaml::Entry& entry : node.entries) {
    const auto found =
        std::find_if(std::begin(table), std::end(table),
                     [&](const Key<Target>& key) { return key.name == entry.key.text; });
    if (found == std::end(table)) {
      std::vector<std::string_view> names;
      for (const Key<Target>& key : table) names.push_back(key.name);
      return reader.wrong(entry.key, fmt::format("unknown key `{}` in {}{}", entry.key.text, what,
                                                 did_you_mean(entry.key.text, names)));
    }
    TRY_VOID(found->take(reader, found->name, entry.value, target));
  }
  return {};
}

[[nodiscard]] Result<std::string> read_text(const Reader& reader, std::string_view name,
                                            const Node& node);
[[nodiscard]] Result<std::uint64_t> read_number(const Reader& reader, std::string_view name,
                                                const Node& node, std::uint64_t least,
                                                std::uint64_t most);
// One text or a list of texts.
[[nodiscard]] Result<std::vector<std::string>> read_texts(const Reader& reader,
                                                          std::string_view name, const Node& node);
[[nodiscard]] Result<std::string> read_choice(const Reader& reader, std::string_view name,
                                              const Node& node,
                                              const std::vector<std::string_view>& choices);
// A path inside the repository, without `./` and a last slash. "." is the root, an empty path.
[[nodiscard]] Result<std::string> read_path(const Reader& reader, std::string_view name,
                                            const Node& node);
[[nodiscard]] Result<std::vector<std::string>> read_paths(const Reader& reader,
                                                          std::string_view name, const Node& node);
[[nodiscard]] Result<bool> read_switch(const Reader& reader, std::string_view name,
                                       const Node& node);

// The usual ways to take a key: into a member of that type.
template <auto Field, class Target>
Result<void> take_text(const Reader& reader, std::string_view name, const Node& node,
                       Target& target) {
  TRY(target.*Field, read_text(reader, name, node));
  return {};
}
template <auto Field, class Target>
Result<void> take_texts(const Reader& reader, std::string_view name, const Node& node,
                        Target& target) {
  TRY(target.*Field, read_texts(reader, name, node));
  return {};
}
template <auto Field, class Target>
Result<void> take_path(const Reader& reader, std::string_view name, const Node& node,
                       Target& target) {
  TRY(target.*Field, read_path(reader, name, node));
  return {};
}
template <auto Field, class Target>
Result<void> take_paths(const Reader& reader, std::string_view name, const Node& node,
                        Target& target) {
  TRY(target.*Field, read_paths(reader, name, node));
  return {};
}
template <auto Field, std::uint64_t Least, std::uint64_t Most, class Target>
Result<void> take_number(const Reader& reader, std::string_view name, const Node& node,
                         Target& target) {
  TRY(const std::uint64_t value, read_number(reader, name, node, Least, Most));
  target.*Field = static_cast<int>(value);
  return {};
}
template <auto Field, class Target>
Result<void> take_switch(const Reader& reader, std::string_view name, const Node& node,
                         Target& target) {
  TRY(target.*Field, read_switch(reader, name, node));
  return {};
}

// The sections about operating what was released, in config_operations.cpp.
Result<void> take_releases(const Reader& reader, std::string_view name, const Node& node,
                           Config& config);
Result<void> take_services(const Reader& reader, std::string_view name, const Node& node,
                           Config& config);
Result<void> take_approvals(const Reader& reader, std::string_view name, const Node& node,
                            Config& config);
Result<void> take_runbooks(const Reader& reader, std::string_view name, const Node& node,
                           Config& config);

}  // namespace backout::config
