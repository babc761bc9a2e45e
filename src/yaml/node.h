// An immutable tree of a YAML or JSON document: what was written, and where. It is a tree of small
// values that view the text and the document's own memory: copying a node copies no subtree, so an
// alias shares what it names, and only its own span differs.
//
//   const yaml::Node* steps = root.find({"spec", "strategy", "canary", "steps"});
//   if (steps) for (const yaml::Node& step : steps->items) …        // empty unless a sequence
//   if (const yaml::Entry* entry = step.entry("setWeight")) …       // key and value, with spans
//   yaml::as_int(entry->value)                                      // yaml/value.h: what the API
//   server sees yaml::fragment(source.text, condition)                          // yaml/fragment.h:
//   places inside a scalar yaml::path(root, *steps)                                        //
//   "spec.strategy.canary.steps"
#pragma once

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/source.h"

namespace backout::yaml {

struct Entry;

enum class Kind : std::uint8_t { null, scalar, sequence, map };
enum class Style : std::uint8_t { plain, single_quoted, double_quoted, literal, folded };

struct Node {
  Kind kind = Kind::null;
  Style style = Style::plain;     // of a scalar
  bool alias = false;             // `*name`: all but `span` is of the anchored node
  Span span{};                    // where it stands, without tag and anchor; of an alias: `*name`
  Span value{};                   // where its value stands: `span`, or of the node an alias names
  std::string_view tag{};         // as written ("!!str", "!reference"), empty without one
  std::string_view text{};        // of a scalar, decoded; `off` and 007 stay what they are
  std::span<const Node> items{};  // of a sequence
  std::span<const Entry> entries{};  // of a map: one a key, in the order written, merge keys (`<<`)
                                     // resolved

  // Of a map; null when the key is absent or this is no map. Given twice, the last one counts, as
  // for Kubernetes.
  [[nodiscard]] const Entry* entry(std::string_view key) const;
  [[nodiscard]] const Node* find(std::string_view key) const;
  [[nodiscard]] const Node* find(std::initializer_list<std::string_view> keys) const;
};

struct Entry {
  Node key;  // always a scalar or null
  Node value;
};

// A key that one map has twice; the second one counts.
struct DuplicateKey {
  Node first, second;
  bool merged;  // the second comes with a `<<` below the first, and is that `<<`
};

// Why there is no tree, in the words of a message.
struct Defect {
  Span place;  // empty at the begin of what is wrong
  std::string message;
  bool limit = false;  // a bound was hit: nobody knows what the rest holds
};

// One document of a text. Nodes view the text it was read from and the memory below.
struct Document {
  Span span;                             // in the text
  Node root;                             // null when there is a defect
  std::optional<Defect> defect;          // broken, or over a bound
  std::vector<DuplicateKey> duplicates;  // in the order of the text

  struct Memory {
    std::vector<std::unique_ptr<Node[]>> nodes;
    std::vector<std::unique_ptr<Entry[]>> entries;
    std::deque<std::string> texts;
  } memory;
};

// The path of a node below `root`, as in `spec.strategy.canary.steps[2].pause`; keys that are no
// plain words stand as `annotations["argocd.argoproj.io/hook"]`. Empty for the root itself and for
// what does not lie below it.
[[nodiscard]] std::string path(const Node& root, const Node& node);

}  // namespace backout::yaml
