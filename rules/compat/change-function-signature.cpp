#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/rule.h"
#include "sql/catalog_expr.h"

namespace backout {
namespace {

using sql::Function;
using sql::Parameter;

// Input parameters, in order.
std::vector<const Parameter*> inputs(const Function& function) {
  std::vector<const Parameter*> out;
  for (const Parameter& parameter : function.definition.parameters)
    if (parameter.mode == 'i' || parameter.mode == 'b' || parameter.mode == 'v')
      out.push_back(&parameter);
  return out;
}

// "SETOF bigint", "TABLE (no integer, price numeric)", "(total numeric)" for OUT parameters.
std::string result_of(const Function& function) {
  const sql::CreateFunction& definition = function.definition;
  std::vector<std::string> columns;
  for (const Parameter& parameter : definition.parameters)
    if (parameter.mode == 'o' || parameter.mode == 'b' || parameter.mode == 't')
      columns.push_back(fmt::format("{}{}{}", parameter.name, parameter.name.empty() ? "" : " ",
                                    to_string(parameter.type)));
  if (columns.empty() && !definition.returns) return "nothing";
  return fmt::format("{}{}",
                     definition.returns_table ? "TABLE "
                     : definition.returns_set ? "SETOF "
                                              : "",
                     columns.empty() ? to_string(*definition.returns)
                                     : fmt::format("({})", fmt::join(columns, ", ")));
}

// Old calls still find `now`: the same arguments first, and defaults for the rest.
bool accepts_old_calls(const Function& before, const Function& now) {
  const auto old_inputs = inputs(before), new_inputs = inputs(now);
  if (new_inputs.size() < old_inputs.size()) return false;
  for (std::size_t i = 0; i < new_inputs.size(); ++i) {
    const Parameter& given = *new_inputs[i];
    if (i >= old_inputs.size()) {
      if (!given.has_default && given.mode != 'v') return false;
      continue;
    }
    const Parameter& old = *old_inputs[i];
    if (given.type.name != old.type.name || given.type.dimensions != old.type.dimensions ||
        (given.mode == 'v') != (old.mode == 'v') || (old.has_default && !given.has_default) ||
        (!old.name.empty() && old.name != given.name))
      return false;
  }
  return true;
}

bool called_by_index(const sql::Catalog& catalog, const sql::QualifiedName& function) {
  const std::string full = to_string(function);
  const auto calls = [&](const sql::ExprPtr& expr) {
    if (!expr) return false;
    const std::vector<std::string> called = sql::functions_called(*expr);
    return std::any_of(called.begin(), called.end(), [&](const std::string& name) {
      return name == function.name || name == full;
    });
  };
  for (const auto& [key, table] : catalog.tables.all())
    for (const auto& index : table->indexes)
      if (calls(index->predicate) ||
          std::any_of(index->keys.begin(), index->keys.end(),
                      [&](const sql::IndexKey& part) { return calls(part.expression); }))
        return true;
  return false;
}

// What of the same name and argument types is different for who calls it, and what then happens;
// empty: nothing.
std::string changed(const Function& before, const Function& now, const sql::Catalog& catalog) {
  if (before.definition.procedure != now.definition.procedure)
    return now.definition.procedure
               ? "is a procedure now: SELECT of the previous release fails; use a new name"
               : "is a function now: CALL of the previous release fails; use a new name";
  if (result_of(before) != result_of(now))
    return fmt::format(
        "returns {} now (was {}): the previous release reads the old form; make a "
        "new function and keep this one",
        result_of(now), result_of(before));
  const auto old_inputs = inputs(before), new_inputs = inputs(now);
  for (std::size_t i = 0; i < old_inputs.size() && i < new_inputs.size(); ++i) {
    const Parameter &old = *old_inputs[i], &given = *new_inputs[i];
    if (!old.name.empty() && old.name != given.name)
      return fmt::format(
          "no longer calls its argument {} `{}`: calls of the previous release that "
          "name the argument fail; keep its name",
          i + 1, old.name);
    if (old.has_default && !given.has_default)
      return fmt::format(
          "has no default for argument {} any more: calls of the previous release "
          "that leave it out fail; keep the default",
          i + 1);
    if (old.mode == 'v' && given.mode != 'v')
      return "is no longer VARIADIC: calls of the previous release that list the last arguments "
             "fail; make a new function and keep this one";
  }
  if (!before.definition.strict && now.definition.strict)
    return "is STRICT now: it gives the previous release NULL as soon as one argument is NULL, "
           "without running; make a new function and keep this one";
  if (before.definition.security_definer != now.definition.security_definer)
    return fmt::format(
        "runs with the rights of its {} now: calls of the previous release may be "
        "refused or see other rows; make a new function and keep this one",
        now.definition.security_definer ? "owner" : "caller");
  if (before.definition.volatility != 'v' && now.definition.volatility == 'v' &&
      called_by_index(catalog, now.definition.name))
    return "is VOLATILE now and an index calls it: queries of the previous release no longer use "
           "the index, or find the wrong rows; make a new function and keep this one";
  return {};
}

void check(const sql::FunctionDifference& function, const NetContext& context, Report& report) {
  if (!function.before || !function.before->known || function.moved) return;
  const Function& before = *function.before;
  ReportOptions options;
  if (const Function* after = function.after) {
    const std::string what = changed(before, *after, context.catalog);
    if (what.empty()) return;
    if (after->id != before.id)
      options.cause = context.catalog.cause(after->id, sql::Aspect::existence);
    report(function, fmt::format("{} `{}` {}", function.object.kind, function.object.name, what),
           std::move(options));
    return;
  }
  const Function* replacement = function.replacement;
  if (!replacement) return;  // drop-function
  if (!accepts_old_calls(before, *replacement)) {
    report(function,
           fmt::format("{} `{}` gives way to `{}`: calls of the previous release no longer find "
                       "it; keep the old one, let it call the new one",
                       function.object.kind, function.object.name,
                       signature(replacement->definition.name, replacement->input_types)));
  } else if (const std::string what = changed(before, *replacement, context.catalog);
             !what.empty()) {
    options.cause = context.catalog.cause(replacement->id, sql::Aspect::existence);
    report(function,
           fmt::format("{} `{}` gives way to one that {}", function.object.kind,
                       function.object.name, what),
           std::move(options));
  }
}

}  // namespace

namespace rules {
extern constinit const Rule compat_change_function_signature{
    .id = "compat/change-function-signature",
    .summary = "a function's arguments or result are no longer what callers expect",
    .letters = "a, b",
    .severity = Severity::error,
    .why =
        "CREATE OR REPLACE refuses another result type or other argument names, so such a change "
        "comes as DROP and CREATE: calls of the previous release then find no function, or read a "
        "result of another shape. The drop also takes the grants with it. STRICT returns NULL "
        "where the function ran before; SECURITY DEFINER or INVOKER changes whose rights count.",
    .instead =
        "1. Make a new function under a new name; let the old one call it.\n2. Release code that "
        "calls the new one.\n3. After the rollback window drop the old one.\nA further argument "
        "with a default is fine when the old calls stay unambiguous.",
    .references = "https://www.postgresql.org/docs/15/sql-createfunction.html",
    .check = Check{&check},
    .absence_proves = true};
}  // namespace rules
}  // namespace backout
