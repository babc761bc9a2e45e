#include <fmt/format.h>

#include <string>
#include <vector>

#include "core/rule.h"

namespace backout {
namespace {

using sql::Parameter;

// Input parameters, in order.
std::vector<const Parameter*> inputs(const sql::Function& function) {
  std::vector<const Parameter*> out;
  for (const Parameter& parameter : function.definition.parameters)
    if (parameter.mode == 'i' || parameter.mode == 'b' || parameter.mode == 'v')
      out.push_back(&parameter);
  return out;
}

std::string result_of(const sql::Function& function) {
  std::string out =
      function.definition.returns ? to_string(*function.definition.returns) : std::string();
  if (function.definition.returns_set) out.insert(0, "SETOF ");
  for (const Parameter& parameter : function.definition.parameters)
    if (parameter.mode == 'o' || parameter.mode == 'b' || parameter.mode == 't')
      out += fmt::format(" {} {}", parameter.name, to_string(parameter.type));
  return out;
}

// Old calls by position still find `now`: the same types first, and defaults for the rest.
bool accepts_old_calls(const sql::Function& before, const sql::Function& now) {
  const auto old_inputs = inputs(before), new_inputs = inputs(now);
  if (new_inputs.size() < old_inputs.size()) return false;
  for (std::size_t i = 0; i < new_inputs.size(); ++i) {
    if (i >= old_inputs.size()) {
      if (!new_inputs[i]->has_default) return false;
    } else if (new_inputs[i]->type.name != old_inputs[i]->type.name ||
               new_inputs[i]->type.dimensions != old_inputs[i]->type.dimensions) {
      return false;
    }
  }
  return true;
}

// What of the same signature changed for callers; empty: nothing.
std::string changed(const sql::Function& before, const sql::Function& now) {
  const auto old_inputs = inputs(before), new_inputs = inputs(now);
  if (result_of(before) != result_of(now))
    return fmt::format("returns {} (was {})", result_of(now), result_of(before));
  for (std::size_t i = 0; i < old_inputs.size() && i < new_inputs.size(); ++i) {
    if (!old_inputs[i]->name.empty() && old_inputs[i]->name != new_inputs[i]->name)
      return fmt::format("calls its argument `{}` another name", old_inputs[i]->name);
    if (old_inputs[i]->has_default && !new_inputs[i]->has_default)
      return fmt::format("has no default for argument {} any more", i + 1);
  }
  if (!before.definition.strict && now.definition.strict)
    return "is STRICT now and returns NULL for NULL";
  if (before.definition.security_definer != now.definition.security_definer)
    return now.definition.security_definer ? "runs with its owner's rights now"
                                           : "runs with its caller's rights now";
  return {};
}

void check(const sql::FunctionDifference& function, const NetContext&, Report& report) {
  if (!function.before || !function.before->known || function.moved) return;
  if (function.after) {
    const std::string what = changed(*function.before, *function.after);
    if (!what.empty())
      report(function, fmt::format("{} `{}` {}: the previous release expects the old form; make a "
                                   "new function and keep this one",
                                   function.object.kind, function.object.name, what));
  } else if (function.replacement && !accepts_old_calls(*function.before, *function.replacement)) {
    report(function, fmt::format("{} `{}` gives way to `{}`: calls of the previous release find no "
                                 "function; keep the old one as a wrapper",
                                 function.object.kind, function.object.name,
                                 signature(function.replacement->definition.name,
                                           function.replacement->input_types)));
  } else if (function.replacement &&
             result_of(*function.before) != result_of(*function.replacement)) {
    report(function,
           fmt::format("{} `{}` gives way to one that returns {} (was {}): the previous release "
                       "expects the old form; make a new function and keep this one",
                       function.object.kind, function.object.name, result_of(*function.replacement),
                       result_of(*function.before)));
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
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
