// The table of frameworks: what holds for all files of a tool. The facts are those of each tool's
// own source.
#include <array>

#include "sql/framework/parts.h"

namespace backout::sql {

std::string_view to_string(Framework framework) {
  return framework_names[static_cast<std::size_t>(framework)];
}

}  // namespace backout::sql

namespace backout::sql::framework {
namespace {

using enum Transaction;
constexpr std::string_view refuses = "the tool refuses to run";
constexpr std::string_view second_never_runs = "where the first has run, the second never does";

// Columns: transaction without directives, order, a directory a migration, ways back, placeholders,
// what two files of one version lead to, names, markers. The facts are those of each tool's own
// source.
constexpr std::array<Adapter, framework_names.size()> table = {{
    {Framework::flyway, per_file, Order::number, false, true, true, refuses, nullptr, nullptr},
    {Framework::golang_migrate, none_one_message, Order::number, false, true, false, refuses,
     name_golang_migrate, nullptr},
    {Framework::goose, per_file, Order::number, false, true, false, refuses, name_numbered,
     split_goose},
    {Framework::dbmate, per_file, Order::text, false, true, false, second_never_runs, name_dbmate,
     split_dbmate},
    {Framework::sqlx, per_file, Order::number, false, true, false, second_never_runs, name_sqlx,
     split_sqlx},
    {Framework::diesel, per_file, Order::text, true, true, false, second_never_runs, name_diesel,
     split_diesel},
    {Framework::refinery, per_file, Order::number, false, false, false, refuses, name_refinery,
     nullptr},
    {Framework::liquibase, per_file, Order::natural, false, true, true, refuses, nullptr, nullptr},
    {Framework::prisma,
     none_one_message,
     Order::text,
     true,
     false,
     false,
     {},
     name_prisma,
     nullptr},
    {Framework::atlas, per_file, Order::text, false, false, true, second_never_runs, name_atlas,
     split_atlas},
    {Framework::sqitch, none_split, Order::natural, false, true, true, {}, nullptr, nullptr},
    {Framework::tern, per_file, Order::number, false, true, true, refuses, name_numbered,
     split_tern},
    {Framework::node_pg_migrate,
     per_file,
     Order::natural,
     false,
     true,
     false,
     {},
     name_node_pg_migrate,
     split_node_pg_migrate},
    {Framework::supabase, none_one_message, Order::text, false, false, false, second_never_runs,
     name_supabase, nullptr},
    {Framework::graphile, per_file, Order::number, false, false, true, refuses, name_graphile,
     split_graphile},
    {Framework::drizzle,
     whole_run,
     Order::text,
     true,
     false,
     false,
     {},
     name_prisma,
     split_breakpoints},
    {Framework::hasura, none_one_message, Order::number, true, true, false, refuses, name_hasura,
     nullptr},
    {Framework::pop, per_file, Order::text, false, true, true, second_never_runs, name_pop,
     nullptr},
    {Framework::temporal, none_split, Order::number, false, false, false, {}, nullptr, nullptr},
    {Framework::plain, per_file, Order::natural, false, true, true, {}, name_plain, nullptr},
}};

}  // namespace

const Adapter& adapter_of(Framework framework) {
  return table[static_cast<std::size_t>(framework)];
}

}  // namespace backout::sql::framework
