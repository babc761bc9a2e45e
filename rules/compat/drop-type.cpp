#include <fmt/format.h>

#include <string>

#include "core/rule.h"
#include "sql/schema_fate.h"

namespace backout {
namespace {

std::string with_article(const sql::UserType& type) {
  using Kind = sql::UserType::Kind;
  switch (type.kind) {
    case Kind::enum_:
      return "an enum";
    case Kind::composite:
      return "a composite type";
    case Kind::domain:
      return "a domain";
    case Kind::range:
      return "a range type";
    case Kind::base:
      break;
  }
  return "a base type";
}

void check(const sql::TypeDifference& type, const NetContext& context, Report& report) {
  if (!type.before || type.moved ||
      sql::schema_dropped(context.differences, type.before->name.schema))
    return;
  if (!type.after) {
    if (type.before->kind == sql::UserType::Kind::base &&
        sql::drops_extension(context.differences, type.cause))
      return;
    report(type, fmt::format("{} `{}` is dropped: casts and typed parameters of the previous "
                             "release fail at once; first release code that no longer names it",
                             type.object.kind, type.object.name));
    return;
  }
  if (!type.before->known || type.after->kind == type.before->kind)
    return;  // enum-recreate, alter-composite-type …
  ReportOptions options;
  options.cause = context.catalog.cause(type.after->id, sql::Aspect::existence);
  report(type,
         fmt::format("`{}` was {} and is {} now: casts and typed parameters of the previous "
                     "release may fail; give the new type a name of its own",
                     type.object.name, with_article(*type.before), with_article(*type.after)),
         std::move(options));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_drop_type{
    .id = "compat/drop-type",
    .summary = "a type that the previous release knows is dropped",
    .letters = "a, c",
    .severity = Severity::error,
    .why =
        "Code names types in casts, in function arguments and through its driver, which looks them "
        "up by name when it connects. After DROP TYPE the previous release gets \"type does not "
        "exist\". CASCADE drops every column of the type together with its values.",
    .instead =
        "1. Release code that no longer names the type.\n2. Move columns to the new type (new "
        "column, both written, back-fill, switch reads).\n3. After the rollback window drop the "
        "old columns, then the type, without CASCADE.",
    .references = "https://www.postgresql.org/docs/15/sql-droptype.html",
    .check = Check{&check},
    .absence_proves = true};
}  // namespace rules
}  // namespace backout
