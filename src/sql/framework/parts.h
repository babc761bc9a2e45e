// What the parts of the framework adapters share: the table of frameworks, the grammar of file
// names, the cutting of one file into sections, and the assembling of named files into a history.
// Internal to sql/framework/*.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/glob.h"
#include "sql/framework.h"

namespace backout::sql::framework {

// ---- paths

[[nodiscard]] std::string_view folder_of(std::string_view path);  // "" for a file in the root
[[nodiscard]] std::string_view base_of(std::string_view path);
[[nodiscard]] std::string join(std::string_view folder, std::string_view name);
[[nodiscard]] bool is_below(
    std::string_view path,
    std::string_view folder);  // in it or in a folder of it; everything is below ""
using backout::matches;

[[nodiscard]] inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] std::size_t find_ignoring_case(std::string_view text,
                                             std::string_view word);  // `word` in lower case
[[nodiscard]] std::string_view trim(std::string_view text);

// The lines of a text without their ends; `next` is where the following one begins.
struct Line {
  std::string_view text;  // without "\n", with "\r" if there is one
  std::uint32_t begin = 0;
  std::uint32_t next = 0;
  [[nodiscard]] Span span() const {
    return {begin, begin + static_cast<std::uint32_t>(text.size())};
  }
};
[[nodiscard]] Line line_at(std::string_view text, std::size_t at);  // the line that holds a byte
[[nodiscard]] std::size_t find_word(std::string_view text, std::string_view word,
                                    std::size_t from = 0);  // fast on long texts
bool next_line(std::string_view text, std::uint32_t& at, Line& line);
[[nodiscard]] bool starts_comment(std::string_view line);  // `--` after blanks
[[nodiscard]] bool has_comment_with(
    std::string_view text, std::string_view word);  // a line that does, with the word in it

// ---- the repository

// Paths with lookup by name; a file of no interest is never read.
struct Repository {
  const Files& files;
  [[nodiscard]] std::string_view path(std::size_t file) const { return files.paths[file]; }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view path) const;
  [[nodiscard]] const Source* source(std::size_t file) const { return files.read(file); }
  [[nodiscard]] std::string_view text(std::size_t file) const;  // empty when unreadable
};

// Which SQL files are spoken for, and where results go.
struct Claims {
  Discovery& out;
  std::vector<bool> taken;  // by file
  void skip(std::size_t file, std::string reason);
  void take(std::size_t file) { taken[file] = true; }
  [[nodiscard]] std::vector<std::size_t> free_of(const std::vector<std::size_t>& files) const;
};

// ---- file names

enum class Role : std::uint8_t {
  up,
  down,
  single,
  repeatable,
  baseline
};  // single: one file, both directions or forward only

struct FileName {
  Role role = Role::single;
  std::string version = {};       // equal text means the same version to the tool
  std::string_view key = {};      // what the tool sorts by when it sorts as text
  std::string_view dialect = {};  // pop: canonical, empty for every dialect
  bool autocommit = false;        // pop
};

struct Named {
  std::size_t file;
  FileName name;
};

[[nodiscard]] int compare_versions(std::string_view a,
                                   std::string_view b);  // digits between `.` or `_`, of any size
[[nodiscard]] int compare_natural(std::string_view a, std::string_view b);  // digit runs as numbers

// "mysql" for `mysql`, `mariadb` …; "postgres" for its names; empty for an unknown word. Case is
// ignored.
[[nodiscard]] std::string_view dialect_of(std::string_view word);
[[nodiscard]] std::string_view dialect_title(std::string_view dialect);  // "MySQL"

// Grammars; nothing for a name the tool passes over. Directory tools get "<directory>/<file>".
[[nodiscard]] std::optional<FileName> name_golang_migrate(std::string_view name);
[[nodiscard]] std::optional<FileName> name_numbered(
    std::string_view name);  // goose, tern: <number>_name.sql
[[nodiscard]] std::optional<FileName> name_dbmate(std::string_view name);
[[nodiscard]] std::optional<FileName> name_sqlx(std::string_view name);
[[nodiscard]] std::optional<FileName> name_refinery(std::string_view name);
[[nodiscard]] std::optional<FileName> name_atlas(std::string_view name);
[[nodiscard]] std::optional<FileName> name_node_pg_migrate(std::string_view name);
[[nodiscard]] std::optional<FileName> name_supabase(std::string_view name);
[[nodiscard]] std::optional<FileName> name_graphile(std::string_view name);
[[nodiscard]] std::optional<FileName> name_pop(std::string_view name);
[[nodiscard]] std::optional<FileName> name_diesel(std::string_view name);
[[nodiscard]] std::optional<FileName> name_hasura(std::string_view name);
[[nodiscard]] std::optional<FileName> name_prisma(std::string_view name);
[[nodiscard]] std::optional<FileName> name_plain(std::string_view name);

struct FlywayNames {  // configurable parts of Flyway's names
  std::string versioned = "V", undo = "U", repeatable = "R", baseline = "B", separator = "__";
  std::vector<std::string> suffixes = {".sql"};
};
[[nodiscard]] std::optional<FileName> name_flyway(std::string_view name, const FlywayNames& names);

// ---- one file's text

