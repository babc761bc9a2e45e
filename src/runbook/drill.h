// Drills: which runbook is due, what a drill amounts to, its record, and the row it adds to the
// runbook. Pure; cli/drill.cpp holds the stop-watch and writes the files.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/config.h"
#include "runbook/runbook.h"

namespace backout::runbook {

struct Task {
  std::string name;               // one of runbook_tasks
  std::string path;               // of its runbook, from the top; empty: there is none
  std::optional<Day> last_drill;  // by records and tables, whether it worked or not
};

// A record of an earlier drill, as far as it says something.
struct Record {
  std::string task;
  std::optional<Day> date;
};
[[nodiscard]] Record read_record(std::string_view text);
[[nodiscard]] bool is_record_name(std::string_view path);  // "dr-drill-2026-03.md"

// The tasks of the rotation (`names`, or another choice), in its order, with their runbooks among
// `runbooks` and when each was last drilled.
[[nodiscard]] std::vector<Task> tasks(std::span<const std::string_view> names, const Config& config,
                                      std::span<const Runbook> runbooks,
                                      std::span<const Record> records);
[[nodiscard]] std::vector<std::string_view> rotation(const Config& config);
// The one that has a runbook and was drilled longest ago, never before all others; null: none has.
[[nodiscard]] const Task* due(std::span<const Task> tasks);

using Length = std::chrono::seconds;
// "45s", "12m 30s"
[[nodiscard]] std::string show(Length length);

struct Drill {
  std::string task, runbook;  // name, path from the top
  std::string scenario, region, resolved_by, notes;
  Instant started, detected, decided, mitigated;  // never earlier than the one before
  std::optional<Length> data_loss;  // writes of so long are lost; nothing: no data layer
  bool worked = true;

  [[nodiscard]] Length recovery_time() const;  // from the failure to its end (RTO)
  [[nodiscard]] Length human_time() const;     // from the alert to the command that ends it
};

// The whole record file.
[[nodiscard]] std::string record_text(const Drill& drill);

// A change of a file: replaces bytes [begin, end).
struct Edit {
  std::size_t begin, end;
  std::string text;
};
[[nodiscard]] std::string apply(std::string_view text, std::vector<Edit> edits);

// What a drill changes in its runbook: a row for its table (the table, when there is none yet), and
// no STALE banner any more when it worked. Line ends are those of the file. input: the table has no
// column `date`.
[[nodiscard]] Result<std::vector<Edit>> edits_for(const Runbook& runbook, const Drill& drill);

}  // namespace backout::runbook
