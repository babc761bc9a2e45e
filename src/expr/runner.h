// One evaluation: a walk over the tree. A failure is kept and everything returns nil from then on;
// whoever needs a child's value asks `failed()` after it. Parts: run.cpp (the language),
// run_predicate.cpp (functions with predicates), run_call.cpp (controller's functions and methods),
// run_text.cpp, run_list.cpp, run_number.cpp (plain built-in functions).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "expr/operators.h"
#include "expr/program.h"
#include "expr/value.h"

namespace backout::expr {

class Runner {
 public:
  Runner(const Program& program, const Value& result) : program_(program), result_(result) {}

  Value eval(NodeId id);

  [[nodiscard]] bool failed() const { return problem_.has_value(); }
  [[nodiscard]] std::optional<Problem>& problem() { return problem_; }
  [[nodiscard]] Engine engine() const { return program_.engine; }
  [[nodiscard]] bool is_modern() const { return modern(program_.engine); }
  // Keeps the first problem, at the node that is being evaluated. Gives nil.
  Value fail(std::string message, Stage stage = Stage::run);
  // The engine's budget for the elements of new lists; false: it is spent.
  bool take_memory(std::uint64_t elements);
  // Our bounds: false when one is reached.
  bool take_steps(std::uint64_t steps);
  bool take_bytes(std::uint64_t bytes);  // of new texts
  // The value, or a failure when it nests too deep.
  Value checked(Value value);

  [[nodiscard]] bool equals(const Value& a, const Value& b);
  // Fails when the two cannot be ordered.
  [[nodiscard]] bool is_less(const Value& a, const Value& b, std::string_view op = "<");
  // `from[index]` as the language does it at run time.
  Value fetch(const Value& from, const Value& index);
  // Of a number; fails for anything else.
  std::int64_t to_integer(const Value& value);

 private:
  struct Scope {  // of a predicate
    Value collection;
    std::size_t index = 0;
    Value accumulator;
  };

  Value eval_kind(NodeId id);
  Value name(const Node& node);
  Value environment(std::string_view name) const;
  Value unary(const Node& node);
  Value binary(NodeId id);
  Value logical(const Node& node);
  Value compare(NodeId id, const Value& left, const Value& right);
  Value contained(const Node& node, const Value& left, const Value& right);
  Value text_operator(const Node& node, const Value& left, const Value& right);
  Value range(const Node& node, const Value& left, const Value& right);
  Value member(NodeId id);
  Value slice(const Node& node);
  Value let(const Node& node);
  Value array(const Node& node);
  Value map(const Node& node);

  Value call(NodeId id);
  Value call_controller(Function function, std::span<const Value> arguments);
  Value call_method(const Value& receiver, std::string_view name, std::span<const Value> arguments);
  Value builtin(NodeId id);

  Value predicate_function(const Node& node);
  Value sort_by(const Node& node);
  Value group_by(const Node& node);
  Value reduce(const Node& node);
  // How many elements there are; -1 after a failure.
  std::int64_t begin(NodeId collection);
  void end() { scopes_.pop_back(); }
  Value element();
  // The predicate for the current element, which must give a boolean.
  bool truth(NodeId predicate);

  // Pointers to texts are followed.
  static Value followed(Value value) {
    if (value.kind == Kind::text_pointer) value.kind = Kind::text;
    return value;
  }

  const Program& program_;
  const Value& result_;
  std::vector<std::pair<std::string_view, Value>> variables_;
  std::vector<Scope> scopes_;
  std::uint64_t memory_ = 0, steps_ = 0, bytes_ = 0;
  bool chain_broken_ = false;  // `?.` met nil: everything up to the chain's end is skipped
  NodeId current_ = 0;
  std::optional<Problem> problem_;
};

using Arguments = std::span<const Value>;
using PlainFunction = Value (*)(Runner&, Arguments);
// A built-in function without predicate; null: there is none of that name.
[[nodiscard]] PlainFunction text_function(std::string_view name);
[[nodiscard]] PlainFunction list_function(std::string_view name);
[[nodiscard]] PlainFunction number_function(std::string_view name);

}  // namespace backout::expr
