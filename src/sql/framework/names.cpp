// Grammars of migration file names, each that of its tool, and the two orders they use. Versions
// are compared as decimal strings: some projects write more digits than 64 bits hold.
#include <algorithm>
#include <array>

#include "sql/framework/parts.h"

namespace backout::sql::framework {
namespace {

std::string_view leading_digits(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  return text.substr(0, count);
}

std::string_view without_zeros(std::string_view digits) {
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

int sign(int value) { return (value > 0) - (value < 0); }

int compare_digits(std::string_view a, std::string_view b) {
  a = without_zeros(a);
  b = without_zeros(b);
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return sign(a.compare(b));
}

bool fits(std::string_view digits, std::string_view most) {
  return compare_digits(digits, most) <= 0;
}
constexpr std::string_view most_signed = "9223372036854775807";
constexpr std::string_view most_unsigned = "18446744073709551615";

// "<digits>_rest": digits and rest, nothing else.
bool split_number(std::string_view name, std::string_view& digits, std::string_view& rest) {
  digits = leading_digits(name);
  if (digits.empty() || digits.size() == name.size() || name[digits.size()] != '_') return false;
  rest = name.substr(digits.size() + 1);
  return true;
}

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

FileName numbered(Role role, std::string_view digits, std::string_view key) {
  return {.role = role, .version = std::string(without_zeros(digits)), .key = key};
}

FileName texted(Role role, std::string_view version, std::string_view key) {
  return {.role = role, .version = std::string(version), .key = key};
}

struct Dialect {
  std::string_view word, canonical, title;
};
constexpr std::array dialects = {
    Dialect{"postgres", "postgres", "PostgreSQL"},
    Dialect{"postgresql", "postgres", "PostgreSQL"},
    Dialect{"pg", "postgres", "PostgreSQL"},
    Dialect{"pgsql", "postgres", "PostgreSQL"},
    Dialect{"psql", "postgres", "PostgreSQL"},
    Dialect{"pgx", "postgres", "PostgreSQL"},
    Dialect{"mysql", "mysql", "MySQL"},
    Dialect{"mariadb", "mariadb", "MariaDB"},
    Dialect{"sqlite", "sqlite", "SQLite"},
    Dialect{"sqlite3", "sqlite", "SQLite"},
    Dialect{"libsql", "sqlite", "SQLite"},
    Dialect{"turso", "sqlite", "SQLite"},
    Dialect{"d1", "sqlite", "SQLite"},
    Dialect{"cockroach", "cockroach", "CockroachDB"},
    Dialect{"cockroachdb", "cockroach", "CockroachDB"},
    Dialect{"crdb", "cockroach", "CockroachDB"},
    Dialect{"mssql", "mssql", "SQL Server"},
    Dialect{"sqlserver", "mssql", "SQL Server"},
    Dialect{"oracle", "oracle", "Oracle"},
    Dialect{"h2", "h2", "H2"},
    Dialect{"hsqldb", "hsqldb", "HSQLDB"},
    Dialect{"derby", "derby", "Derby"},
    Dialect{"db2", "db2", "Db2"},
    Dialect{"clickhouse", "clickhouse", "ClickHouse"},
    Dialect{"cassandra", "cassandra", "Cassandra"},
    Dialect{"scylla", "cassandra", "Cassandra"},
    Dialect{"spanner", "spanner", "Spanner"},
    Dialect{"snowflake", "snowflake", "Snowflake"},
    Dialect{"bigquery", "bigquery", "BigQuery"},
    Dialect{"redshift", "redshift", "Redshift"},
    Dialect{"duckdb", "duckdb", "DuckDB"},
    Dialect{"tidb", "tidb", "TiDB"},
    Dialect{"firebird", "firebird", "Firebird"},
    Dialect{"sybase", "sybase", "Sybase"},
    Dialect{"singlestore", "singlestore", "SingleStore"},
    Dialect{"trino", "trino", "Trino"},
    Dialect{"mongodb", "mongodb", "MongoDB"},
};

}  // namespace

int compare_versions(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    const std::size_t a_end = std::min(a.find_first_of("._"), a.size());
    const std::size_t b_end = std::min(b.find_first_of("._"), b.size());
    const std::string_view a_part = a_end == 0 ? "0" : a.substr(0, a_end);
    const std::string_view b_part = b_end == 0 ? "0" : b.substr(0, b_end);
    if (const int order = compare_digits(a_part, b_part); order != 0) return order;
    a.remove_prefix(std::min(a_end + 1, a.size()));
    b.remove_prefix(std::min(b_end + 1, b.size()));
  }
  return 0;
}

int compare_natural(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const std::string_view a_digits = leading_digits(a);
      const std::string_view b_digits = leading_digits(b);
      if (const int order = compare_digits(a_digits, b_digits); order != 0) return order;
      a.remove_prefix(a_digits.size());
      b.remove_prefix(b_digits.size());
    } else {
      if (a.front() != b.front()) {
        return static_cast<unsigned char>(a.front()) < static_cast<unsigned char>(b.front()) ? -1
                                                                                             : 1;
      }
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  return a.empty() == b.empty() ? 0 : a.empty() ? -1 : 1;
}

std::string_view dialect_of(std::string_view word) {
  for (const Dialect& dialect : dialects) {
    if (equal_ignoring_case(word, dialect.word)) return dialect.canonical;
  }
  return {};
}

std::string_view dialect_title(std::string_view dialect) {
  for (const Dialect& known : dialects) {
    if (known.canonical == dialect) return known.title;
  }
  return dialect;
}

// ^([0-9]+)_(.*)\.(down|up)\.(.*)$, the number in 64 bits without sign. Its last `.up.` or `.down.`
// counts.
std::optional<FileName> name_golang_migrate(std::string_view name) {
  std::string_view digits;
  std::string_view rest;
  if (!split_number(name, digits, rest) || !fits(digits, most_unsigned)) return {};
  const std::size_t up = rest.rfind(".up.");
  const std::size_t down = rest.rfind(".down.");
  if (up == std::string_view::npos && down == std::string_view::npos) return {};
  const bool is_up = down == std::string_view::npos || (up != std::string_view::npos && up > down);
  return numbered(is_up ? Role::up : Role::down, digits, name);
}

std::optional<FileName> name_numbered(std::string_view name) {
  std::string_view digits;
  std::string_view rest;
  if (!name.ends_with(".sql") || !split_number(name, digits, rest)) return {};
  if (!fits(digits, most_signed) || without_zeros(digits) == "0") return {};
  return numbered(Role::single, digits, name);
}

// ^(\d+).*\.sql$; the version is text, and the order is that of the file names.
std::optional<FileName> name_dbmate(std::string_view name) {
  const std::string_view digits = leading_digits(name);
  if (digits.empty() || !name.ends_with(".sql")) return {};
  return texted(Role::single, digits, name);
}

std::optional<FileName> name_sqlx(std::string_view name) {
  std::string_view digits;
  std::string_view rest;
  if (!name.ends_with(".sql") || !split_number(name, digits, rest) || !fits(digits, most_signed))
    return {};
  const Role role = rest.ends_with(".up.sql")     ? Role::up
                    : rest.ends_with(".down.sql") ? Role::down
                                                  : Role::single;
  return numbered(role, digits, name);
}

// ^([U|V])(\d+(?:\.\d+)?)__(\w+)\.sql; U is a migration out of sequence, not an undo.
std::optional<FileName> name_refinery(std::string_view name) {
  if (name.empty() || (name.front() != 'V' && name.front() != 'U') || !name.ends_with(".sql"))
    return {};
  const std::string_view digits = leading_digits(name.substr(1));
  if (digits.empty() || !fits(digits, most_signed) ||
      !name.substr(1 + digits.size()).starts_with("__"))
    return {};
  return numbered(Role::single, digits, name);
}

// <version>_<name>.sql, ordered by the whole name; the version is whatever stands before the first
// `_`.
std::optional<FileName> name_atlas(std::string_view name) {
  const std::string_view whole = name;
  if (!take_suffix(name, ".sql") || name.empty()) return {};
  return texted(Role::single, name.substr(0, name.find('_')), whole);
}

std::optional<FileName> name_node_pg_migrate(std::string_view name) {
  const std::string_view digits = leading_digits(name);
  if (digits.empty() || digits.size() == name.size() || !name.ends_with(".sql")) return {};
  if (name[digits.size()] != '_' && name[digits.size()] != '-') return {};
  // Two files may carry one number: the name is what is recorded.
  return FileName{.role = Role::single, .version = std::string(name), .key = name};
}

std::optional<FileName> name_supabase(std::string_view name) {
  std::string_view digits;
  std::string_view rest;
  if (!name.ends_with(".sql") || !split_number(name, digits, rest)) return {};
  return texted(Role::single, digits, name);
}

// NNNNNN[-name].sql; six digits or more.
std::optional<FileName> name_graphile(std::string_view name) {
  const std::string_view digits = leading_digits(name);
  if (digits.size() < 6 || !name.ends_with(".sql")) return {};
  const char after = name[digits.size()];
  if (after != '-' && after != '.') return {};
  return numbered(Role::single, digits, name);
}

// ^(\d+)_([^.]+)(\.[a-z0-9]+)?(\.autocommit)?\.(up|down)\.sql$, ordered by version as text.
std::optional<FileName> name_pop(std::string_view name) {
  std::string_view digits;
  std::string_view rest;
  if (!split_number(name, digits, rest) || !take_suffix(rest, ".sql")) return {};
  FileName result = texted(Role::up, digits, digits);
  if (take_suffix(rest, ".down")) {
    result.role = Role::down;
  } else if (!take_suffix(rest, ".up")) {
    return {};
  }
  result.autocommit = take_suffix(rest, ".autocommit");
  const std::size_t dot = rest.find('.');
  if (dot == 0 || rest.empty()) return {};
  if (dot == std::string_view::npos) return result;
  result.dialect = dialect_of(rest.substr(dot + 1));
  if (result.dialect.empty()) return {};
  return result;
}

// <version>_<name>/up.sql; dashes do not count, and versions are text.
std::optional<FileName> name_diesel(std::string_view name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view directory = name.substr(0, slash);
  const std::string_view file = name.substr(slash + 1);
  if ((file != "up.sql" && file != "down.sql") || directory.empty() || !is_digit(directory.front()))
    return {};
  FileName result{.role = file == "up.sql" ? Role::up : Role::down};
  for (const char c : directory.substr(0, directory.find('_'))) {
    if (c != '-') result.version += c;
  }
  return result;
}

std::optional<FileName> name_hasura(std::string_view name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view file = name.substr(slash + 1);
  if (file != "up.sql" && file != "down.sql") return {};
  const std::string_view digits = leading_digits(name);
  if (digits.empty() || !fits(digits, most_unsigned)) return {};
  return numbered(file == "up.sql" ? Role::up : Role::down, digits, name);
}

std::optional<FileName> name_prisma(std::string_view name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos || name.substr(slash + 1) != "migration.sql") return {};
  return texted(Role::single, name.substr(0, slash), name.substr(0, slash));
}

