#include <fmt/format.h>

#include "core/rule.h"
#include "sql/released.h"

namespace backout {
namespace {

void check(const NetContext& context, Report& report) {
  // A constraint that was valid and comes back without being validated.
  for (const sql::ConstraintDifference& constraint : context.differences.constraints) {
    const sql::Constraint* now = constraint.replacement ? constraint.replacement : constraint.after;
    if (!constraint.before || !now || now->id == constraint.before->id) continue;
    if (constraint.before->validated && constraint.before->enforced &&
        (!now->validated || !now->enforced))
      report(constraint,
             fmt::format("constraint `{}` held for all rows and is back NOT VALID: rows changed in "
                         "between are never checked; validate it in another transaction",
                         constraint.object.name));
  }
  for (const ParsedMigration& migration : context.change.migrations)
    for (const ParsedSection& section : migration.up)
      for (const sql::Statement& statement : section.script->statements)
        for (const sql::Operation& operation : statement.operations) {
          const StepSubject step{operation, statement, {section.source, operation.span}};
          if (const auto* state = std::get_if<sql::SetTriggerState>(&operation.action);
              state && state->all && state->state == 'D') {
            const auto table = sql::released_table(context.catalog, state->table);
            if (table)
              report(step, {"table", table->key},
                     fmt::format(
                         "all triggers of `{}` are disabled, foreign keys among them: rows that "
                         "refer to nothing get in unseen; disable single triggers by name",
                         table->key));
          }
          if (const auto* set = std::get_if<sql::SetVariable>(&operation.action);
              set && set->name == "session_replication_role" && set->value == "replica")
            report(step, {"setting", set->name},
                   "session_replication_role = replica switches off triggers and foreign keys for "
                   "what follows: rows that refer to nothing get in unseen; leave it at origin");
          if (const auto* alter = std::get_if<sql::AlterConstraint>(&operation.action);
              alter && alter->not_enforced) {
            const auto table = sql::released_table(context.catalog, alter->table);
            if (table)
              report(step, {"constraint", table->key + "." + alter->constraint},
                     fmt::format("constraint `{}` of `{}` is no longer enforced: rows that break "
                                 "it get in unseen; keep it enforced",
                                 alter->constraint, table->key));
          }
        }
}

}  // namespace

namespace rules {
extern constinit const Rule data_loss_disable_safety{
    .id = "data-loss/disable-safety",
    .summary = "checks that protect the data are switched off while rows change",
    .letters = "c",
    .severity = Severity::warning,
    .why =
        "DISABLE TRIGGER ALL and session_replication_role = replica switch off foreign keys "
        "together with the triggers: rows written meanwhile may refer to nothing, and no later "
        "statement finds them, because the constraint still counts as valid. Dropping a "
        "constraint, changing rows and adding it again NOT VALID has the same effect.",
    .instead =
        "1. Leave constraints in force and order the statements so that they hold.\n2. Where "
        "triggers must not fire, disable the one trigger by name (DISABLE TRIGGER USER at the "
        "most).\n3. Afterwards prove the data: add the constraint NOT VALID and VALIDATE it in "
        "another transaction.",
    .references = "https://www.postgresql.org/docs/15/sql-altertable.html",
    .check = &check,
};
}  // namespace rules
}  // namespace backout
