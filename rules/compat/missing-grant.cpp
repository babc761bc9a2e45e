#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/rule.h"
#include "core/words.h"

namespace backout {
namespace {

using Roles = std::vector<std::string>;

bool grants_to(const sql::Grants& grants, const std::string& role) {
  const auto held = grants.find(role);
  return held != grants.end() && !held->second.empty();
}

// Who uses objects of one kind: roles with rights on at least four fifths of them, and those that
// the configuration names. `postgres` is initdb's superuser, which needs no grants.
class Usage {
 public:
  void add(const sql::Grants& grants) {
    ++objects_;
    for (const auto& [role, privileges] : grants)
      if (!privileges.empty() && role != "public" && role != "postgres") ++objects_of_[role];
  }
  Roles roles(const Config& config) const {
    Roles out = config.app_roles;
    for (const auto& [role, count] : objects_of_)
      if (objects_ >= 3 && count * 5 >= objects_ * 4 &&
          std::find(out.begin(), out.end(), role) == out.end())
        out.push_back(role);
    return out;
  }

 private:
  std::size_t objects_ = 0;
  std::map<std::string, std::size_t> objects_of_;
};

template <class T>
const std::string& schema_of(const T& object) {
  return object.name.schema;
}
const std::string& schema_of(const sql::Function& function) {
  return function.definition.name.schema;
}

// The roles that use released objects like these, by schema; counted once a schema.
template <class T>
class UsualRoles {
 public:
  UsualRoles(const sql::Objects<T>& objects, const Config& config)
      : objects_(objects), config_(config) {}
  const Roles& in(const std::string& schema) {
    const auto [it, first] = by_schema_.try_emplace(schema);
    if (first) {
      Usage usage;
      for (const auto& [key, object] : objects_.all())
        if (object->known && schema_of(*object) == schema &&
            (!objects_.was_touched(key) || objects_.find_before(key)))
          usage.add(object->grants);
      it->second = usage.roles(config_);
    }
    return it->second;
  }

 private:
  const sql::Objects<T>& objects_;
  const Config& config_;
  std::map<std::string, Roles> by_schema_;
};

template <class T>
void require(const sql::Difference<T>& made, const Roles& roles, std::string_view others,
             Report& report) {
  if (grants_to(made.after->grants, "public")) return;
  Roles denied;
  for (const std::string& role : roles)
    if (made.after->owner != role && !grants_to(made.after->grants, role)) denied.push_back(role);
  if (denied.empty()) return;
  report(made, fmt::format(
                   "new {} `{}` grants nothing to {}, though {}: the new release is denied; grant "
                   "it in this migration",
                   made.object.kind, made.object.name, quoted_list(denied), others));
}

// INSERT draws from a serial column's sequence with the rights of whoever inserts.
void require_for_inserts(const sql::SequenceDifference& sequence, const NetContext& context,
                         Report& report) {
  const sql::Table* table =
      context.catalog.tables.find(context.catalog.relation_with(sequence.after->owner_table));
  if (!table || sequence.after->identity) return;
  Roles inserting;
  for (const auto& [role, privileges] : table->grants)
    if (role != "public" && role != table->owner &&
        std::any_of(privileges.begin(), privileges.end(),
                    [](const std::string& p) { return p.starts_with("insert"); }))
      inserting.push_back(role);
  require(sequence, inserting,
          fmt::format("`{}`, whose numbers it gives, grants INSERT", to_string(table->name)),
          report);
}

template <class T>
bool is_new(const sql::Difference<T>& difference) {
  return !difference.before && difference.after;
}

void check(const NetContext& context, Report& report) {
  const sql::Catalog& catalog = context.catalog;
  const sql::Differences& differences = context.differences;
  constexpr std::string_view others = "the others of its schema do";
  UsualRoles tables(catalog.tables, context.config);
  for (const auto& table : differences.tables)
    if (is_new(table) && !table.after->temporary && !table.after->is_partition)
      require(table, tables.in(schema_of(*table.after)), others, report);
  for (const auto& view : differences.views)
    if (is_new(view)) require(view, tables.in(schema_of(*view.after)), others, report);
  UsualRoles sequences(catalog.sequences, context.config);
  for (const auto& sequence : differences.sequences) {
    if (!is_new(sequence)) continue;
    if (sequence.after->owner_table != 0)
      require_for_inserts(sequence, context, report);
    else
      require(sequence, sequences.in(schema_of(*sequence.after)), others, report);
  }
  UsualRoles functions(catalog.functions, context.config);
  for (const auto& function : differences.functions) {
    if (!is_new(function)) continue;
    const auto& returns = function.after->definition.returns;
    if (returns && returns->name.name == "trigger") continue;  // runs without EXECUTE
    require(function, functions.in(schema_of(*function.after)), others, report);
  }
  if (std::none_of(differences.schemas.begin(), differences.schemas.end(),
                   [](const auto& schema) { return is_new(schema); }))
    return;
  Usage usage;
  for (const auto& [name, schema] : catalog.schemas.all())
    if (name != "public" && name != "pg_catalog" && name != "information_schema" &&
        catalog.schemas.find_before(name))
      usage.add(schema->grants);
  const Roles everywhere = usage.roles(context.config);
  for (const auto& schema : differences.schemas)
    if (is_new(schema)) require(schema, everywhere, "the other schemas do", report);
}

}  // namespace

namespace rules {
extern constinit const Rule compat_missing_grant{
    .id = "compat/missing-grant",
    .summary = "a new object is not granted to the roles that use its neighbours",
    .letters = "b",
    .severity = Severity::warning,
    .why =
        "The application's role has rights on (nearly) every table, sequence or function of the "
        "schema, but not on the new one: the new release gets \"permission denied\" as soon as it "
        "uses it. A serial column needs a grant of its own: INSERT draws from the sequence with "
        "the rights of whoever inserts (identity columns do not ask).",
    .instead =
        "1. GRANT the same privileges in the migration that creates the object.\n2. Or cover new "
        "objects once for all: ALTER DEFAULT PRIVILEGES … GRANT … TO role.",
    .references = "https://www.postgresql.org/docs/15/sql-alterdefaultprivileges.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
