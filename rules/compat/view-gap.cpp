// A view that is dropped in one transaction and created again in another: in between, it is
// missing.
#include <fmt/format.h>

#include "core/rule.h"
#include "core/transaction.h"

namespace backout {
namespace {

void check(const sql::ViewDifference& d, const NetContext& context, Report& report) {
  if (!d.before || !d.after || d.after->id == d.before->id || d.moved) return;
  const sql::Cause* dropped = context.catalog.cause(d.before->id, sql::Aspect::existence);
  const sql::Cause* created = context.catalog.cause(d.after->id, sql::Aspect::existence);
  if (!dropped || !created || same_transaction(context.change, *dropped, *created)) return;
  report(d,
         fmt::format("{} `{}` is dropped and created again in another transaction: until then "
                     "code that selects from it fails; put both into one transaction",
                     d.object.kind, d.object.name),
         {.cause = dropped});
}

}  // namespace

namespace rules {
extern constinit const Rule compat_view_gap{
    .id = "compat/view-gap",
    .summary = "a view is missing between two transactions of the change",
    .letters = "a",
    .severity = Severity::warning,
    .why =
        "DDL is transactional in PostgreSQL: a view that is dropped and created inside one "
        "transaction is never seen missing, statements that use it wait for the commit. In two "
        "transactions, as when each file or each statement commits on its own, every statement "
        "in between fails, and if the second one fails the view stays away.",
    .instead =
        "1. Use CREATE OR REPLACE VIEW where columns are only added at the end: it needs no drop.\n"
        "2. Else put DROP VIEW and CREATE VIEW into one file that the tool runs in a transaction, "
        "or write BEGIN and COMMIT around them.",
    .references = "https://www.postgresql.org/docs/15/sql-createview.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
