#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "core/rule.h"

namespace backout {
namespace {

// How many arguments a call may have. VARIADIC counts as one: it takes at least one, and where it
// takes several PostgreSQL prefers the function without.
struct Arity {
  std::size_t least = 0, most = 0;
};
Arity arity(const sql::Function& function) {
  Arity out;
  for (const sql::Parameter& parameter : function.definition.parameters) {
    if (parameter.mode != 'i' && parameter.mode != 'b' && parameter.mode != 'v') continue;
    ++out.most;
    if (!parameter.has_default) ++out.least;
  }
  return out;
}

// Types that an untyped argument may be taken as, without a cast, by one rule: the preferred one of
// their category wins.
enum class Category : std::uint8_t { text, number, time, own };
Category category(const sql::Type& type) {
  if (type.dimensions > 0) return Category::own;
  if (sql::is_text_like(type)) return Category::text;
  if (sql::is_numeric(type)) return Category::number;
  const std::string& name = type.name.name;
  return type.name.schema.empty() && (name == "date" || name.starts_with("timestamp"))
             ? Category::time
             : Category::own;
}
bool preferred(const sql::Type& type) {
  return type.name.name == "double precision" || type.name.name == "timestamp with time zone";
}

// Whether 'x' or $1 in this place still means the old function. Text wins over anything else.
bool untyped_means_old(const sql::Type& old, const sql::Type& added) {
  return category(old) == Category::text ||
         (category(old) == category(added) && category(old) != Category::own && preferred(old));
}

std::string arguments(std::size_t count) {
  return count == 0   ? "without arguments"
         : count == 1 ? "with 1 argument"
                      : fmt::format("with {} arguments", count);
}

using Functions = std::vector<const sql::Function*>;

// The functions of this name that the previous release may call and that are still there.
Functions old_ones(const sql::Catalog& catalog, const std::string& name) {
  Functions out;
  for (const std::string& key : catalog.overloads(name)) {
    const sql::Function* now = catalog.functions.find(key);
    if (now && catalog.functions.find_before(key)) out.push_back(now);
  }
  return out;
}
std::string key_of(const sql::Function& function) {
  return sql::signature(function.definition.name, function.input_types);
}

void judge(const sql::FunctionDifference& function, const Functions& known, Report& report) {
  const sql::Function& added = *function.after;
  const Arity fits = arity(added);
  const sql::Function* only = nullptr;  // takes as many arguments
  std::size_t as_many = 0;
  for (const sql::Function* old : known) {
    const Arity takes = arity(*old);
    for (std::size_t count = std::max(takes.least, fits.least);
         count <= std::min({takes.most, fits.most, old->input_types.size()}); ++count) {
      const auto end = old->input_types.begin() + static_cast<std::ptrdiff_t>(count);
      if (!std::equal(old->input_types.begin(), end, added.input_types.begin())) continue;
      report(function,
             fmt::format("function `{}` is new beside `{}`: a call {} matches both and fails as "
                         "not unique; give it another name",
                         function.object.name, key_of(*old), arguments(count)));
      return;
    }
    if (takes.least <= fits.most && fits.least <= takes.most) only = old, ++as_many;
  }
  if (as_many != 1 || only->input_types.size() != added.input_types.size()) return;
  // Calls that leave the type open: 'x', or $1 of a driver that does not say what it sends.
  std::size_t place = 0;
  for (std::size_t i = 0; i < added.input_types.size(); ++i) {
    if (only->input_types[i] == added.input_types[i]) continue;
    if (untyped_means_old(only->input_types[i], added.input_types[i])) return;
    if (place == 0) place = i + 1;
  }
  if (place == 0) return;
  ReportOptions options;
  options.at_most = Severity::warning;
  report(function,
         fmt::format("function `{}` is new beside `{}`: a call of the previous release whose "
                     "argument {} has no type (`'x'`, `$1`) fails or means the new one; give it "
                     "another name",
                     function.object.name, key_of(*only), place),
         std::move(options));
}

void check(const NetContext& context, Report& report) {
  std::map<std::string, Functions> known;  // by name
  for (const sql::FunctionDifference& function : context.differences.functions) {
    if (function.before || !function.after) continue;
    const std::string name = to_string(function.after->definition.name);
    const auto [it, first] = known.try_emplace(name);
    if (first) it->second = old_ones(context.catalog, name);
    judge(function, it->second, report);
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
        "f(1): \"function f(integer) is not unique\". Every old call of that shape fails at once. "
        "Beside f(bigint), f(uuid) does the same to calls whose argument has no type of its own: "
        "a quoted literal, or a parameter that the driver sends untyped. Text types win over "
        "others, so f(text) keeps such calls.",
    .instead =
        "1. Give the new function another name.\n2. Or leave out the default, so that old calls "
        "match one function only.\n3. After the rollback window drop the old function.",
    .references = "https://www.postgresql.org/docs/15/typeconv-func.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
