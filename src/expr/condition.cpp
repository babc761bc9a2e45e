#include "expr/condition.h"

#include <fmt/format.h>

#include "expr/parser.h"
#include "expr/program.h"
#include "expr/run.h"

namespace backout::expr {
namespace {

tl::expected<bool, Problem> answer(const Condition& condition, const Value& result) {
  if (condition.problem) return tl::unexpected(*condition.problem);
  auto program = compile(*condition.tree, type_of(result), condition.engine);
  if (!program) return tl::unexpected(std::move(program).error());
  auto value = run(*program, result);
  if (!value) return tl::unexpected(std::move(value).error());
  if (value->kind == Kind::boolean) return value->boolean();
  return tl::unexpected(
      Problem{Stage::not_bool,
              fmt::format("the condition gives {} instead of true or false", describe(*value)),
              {0, static_cast<std::uint32_t>(condition.text.size())},
              {}});
}

}  // namespace

Condition read_condition(std::string_view text, Engine engine) {
  Condition condition{std::string(text), engine, std::nullopt, std::nullopt};
  if (text.empty()) return condition;
  if (auto tree = parse(text, engine))
    condition.tree = std::move(*tree);
  else
    condition.problem = std::move(tree).error();
  return condition;
}

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::successful:
      return "Successful";
    case Phase::failed:
      return "Failed";
    case Phase::inconclusive:
      return "Inconclusive";
    case Phase::error:
      return "Error";
  }
  return {};
}

Measurement evaluate(const Condition& success, const Condition& failure, const Value& result) {
  Measurement measurement;
  for (const bool of_failure : {false, true}) {
    const Condition& condition = of_failure ? failure : success;
    if (condition.text.empty()) continue;
    auto given = answer(condition, result);
    if (!given) {
      measurement.problem = std::move(given).error();
      measurement.of_failure_condition = of_failure;
      return measurement;
    }
    (of_failure ? measurement.failure : measurement.success) = *given;
  }
  // A condition that is not there is taken to say the opposite of the other one; none says success.
  const bool failed = measurement.failure.value_or(!measurement.success.value_or(true));
  const bool succeeded = measurement.success.value_or(!failed);
  measurement.phase = failed ? Phase::failed : succeeded ? Phase::successful : Phase::inconclusive;
  return measurement;
}

}  // namespace backout::expr
