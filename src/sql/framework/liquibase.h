// Liquibase: what a changelog (XML, YAML, JSON) includes, in order, and the change sets of a
// formatted SQL file. Internal to sql/framework/liquibase*.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sql/framework/parts.h"

namespace backout::sql::framework {

struct ChangeSet {
  std::string author, id;
  std::string dbms;  // databases it is for; empty: all
  bool in_transaction = true;
  bool split = true;   // into statements
  bool again = false;  // runOnChange, runAlways
  bool ignored = false;
};

// Is a change set with this `dbms` ("mysql,postgresql", "!oracle", "all") for PostgreSQL?
[[nodiscard]] bool is_for_postgres(std::string_view dbms);
[[nodiscard]] Transaction transaction_of(const ChangeSet& set);

// One thing a changelog names, in its order.
struct ChangelogItem {
  enum class Kind : std::uint8_t { include, include_all, sql_file, other } kind;
  std::string path;       // as written
  bool relative = false;  // to the changelog's folder
  ChangeSet set;          // of sql_file and other
  std::string rollback;   // of sql_file: a file with the way back; empty: none
};

// The items of a changelog; a broken one gives what was read up to the defect, and `defect` says
// what.
[[nodiscard]] std::vector<ChangelogItem> read_changelog(std::string_view path,
                                                        std::string_view text, std::string& defect);

// Appends the change sets of a formatted SQL file to `history`.
void read_formatted_sql(const Repository&, Claims&, std::size_t file, History& history);

}  // namespace backout::sql::framework
