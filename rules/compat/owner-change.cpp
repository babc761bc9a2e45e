#include <fmt/format.h>

#include <string>

#include "core/rule.h"

namespace backout {
namespace {

void check(const StepSubject& step, const NetContext& context, Report& report) {
  const auto* change = std::get_if<sql::ChangeOwner>(&step.operation.action);
  if (!change) return;
  const sql::Catalog& catalog = context.catalog;
  const std::string key = change->kind == sql::ObjectKind::schema
                              ? change->name.name
                              : catalog.resolve_relation(change->name);
  std::string before;
  if (const sql::Table* table = catalog.tables.find_before(key))
    before = table->owner;
  else if (const sql::View* view = catalog.views.find_before(key))
    before = view->owner;
  else if (const sql::Sequence* sequence = catalog.sequences.find_before(key))
    before = sequence->owner;
  else if (const sql::SchemaObject* schema =
               change->kind == sql::ObjectKind::schema ? catalog.schemas.find_before(key) : nullptr)
    before = schema->owner;
  else
    return;  // made by this change, or a kind whose owner does not matter to statements
  if (before == change->new_owner) return;
  report(step, {std::string(to_string(change->kind)), key},
         fmt::format("{} `{}` belongs to `{}` now: the old owner loses its implicit rights; grant "
                     "it what the previous release needs",
                     to_string(change->kind), key, change->new_owner));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_owner_change{
    .id = "compat/owner-change",
    .summary = "a released object changes its owner",
    .letters = "a",
    .severity = Severity::warning,
    .why =
        "The old owner loses the implicit rights of ownership (all privileges, DDL, bypassing row "
        "level security); SECURITY DEFINER functions run as another role. The previous release, or "
        "its migration step after a rollback, may be denied.",
    .instead =
        "1. Grant the old owner what it needs, or make it a member of the new one.\n2. Then change "
        "the owner.",
    .references = "https://www.postgresql.org/docs/15/ddl-priv.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
