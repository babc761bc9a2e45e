#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "core/rule.h"

namespace backout {
namespace {

// Roles that hold rights on at least four fifths of the released tables of a schema.
std::vector<std::string> usual_roles(const NetContext& context, std::string_view schema) {
  std::map<std::string, std::size_t> tables_of;
  std::size_t tables = 0;
  for (const auto& [key, table] : context.catalog.tables.all()) {
    const sql::Table* before = context.catalog.tables.find_before(key);
    if (!before || !before->known || before->name.schema != schema) continue;
    ++tables;
    for (const auto& [role, privileges] : before->grants)
      if (!privileges.empty()) ++tables_of[role];
  }
  std::vector<std::string> roles;
  for (const auto& [role, count] : tables_of)
    if (tables >= 3 && count * 5 >= tables * 4) roles.push_back(role);
  return roles;
}

void check(const NetContext& context, Report& report) {
  std::map<std::string, std::vector<std::string>> usual;
  for (const sql::TableDifference& table : context.differences.tables) {
    if (table.before || !table.after || table.after->temporary || table.after->is_partition)
      continue;
    const std::string& schema = table.after->name.schema;
    auto [it, first] = usual.try_emplace(schema);
    if (first) {
      it->second = usual_roles(context, schema);
      for (const std::string& role : context.config.app_roles)
        if (std::find(it->second.begin(), it->second.end(), role) == it->second.end())
          it->second.push_back(role);
    }
    for (const std::string& role : it->second) {
      const auto granted = table.after->grants.find(role);
      if (table.after->owner == role ||
          (granted != table.after->grants.end() && !granted->second.empty()) ||
          table.after->grants.count("public") != 0)
        continue;
      report(table,
             fmt::format("new table `{}` grants nothing to `{}`, which uses the other tables of "
                         "its schema: new code is denied; grant it in this migration",
                         table.object.name, role));
    }
  }
}

}  // namespace

namespace rules {
extern constinit const Rule compat_missing_grant{
    .id = "compat/missing-grant",
    .summary = "a new table is not granted to the roles that use its neighbours",
    .letters = "b",
    .severity = Severity::warning,
    .why =
        "The application's role has rights on (nearly) every table of the schema, but not on the "
        "new one: the new release gets \"permission denied\" as soon as it uses it.",
    .instead =
        "1. GRANT the same privileges in the migration that creates the table.\n2. Or cover new "
        "tables once for all: ALTER DEFAULT PRIVILEGES … GRANT … TO role.",
    .references = "https://www.postgresql.org/docs/15/sql-alterdefaultprivileges.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
