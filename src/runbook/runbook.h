// A runbook as its file says it: title, STALE banner, when it last worked, commands. Reading judges
// nothing; check.h does.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/source.h"
#include "runbook/markdown.h"
#include "runbook/shell.h"

namespace backout::runbook {

struct BadDate {
  Span place;
  std::string text;
  bool ahead = false;  // a date, but later than today
};

struct Runbook {
  const Source* source = nullptr;
  Markdown markdown;
  const Heading* title = nullptr;  // the first heading; null: none
  bool index = false;              // README, index: leads to the runbooks, is none itself

  std::optional<std::size_t> worked_table;  // index into markdown.tables
  std::optional<Span> worked_heading;       // of the section that should hold it
  std::optional<Day> last_worked;           // newest date that can be read and is not ahead
  Span last_worked_place;                   // its row, or the line of the front matter
  std::vector<BadDate> bad_dates;

  std::optional<Span> banner;  // whole lines, without the last line end
  std::vector<Command> commands;
};

inline constexpr std::string_view worked_title = "When this runbook last worked";

// `source` must outlive the result. Rows whose "what" or "notes" say that it did not work do not
// count.
[[nodiscard]] Runbook read_runbook(const Source& source, Day today);

// The column of a table by its heading ("resolved by"), in any case; npos: there is none.
[[nodiscard]] std::size_t column(const Table& table, std::string_view name);

// What to put under the title of a runbook that is stale, one line without a line end.
[[nodiscard]] std::string stale_banner(std::optional<Day> last_worked, int stale_days);

}  // namespace backout::runbook
