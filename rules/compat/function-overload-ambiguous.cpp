#include <fmt/format.h>

#include <algorithm>

#include "core/rule.h"

namespace backout {
namespace {

struct Shape {
  std::size_t required = 0, total = 0;
};
Shape shape(const sql::Function& function) {
  Shape out;
  for (const sql::Parameter& parameter : function.definition.parameters) {
    if (parameter.mode != 'i' && parameter.mode != 'b' && parameter.mode != 'v') continue;
    ++out.total;
    if (!parameter.has_default) ++out.required;
  }
  return out;
}

void check(const sql::FunctionDifference& function, const NetContext& context, Report& report) {
  if (function.before || !function.after) return;
  const Shape added = shape(*function.after);
  if (added.required == added.total)
    return;  // no defaults: matches by its own number of arguments only
  for (const auto& [key, old] : context.catalog.functions.all()) {
    if (old->definition.name != function.after->definition.name || old.get() == function.after ||
        !context.catalog.functions.find_before(key))
      continue;
    const Shape known = shape(*old);
    for (std::size_t count = known.required; count <= known.total; ++count) {
      if (count < added.required || count > added.total) continue;
      if (!std::equal(old->input_types.begin(),
                      old->input_types.begin() +
                          static_cast<std::ptrdiff_t>(std::min(count, old->input_types.size())),
                      function.after->input_types.begin()))
        continue;
      report(function,
             fmt::format("function `{}` is new beside `{}`: a call with {} {} matches both and "
                         "fails as not unique; use another name",
                         function.object.name, key, count, count == 1 ? "argument" : "arguments"));
      return;
    }
  }
}

}  // namespace

namespace rules {
extern constinit const Rule compat_function_overload_ambiguous{
    .id = "compat/function-overload-ambiguous",
    .summary = "a new overload makes calls of the previous release ambiguous",
    .letters = "a",
    .severity = Severity::error,
    .why =
        "With f(integer) there and f(integer, text DEFAULT …) added, PostgreSQL cannot choose for "
        "f(1): \"function f(integer) is not unique\". Every old call of that shape fails at once.",
    .instead =
        "1. Give the new function another name.\n2. Or leave out the default, so that old calls "
        "match one function only.",
    .references = "https://www.postgresql.org/docs/15/typeconv-func.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
