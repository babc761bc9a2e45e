// Attributes of a composite type are positions to those who build or decode its values.
#include <fmt/format.h>

#include <algorithm>

#include "core/rule.h"
#include "core/words.h"

namespace backout {
namespace {

const sql::Attribute* find(const std::vector<sql::Attribute>& attributes, const std::string& name) {
  const auto it = std::find_if(attributes.begin(), attributes.end(),
                               [&](const sql::Attribute& a) { return a.name == name; });
  return it == attributes.end() ? nullptr : &*it;
}

void check(const sql::TypeDifference& d, const NetContext&, Report& report) {
  if (!d.before || !d.after || d.before->kind != sql::UserType::Kind::composite ||
      d.after->kind != d.before->kind)
    return;
  std::vector<std::string> missing, retyped, added;
  for (const sql::Attribute& was : d.before->attributes) {
    const sql::Attribute* is = find(d.after->attributes, was.name);
    if (!is)
      missing.push_back(was.name);
    else if (is->type != was.type)
      retyped.push_back(was.name);
  }
  for (const sql::Attribute& is : d.after->attributes)
    if (!find(d.before->attributes, is.name)) added.push_back(is.name);
  const std::string type = fmt::format("composite type `{}`", d.object.name);
  if (!missing.empty())
    report(d, fmt::format(
                  "{} no longer has {}: code of the previous release that names them, or builds or "
                  "decodes whole values, fails; make a new type",
                  type, quoted_list(missing)));
  if (!retyped.empty())
    report(d,
           fmt::format(
               "{} has {} with another type: code of the previous release that builds or decodes "
               "its values fails; make a new type",
               type, quoted_list(retyped)));
  if (!added.empty() && missing.empty())
    report(d,
           fmt::format("{} gains {}: ROW(…) values and decoders of the previous release have fewer "
                       "attributes; first release code that names the attributes it uses",
                       type, quoted_list(added)),
           {.at_most = Severity::warning});
}

}  // namespace

namespace rules {
extern constinit const Rule compat_alter_composite_type{
    .id = "compat/alter-composite-type",
    .summary = "a composite type gains, loses or changes attributes",
    .letters = "a, b",
    .severity = Severity::error,
    .why =
        "Values of a composite type travel as a whole: ROW(…)::type, literals, binary records, "
        "array "
        "elements, function arguments. Code counts on number, order and types of the attributes. "
        "With one more or fewer, a cast from ROW fails (\"cannot cast type record\"), a literal is "
        "malformed, and decoders that know the old shape fail on every value.",
    .instead =
        "1. Create a new type and new functions or columns that use it.\n"
        "2. Release code that uses them.\n"
        "3. After the rollback window drop the old type.",
    .references = "https://www.postgresql.org/docs/15/rowtypes.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
