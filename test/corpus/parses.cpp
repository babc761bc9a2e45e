// Each file is given to the parser whole and as it is, as it was when the corpus was counted:
// nothing known of its framework's markers, placeholders not filled.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "core/parallel.h"
#include "corpus/report.h"
#include "sql/parse.h"

namespace backout::test {
namespace {

struct Counts {
  std::size_t files = 0, statements = 0, placeholder = 0, newer = 0, broken = 0;
  bool operator==(const Counts&) const = default;
};

struct Expected {
  std::string_view project;
  Counts counts;
};
constexpr std::array expected{
    Expected{"cas-ciip-portal", {1127, 5662, 0, 0, 0}}, Expected{"concourse", {299, 1062, 0, 0, 0}},
    Expected{"crates.io", {569, 1099, 0, 0, 1}},  // a rollback that is no SQL; counted with a
                                                  // migration that was left out since
    Expected{"familie-ef-sak", {170, 464, 1, 0, 0}}, Expected{"harbor", {39, 407, 0, 0, 0}},
    Expected{"hatchet", {228, 2047, 0, 0, 1}},  // no semicolon before the Down marker
    Expected{"kratos", {770, 1151, 0, 0, 0}}, Expected{"langfuse", {434, 1117, 0, 0, 0}},
    Expected{"openmeter", {538, 2689, 0, 0, 0}}, Expected{"supabase-auth", {70, 205, 59, 0, 0}},
    Expected{"svix", {32, 89, 0, 0, 0}}, Expected{"temporal", {48, 328, 0, 0, 0}},
    Expected{"zksync-era", {573, 1699, 0, 0, 12}},  // rollbacks that are no SQL
};

Counts count(const Project& project) {
  const sql::Files& files = project.disk.files;
  std::vector<Counts> each(files.paths.size());
  parallel_for(files.paths.size(), 0, [&](std::size_t i) {
    if (!is_postgres(files.paths[i])) return;
    const Source* source = files.read(i);
    if (!source) return;
    sql::ParseOptions options;
    options.placeholders = sql::Placeholders::none;
    const sql::Script script =
        sql::parse(*source, {0, static_cast<std::uint32_t>(source->text.size())}, options);
    each[i] = {1, script.statement_count, 0, 0, 0};
    if (script.unparsed.empty()) return;
    switch (script.unparsed.front().cause) {
      case sql::ParseFailure::placeholder:
        each[i].placeholder = 1;
        break;
      case sql::ParseFailure::newer_grammar:
        each[i].newer = 1;
        break;
      case sql::ParseFailure::broken:
      case sql::ParseFailure::limit:
        each[i].broken = 1;
        break;
    }
  });
  Counts sum;
  for (const Counts& one : each) {
    sum.files += one.files;
    sum.statements += one.statements;
    sum.placeholder += one.placeholder;
    sum.newer += one.newer;
    sum.broken += one.broken;
  }
  return sum;
}

}  // namespace

bool report_parses(const std::vector<Project>& projects) {
  bool equal = true;
  fmt::print("{:<28}{:>8}{:>12}{:>14}{:>8}{:>8}\n", "files that do not parse", "files",
             "statements", "placeholder", "newer", "broken");
  for (const Project& project : projects) {
    const Counts found = count(project);
    std::string_view remark;
    for (const Expected& each : expected)
      if (each.project == project.name && found != each.counts) remark = "  NOT AS COUNTED";
    equal = equal && remark.empty();
    fmt::print("{:<28}{:>8}{:>12}{:>14}{:>8}{:>8}{}\n", project.name, found.files, found.statements,
               found.placeholder, found.newer, found.broken, remark);
  }
  return equal;
}

}  // namespace backout::test
