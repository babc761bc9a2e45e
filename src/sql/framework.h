// Migration frameworks with plain SQL files: which files are migrations, in which order they run,
// which text of them runs forward, and how the tool sends it to the server. Works on a list of
// paths and a way to read them, so that revisions, the index and folders are all the same to it.
// Facts: each tool's own source, see the table in framework.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/finding.h"
#include "core/source.h"

namespace backout::sql {

enum class Framework : std::uint8_t {
  flyway,
  golang_migrate,
  goose,
  dbmate,
  sqlx,
  diesel,
  refinery,
  liquibase,
  prisma,
  atlas,
  sqitch,
  tern,
  node_pg_migrate,
  supabase,
  graphile,
  drizzle,
  hasura,
  pop,
  temporal,
  plain,
};
[[nodiscard]] std::string_view to_string(
    Framework framework);  // as written in `.backout.yaml`: "golang-migrate"

// How the text reaches the server.
enum class Transaction : std::uint8_t {
  per_file,          // one explicit transaction a file
  whole_run,         // one for all pending files
  none_split,        // each statement alone
  none_one_message,  // one message: several statements are an implicit transaction
};

struct Section {     // a piece of a file that runs in one direction
  std::size_t file;  // index into Files::paths
  Span span;         // of Source::text
  Transaction transaction = Transaction::per_file;
};

struct Migration {
  std::string version;  // as the tool compares it: "20240102030405", "1.10", a plan's change name
  std::string name;     // what a person calls it: the path of its (first) forward file
  std::vector<Section> up, down;  // in the order they run
  bool repeatable = false;        // Flyway R, Liquibase runOnChange: judged old text → new text
  bool baseline = false;          // Flyway B, Atlas checkpoint: stands for everything before it
  bool has_down_form = false;     // the framework supports downs (so a missing one can be noted)
};

// What is wrong with names, markers or directives: becomes a finding of the named rule.
struct FrameworkProblem {
  enum class Kind : std::uint8_t {
    parse_error,
    directive_misplaced,
    duplicate_version,
    out_of_order,
    ambiguous
  } kind;
  std::size_t file;
  Span span;
  std::string message;
  std::optional<std::size_t> twin{};  // the other file it is about as much
};

// A `migrations:` entry of the configuration that matches nothing is a history without migrations.
struct History {     // the migrations of one database
  std::string path;  // folder they lie in ("" = the root)
  Framework framework = Framework::plain;
  std::string evidence{};  // why this framework: "atlas.sum", "-- +goose Up in 228 of 228 files",
                           // "configuration"
  bool psql = false;  // `:name` in the text: scripts run through psql (sqitch), graphile-migrate
  bool placeholders = true;
  std::vector<Migration> migrations{};  // in the order the tool runs them
  std::vector<FrameworkProblem> problems{};
};

struct Skipped {  // a file that looks like SQL and is not judged, and why
  std::size_t file;
  std::string
      reason;  // "MySQL dialect", "schema dump", "no migration framework recognised in this folder"
};

// A file's bytes that nobody keeps.
struct Peeked {
  std::optional<std::string> bytes;
  std::string defect{};  // why there are none
  bool limit = false;    // over `limits.file_bytes`
};

struct Files {
  std::vector<std::string> paths;  // repository-relative, sorted by bytes
  std::function<const Source*(std::size_t)>
      read;  // null when unreadable (link, limit): the caller has reported it. Thread-safe.
  std::function<Peeked(std::size_t)> peek{};  // for looking at many files of which few matter;
                                              // absent: use `read`
};

struct Discovery {
  std::vector<History> histories;  // sorted by path
  std::vector<Skipped> skipped;
};

// By its name, in any case: what discovery takes for SQL.
[[nodiscard]] bool is_sql_file(std::string_view path);
// The database that an SQL file is for, when its name says that it is not PostgreSQL: "sqlite" for
// `x.sqlite3.up.sql`; else empty.
[[nodiscard]] std::string_view other_dialect(std::string_view path);

// Why a file is no migration when nothing else speaks against it.
inline constexpr std::string_view no_framework = "no migration framework recognised in this folder";

// Finds all histories. `plain_folders`: folders (or single files) the user named on the command
// line; SQL files there that no framework claims are taken as a plain history in natural order of
// their names instead of being skipped.
[[nodiscard]] Discovery discover(const Files& files, const Config& config,
                                 const std::vector<std::string>& plain_folders);

}  // namespace backout::sql
