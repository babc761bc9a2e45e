#include <fmt/format.h>

#include <algorithm>

#include "core/rule.h"

namespace backout {
namespace {

std::string phrase(const sql::Leftover& left) {
  using How = sql::Leftover::How;
  const std::string object = fmt::format("{} `{}`", left.object.kind, left.object.name);
  return left.how == How::stays     ? object + " stays"
         : left.how == How::missing ? object + " does not come back"
                                    : fmt::format("{}: {}", object, left.detail);
}

// A label once added cannot be taken from an enum: no down part could do better.
bool is_enum_label(const sql::Leftover& left) { return left.detail.starts_with("it keeps label "); }

void check(const DownSubject& down, Report& report) {
  const ParsedSection* section = nullptr;
  for (const ParsedSection& part : down.migration.down)
    if (!section && !part.script->statements.empty()) section = &part;
  if (!section) return;
  const std::vector<sql::Leftover>& left = down.leftovers;
  ReportOptions options;
  options.certain =
      std::all_of(left.begin(), left.end(), [](const auto& one) { return one.certain; });
  if (!down.readable) {
    options.at_most = Severity::note;
    options.notes.push_back({std::nullopt, "part of the migration could not be read"});
  }
  if (std::all_of(left.begin(), left.end(), is_enum_label)) options.at_most = Severity::note;
  for (std::size_t i = 1; i < std::min<std::size_t>(left.size(), 20); ++i)
    options.notes.push_back({std::nullopt, phrase(left[i])});
  if (left.size() > 20)
    options.notes.push_back({std::nullopt, fmt::format("and {} more", left.size() - 20)});
  const Span first = section->script->statements.front().span;
  report.statement_at(
      {section->source, first}, first, {"migration", down.migration.name},
      fmt::format("the down part does not lead back to where the up part started: {}{}; make it "
                  "the inverse, or leave it out",
                  phrase(left.front()),
                  left.size() > 1 ? fmt::format(", and {} more", left.size() - 1) : ""),
      std::move(options));
}

}  // namespace

namespace rules {
extern constinit const Rule data_loss_down_not_inverse{
    .id = "data-loss/down-not-inverse",
    .summary = "up and then down does not lead back to the schema before",
    .letters = "c",
    .severity = Severity::warning,
    .why =
        "Found by running both parts on the schema model. After such a down the database has a "
        "schema that no release was built for and no test has seen, and the next up may fail on "
        "what stayed behind or went missing.",
    .instead =
        "1. Let the down part undo every statement of the up part, last one first.\n2. Where that "
        "cannot be done, leave the down part out and say so: then nobody relies on it.\n3. To back "
        "out a release, roll the code back and leave the schema.",
    .references =
        "https://github.com/golang-migrate/migrate/blob/master/MIGRATIONS.md#reversibility-of-"
        "migrations",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