// Any SQL file; `x.down.sql`, `x.undo.sql` and `x.rollback.sql` are the way back of `x.sql` or
// `x.up.sql`.
std::optional<FileName> name_plain(std::string_view name) {
  const std::string_view whole = name;
  if (name.size() < 4 || !equal_ignoring_case(name.substr(name.size() - 4), ".sql")) return {};
  name.remove_suffix(4);
  for (const std::string_view back : {".down", ".undo", ".rollback"}) {
    if (take_suffix(name, back)) return texted(Role::down, name, name);
  }
  take_suffix(name, ".up");
  return texted(Role::single, name, whole);
}

// <prefix><version>__<description><suffix>; the version is digits between `.` or `_`, R has none.
// "1" is "1.0".
std::optional<FileName> name_flyway(std::string_view name, const FlywayNames& names) {
  const auto suffix = std::find_if(
      names.suffixes.begin(), names.suffixes.end(),
      [&](const std::string& known) { return !known.empty() && name.ends_with(known); });
  if (suffix == names.suffixes.end()) return {};
  const std::string_view stem = name.substr(0, name.size() - suffix->size());

  struct Prefix {
    const std::string& text;
    Role role;
  };
  for (const Prefix& prefix : {Prefix{names.versioned, Role::single},
                               {names.undo, Role::down},
                               {names.baseline, Role::baseline},
                               {names.repeatable, Role::repeatable}}) {
    if (prefix.text.empty() || !stem.starts_with(prefix.text)) continue;
    const std::string_view rest = stem.substr(prefix.text.size());
    const std::size_t separator = rest.find(names.separator);
    const std::string_view version = rest.substr(0, separator);
    if (prefix.role == Role::repeatable) {
      if (separator != 0 || rest.size() == names.separator.size()) continue;
      const std::string_view description = rest.substr(names.separator.size());
      return texted(prefix.role, description, description);
    }
    if (version.empty() || !is_digit(version.front()) || !is_digit(version.back())) continue;
    if (version.find_first_not_of("0123456789._") != std::string_view::npos) continue;
    FileName result{.role = prefix.role, .key = name};
    for (std::size_t begin = 0; begin <= version.size();) {
      const std::size_t end = std::min(version.find_first_of("._", begin), version.size());
      if (begin > 0) result.version += '.';
      result.version += begin == end ? "0" : without_zeros(version.substr(begin, end - begin));
      begin = end + 1;
    }
    while (result.version.ends_with(".0")) result.version.resize(result.version.size() - 2);
    return result;
  }
  return {};
}

}  // namespace backout::sql::framework
