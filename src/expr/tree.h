// A condition as it is written: nodes in one array that name each other by index, so that a rule
// can simply look at all of them. A node's children stand before it, except that what the optimiser
// adds comes last. Spans are bytes of the condition's text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/source.h"
#include "expr/engine.h"

namespace backout::expr {

using NodeId = std::uint32_t;
inline constexpr NodeId no_node = ~NodeId{0};

struct Node {
  enum class Kind : std::uint8_t {
    nil,
    boolean,      // flag
    integer,      // integer
    number,       // number
    text,         // text: the value without quotes
    bytes,        // text: b'…', 1.17 only
    constant,     // a list of literals, made by the optimiser: children
    name,         // text: `result`, a variable, a function
    unary,        // text: `!`, `not`, `-`, `+`; [operand]
    binary,       // text: the operator; [left, right]; integer: a Lookup (the optimiser's)
    member,       // `a.b` and `a["b"]`: property is a text; `a[0]`; [object, property];
                  // flag: `?.`
    slice,        // `a[1:2]`: [object, from or no_node, to or no_node]
    call,         // [callee, arguments…]
    builtin,      // text: its name; [arguments…]; the optimiser's: flag: find that fails when
                  // nothing is found; integer: a count that may stop there, 0: none
    predicate,    // what a builtin does with each element: [body]
    pointer,      // text: `` for `#`, "acc", "index"
    let,          // text: the variable; [value, body]
    sequence,     // `a; b`: 1.17 only
    conditional,  // `a ? b : c`, `if a {b} else {c}`: [condition, then, otherwise]
    array,
    map,    // [pairs…]
    pair,   // [key, value]
    chain,  // where `?.` ends: [member or call]
  };
  Kind kind = Kind::nil;
  bool flag = false;
  std::uint32_t depth = 1;  // of the tree below
  Span span = {};
  std::string text = {};
  std::int64_t integer = 0;
  double number = 0;
  std::vector<NodeId> children = {};
};

// How the optimiser has lists looked through.
enum class Lookup : std::uint8_t {
  plain,
  integers,  // `in`: literals are the keys of a map of integers
  texts,     // `in`: … of texts, where other types are errors and nil is the empty text
  constant,  // `..`: made before running
};

struct Tree {
  std::vector<Node> nodes;
  NodeId root = no_node;
  [[nodiscard]] const Node& operator[](NodeId id) const { return nodes[id]; }
};

// What is wrong with a condition, and in which stage the controller would notice.
enum class Stage : std::uint8_t {
  parse,
  check,     // unknown names, types: before anything is evaluated
  run,       // while it is evaluated
  not_bool,  // evaluated, but the answer is no boolean
  limit,     // our own bound: the controller's answer is not known
};
[[nodiscard]] std::string_view to_string(Stage stage);  // "parse", "not-bool"

struct Problem {
  Stage stage = Stage::parse;
  std::string message;  // lower-case, no full stop
  Span span;            // of the condition's text
  std::string nearest;  // an unknown name: the known one that was probably meant; may be empty
};

}  // namespace backout::expr