struct Parts {
  std::vector<Section> up, down;
  std::vector<FrameworkProblem> problems;
  bool baseline = false;
  bool placeholders = false;  // the file turns them on (goose ENVSUB)
};
struct Adapter;
using Split = void (*)(const Repository&, const Adapter&, std::size_t file, const Source&, Parts&);

void split_goose(const Repository&, const Adapter&, std::size_t, const Source&, Parts&);
void split_dbmate(const Repository&, const Adapter&, std::size_t, const Source&, Parts&);
void split_sqlx(const Repository&, const Adapter&, std::size_t, const Source&, Parts&);
void split_diesel(const Repository&, const Adapter&, std::size_t, const Source&, Parts&);
void split_atlas(const Repository&, const Adapter&, std::size_t, const Source&, Parts&);
void split_tern(const Repository&, const Adapter&, std::size_t, const Source&, Parts&);
void split_node_pg_migrate(const Repository&, const Adapter&, std::size_t, const Source&, Parts&);
void split_graphile(const Repository&, const Adapter&, std::size_t, const Source&, Parts&);
void split_breakpoints(const Repository&, const Adapter&, std::size_t, const Source&,
                       Parts&);  // drizzle

[[nodiscard]] inline std::uint32_t size_of(const Source& source) {
  return static_cast<std::uint32_t>(source.text.size());
}
void report(Parts& parts, FrameworkProblem::Kind kind, std::size_t file, Span span,
            std::string message);

// Does Flyway itself take statements of this text out of its transaction, and are there others that
// it does not?
struct FlywayKinds {
  bool alone = false;
  bool in_transaction = false;
  Span place = {};  // of the statement that made it both
};
[[nodiscard]] FlywayKinds flyway_kinds(std::string_view text);

// `-- +goose`, `-- migrate:up` … : is this a file of the tool by its text?
[[nodiscard]] bool has_goose_marker(std::string_view text);
[[nodiscard]] bool has_dbmate_marker(std::string_view text);
[[nodiscard]] bool has_tern_marker(std::string_view text);
[[nodiscard]] bool has_node_pg_migrate_marker(std::string_view text);
[[nodiscard]] bool has_graphile_header(std::string_view text);
[[nodiscard]] bool has_liquibase_header(std::string_view text);

// ---- places

// What speaks against files because of the folders they lie in: vendored code, test data, seeds,
// another dialect.
class Places {
 public:
  // `named`: folders the user named; below them tests and seeds are no reason.
  explicit Places(const std::vector<std::string>& named);
  [[nodiscard]] const std::string& reason(std::string_view path);  // empty: nothing

 private:
  const std::vector<std::string>& named_;
  std::string_view folder_;  // the last one asked for: neighbours in a sorted list share theirs
  std::string reason_;
  bool known_ = false;
};

// Why a file that no framework reads is none of our business ("schema dump", "seed data", "MySQL
// dialect"), else `otherwise`.
[[nodiscard]] std::string reason_to_skip(const Repository&, std::size_t file,
                                         std::string_view otherwise);

// ---- the table

enum class Order : std::uint8_t { number, text, natural };

struct Adapter {
  Framework framework;
  Transaction transaction;  // how a file without directive reaches the server
  Order order;
  bool directories;   // a directory a migration
  bool downs;         // knows a way back
  bool placeholders;  // texts may hold `${x}` or `{{ x }}`
  std::string_view
      on_duplicate;  // what the tool does with two files of one version; empty: nothing, it may
  std::optional<FileName> (*name)(std::string_view);  // null: own code
  Split split;                                        // null: the whole file
};
[[nodiscard]] const Adapter& adapter_of(Framework framework);

// The part of a path the adapter's grammar reads: the file's name, or "<directory>/<file>".
[[nodiscard]] std::string_view name_part(const Adapter& adapter, std::string_view path);

// ---- histories

// Files by the adapter's grammar; the others are skipped with a reason.
[[nodiscard]] std::vector<Named> name_files(const Repository&, Claims&, const Adapter&,
                                            const std::vector<std::size_t>& files);

// Orders, pairs downs with ups, cuts, and reports duplicates. Claims all of them.
[[nodiscard]] History assemble(const Repository&, Claims&, const Adapter&, std::vector<Named> named,
                               std::string path, std::string evidence);

// Whole file `file` as one section in one direction.
[[nodiscard]] Section whole(const Repository&, std::size_t file, Transaction transaction);

// Stages that find histories of their own kind among the free files of `sql`. A stage leaves the
// other files alone.
struct Scope {
  const Repository& repository;
  Claims& claims;
  const std::vector<std::size_t>& sql;  // candidates
  const std::vector<std::size_t>&
      markers;  // files whose names say something about a framework, sorted by path
};
void find_sqitch(const Scope&);
void find_temporal(const Scope&);
void find_drizzle(const Scope&);
void find_liquibase(const Scope&);
void find_flyway(const Scope&, bool merge);  // merge: all in one history
void find_directories(const Scope&);         // prisma, diesel, hasura
void find_graphile(const Scope&);
void find_refinery(const Scope&);
void find_by_folder(const Scope&);                    // all others: a folder a history
[[nodiscard]] bool is_marker(std::string_view path);  // of Scope::markers

}  // namespace backout::sql::framework
