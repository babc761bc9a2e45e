// A problem as a message.
#include <fmt/format.h>

#include <utility>

#include "argo/fields.h"
#include "yaml/value.h"

namespace backout::argo {
namespace {

using Kind = FieldProblem::Kind;

// "an integer", "a list of strings"
std::string words(const FieldType& type) {
  constexpr std::pair<std::string_view, std::string_view> all[] = {
      {"an object", "objects"},
      {"anything", "values"},
      {"a string", "strings"},
      {"a string", "strings"},
      {"a string", "strings"},
      {"a duration", "durations"},
      {"a number of seconds or a duration", "durations"},
      {"a duration", "durations"},
      {"a boolean", "booleans"},
      {"an integer", "integers"},
      {"an integer or a string", "integers or strings"},
      {"an integer", "integers"},
  };
  const auto& [one, many] = all[type.of];
  if (type.holds == FieldType::one) return std::string(one);
  return fmt::format("{} of {}", type.holds == FieldType::list ? "a list" : "a map", many);
}

}  // namespace

std::string message_of(const FieldProblem& problem) {
  const std::string_view text = problem.node->text;
  const std::string& instead = problem.instead;
  const auto told = [&](std::string_view frame) {
    return instead.empty() ? std::string() : fmt::format(fmt::runtime(frame), instead);
  };
  switch (problem.kind) {
    case Kind::unknown: {
      const bool moved = problem.field != nullptr && !problem.field->exists();
      const bool elsewhere = instead.find('.') != std::string::npos;
      return fmt::format("unknown field `{}`{}; {}", text,
                         told(moved       ? ", today `{}`"
                              : elsewhere ? ", which belongs at `{}`"
                                          : ", probably `{}`"),
                         problem.effect);
    }
    case Kind::renamed:
      return fmt::format("`{}` became `{}` before 1.0; {}", text, instead, problem.effect);
    case Kind::too_new:
      return fmt::format("`{}` came with Argo Rollouts {}.{}; {}", text,
                         problem.field->facts.since.major, problem.field->facts.since.minor,
                         problem.effect);
    case Kind::retired:
      return fmt::format("`{}`: {}", text, problem.effect);
    case Kind::wrong_type:
      return fmt::format("{}`{}` wants {}, not {}{}; {}",
                         problem.wanted.holds == problem.field->type.holds ? "" : "an entry of ",
                         problem.field->name, words(problem.wanted),
                         words(yaml::type_of(*problem.node)), told(", as in `{}`"), problem.effect);
    case Kind::bad_duration:
      return fmt::format("`{}` is no duration{}; {}", text, told(", `{}` is"), problem.effect);
    case Kind::bad_limit:
      return fmt::format("`{}` is no integer and counts as 0; {}", text, problem.effect);
  }
  return {};
}

}  // namespace backout::argo
