#include "runbook/drill.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "argo/duration.h"
#include "core/quote.h"
#include "sql/framework/parts.h"
#include "yaml/parse.h"

namespace backout::runbook {
namespace {

using sql::framework::base_of;

// The playbook's names of files.
constexpr std::pair<std::string_view, std::string_view> usual_names[] = {
    {"decision-tree", "README.md"},
    {"code-argocd", "code-rollback-argocd.md"},
    {"code-rollouts", "code-rollback-rollouts.md"},
    {"code-helm", "code-rollback-helm.md"},
    {"config", "config-rollback-argocd-app.md"},
    {"data-pitr", "data-rollback-postgres-pitr.md"},
    {"data-s3", "data-rollback-s3-versioning.md"},
    {"data-velero", "data-rollback-velero.md"},
};
constexpr std::array<std::string_view, 4> usual_rotation = {"code-argocd", "code-rollouts",
                                                            "data-pitr", "data-velero"};

const Runbook* runbook_of(std::string_view task, const Config& config,
                          std::span<const Runbook> runbooks) {
  const auto configured = config.runbooks.tasks.find(task);
  for (const Runbook& runbook : runbooks) {
    if (configured != config.runbooks.tasks.end()) {
      if (runbook.source->path == configured->second) return &runbook;
      continue;
    }
    for (const auto& [name, file] : usual_names)
      if (name == task && base_of(runbook.source->path) == file) return &runbook;
  }
  return nullptr;
}

Length seconds_between(Instant from, Instant to) {
  return std::chrono::duration_cast<Length>(to - from);
}

std::string line_end_of(std::string_view text) {
  const std::size_t end = text.find('\n');
  return end != std::string_view::npos && end > 0 && text[end - 1] == '\r' ? "\r\n" : "\n";
}

// What the drill says in a column of the table.
std::string value_of(std::string_view column, const Drill& drill) {
  if (column == "date") return to_text(day_of(drill.started));
  if (column == "what") return drill.scenario.empty() ? "drill" : "drill: " + drill.scenario;
  if (column == "region") return drill.region;
  if (column == "resolved by") return drill.resolved_by;
  if (column != "notes") return {};
  std::string out = drill.worked ? "" : "did not work; ";
  out += "RTO " + show(drill.recovery_time());
  if (drill.data_loss) out += ", RPO " + show(*drill.data_loss);
  if (!drill.notes.empty()) out += "; " + drill.notes;
  return out;
}

constexpr std::array<std::string_view, 5> columns = {"date", "what", "region", "resolved by",
                                                     "notes"};

std::string row_text(std::span<const std::string> cells) {
  std::string out = "|";
  for (const std::string& cell : cells) out += ' ' + markdown_cell(cell) + " |";
  return out;
}

// Behind the end of the line that ends at `at`.
std::size_t next_line(std::string_view text, std::size_t at) {
  const std::size_t end = text.find('\n', at);
  return end == std::string_view::npos ? text.size() : end + 1;
}

Edit new_row(const Runbook& runbook, const Table& table, const Drill& drill) {
  const std::string_view text = runbook.source->text;
  const std::string end = line_end_of(text);
  std::vector<std::string> cells(table.header.size());
  for (const std::string_view name : columns)
    if (const std::size_t at = column(table, name); at < cells.size())
      cells[at] = value_of(name, drill);
  // Newest first, where the table has it so.
  const std::size_t date = column(table, "date");
  const auto date_in = [&](const Table::Row& row) {
    return date < row.cells.size() ? parse_date(row.cells[date].text.substr(0, 10)) : std::nullopt;
  };
  bool newest_first = false;
  if (table.rows.size() > 1) {
    const auto first = date_in(table.rows.front()), last = date_in(table.rows.back());
    newest_first = first && last && *first > *last;
  }
  const Span after =
      table.rows.empty() || newest_first ? table.delimiter_line : table.rows.back().line;
  const std::size_t at = next_line(text, after.end);
  const bool open_end = at == text.size() && !text.ends_with('\n');
  return {at, at, (open_end ? end : "") + row_text(cells) + (open_end ? "" : end)};
}

Edit new_table(const Runbook& runbook, const Drill& drill) {
  const std::string_view text = runbook.source->text;
  const std::string end = line_end_of(text);
  std::vector<std::string> header(columns.begin(), columns.end()), cells;
  for (const std::string_view name : columns) cells.push_back(value_of(name, drill));
  std::string table =
      row_text(header) + end + "|---|---|---|---|---|" + end + row_text(cells) + end;
  if (runbook.worked_heading) {
    const std::size_t at = next_line(text, runbook.worked_heading->end);
    return {at, at, (text.substr(0, at).ends_with('\n') ? "" : end) + end + table};
  }
  return {text.size(), text.size(),
          (text.empty() || text.ends_with('\n') ? "" : end) + end + "## " +
              std::string(worked_title) + end + end + table};
}

// The banner with its line end, and one of the blank lines around it.
Edit without(std::string_view text, Span banner) {
  std::size_t end = next_line(text, banner.end);
  const std::string_view rest = text.substr(end);
  if (rest.starts_with('\n'))
    end += 1;
  else if (rest.starts_with("\r\n"))
    end += 2;
  return {banner.begin, end, {}};
}

}  // namespace

bool is_record_name(std::string_view path) {
  const std::string_view name = base_of(path);
  return name.starts_with("dr-drill-") && name.ends_with(".md");
}

Record read_record(std::string_view text) {
  Record out;
  const Span front = read_markdown(text).front_matter;
  if (front == Span{}) return out;
  const yaml::Document document = yaml::parse(text, front, {1U << 16, 1000, 20});
  if (const yaml::Node* task = document.root.find("task")) out.task = task->text;
  if (const yaml::Node* date = document.root.find("date")) out.date = parse_date(date->text);
  return out;
}

std::vector<std::string_view> rotation(const Config& config) {
  if (config.runbooks.rotation.empty()) return {usual_rotation.begin(), usual_rotation.end()};
  return {config.runbooks.rotation.begin(), config.runbooks.rotation.end()};
}

std::vector<Task> tasks(std::span<const std::string_view> names, const Config& config,
                        std::span<const Runbook> runbooks, std::span<const Record> records) {
  std::vector<Task> out;
  for (const std::string_view name : names) {
    Task& task = out.emplace_back(Task{std::string(name), {}, {}});
    const auto later = [&](std::optional<Day> date) {
      if (date && (!task.last_drill || *date > *task.last_drill)) task.last_drill = date;
    };
    if (const Runbook* runbook = runbook_of(name, config, runbooks)) {
      task.path = runbook->source->path;
      later(runbook->last_worked);
    }
    for (const Record& record : records)
      if (record.task == name) later(record.date);
  }
  return out;
}

const Task* due(std::span<const Task> tasks) {
  const Task* found = nullptr;
  for (const Task& task : tasks) {
    if (task.path.empty()) continue;
    const auto day = task.last_drill.value_or(Day{});
    if (!found || day < found->last_drill.value_or(Day{})) found = &task;
  }
  return found;
}

std::string show(Length length) { return argo::show_duration(static_cast<double>(length.count())); }

Length Drill::recovery_time() const { return seconds_between(started, mitigated); }
Length Drill::human_time() const { return seconds_between(detected, decided); }

std::string record_text(const Drill& drill) {
  const std::string date = to_text(day_of(drill.started));
  std::string out =
      fmt::format("---\ndate: {}\ntask: {}\nrunbook: {}\nworked: {}\n---\n# Drill {}: {}\n\n", date,
                  yaml_quoted(drill.task), yaml_quoted(drill.runbook),
                  drill.worked ? "true" : "false", date, drill.task);
  const auto row = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) out += fmt::format("| {} | {} |\n", name, markdown_cell(value));
  };
  out += "| what | |\n|---|---|\n";
  row("runbook", drill.runbook);
  row("scenario", drill.scenario);
  row("region", drill.region);
  row("resolved by", drill.resolved_by);
  row("**recovery time (RTO)**", show(drill.recovery_time()));
  row("**recovery point (RPO)**",
      drill.data_loss ? show(*drill.data_loss) : "no data layer involved");
  row("**human action time**", show(drill.human_time()));
  row("**verdict**", drill.worked ? "the runbook worked" : "the runbook did not work");
  row("notes", drill.notes);
  out +=
      "\nRecovery time runs from the failure to its end, human action time from the alert to "
      "the decision, the recovery\npoint is how much of the latest writes was lost.\n\n";
  out += "| phase | until | took |\n|---|---|---|\n";
  const auto phase = [&](std::string_view name, Instant until, std::string_view took) {
    out += fmt::format("| {} | {} | {} |\n", name, to_text(until), took);
  };
  phase("failure", drill.started, "");
  phase("detect", drill.detected, show(seconds_between(drill.started, drill.detected)));
  phase("decide", drill.decided, show(seconds_between(drill.detected, drill.decided)));
  phase("mitigate", drill.mitigated, show(seconds_between(drill.decided, drill.mitigated)));
  return out;
}

std::string apply(std::string_view text, std::vector<Edit> edits) {
  std::sort(edits.begin(), edits.end(),
            [](const Edit& a, const Edit& b) { return a.begin < b.begin; });
  std::string out;
  std::size_t at = 0;
  for (const Edit& edit : edits) {
    out += text.substr(at, edit.begin - at);
    out += edit.text;
    at = edit.end;
  }
  out += text.substr(at);
  return out;
}

Result<std::vector<Edit>> edits_for(const Runbook& runbook, const Drill& drill) {
  std::vector<Edit> out;
  const std::string_view text = runbook.source->text;
  if (runbook.worked_table) {
    const Table& table = runbook.markdown.tables[*runbook.worked_table];
    if (column(table, "date") == std::string_view::npos)
      return fail(ErrorKind::input,
                  fmt::format("the table of when `{}` last worked has no column `date`",
                              runbook.source->path));
    out.push_back(new_row(runbook, table, drill));
  } else {
    out.push_back(new_table(runbook, drill));
  }
  if (drill.worked && runbook.banner) out.push_back(without(text, *runbook.banner));
  return out;
}

}  // namespace backout::runbook
