// The report for people: findings in the order of the files, each with its place, the lines it is
// about and the next step; then one sentence that says what it comes to, and what was looked at.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "core/rule.h"
#include "report/escape.h"
#include "report/excerpt.h"
#include "report/report.h"

namespace backout::report {
namespace {

constexpr std::size_t most_cells_in_a_pipe =
    240;                                          // there only lines that nobody could read are cut
constexpr std::size_t most_message_bytes = 1000;  // a parser may quote a token of any size

std::string plural(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}
std::string plural(std::size_t count, std::string_view one) {
  return plural(count, one, fmt::format("{}s", one));
}

std::string join(const std::vector<std::string>& parts, std::string_view last) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += i + 1 == parts.size() ? last : ", ";
    out += parts[i];
  }
  return out;
}

class Writer {
 public:
  Writer(const RunReport& run, const TextOptions& options)
      : run_(run),
        options_(options),
        style_(style(options.color)),
        cells_(options.width == 0
                   ? most_cells_in_a_pipe
                   : std::max<std::size_t>(
                         40, options.width - std::min<std::size_t>(options.width, 10))) {}

  std::string write() {
    const Finding* previous = nullptr;
    for (const Finding& finding : run_.findings) {
      write_finding(finding, previous);
      previous = &finding;
    }
    for (const Override& one : run_.overrides) write_override(one);
    for (const Error& error : run_.errors) line(style_.error, "error", error.message);
    if (options_.quiet && run_.verdict.decision == Decision::pass) return std::move(out_);
    write_verdict();
    if (!options_.quiet) write_account();
    return std::move(out_);
  }

 private:
  const LineIndex& lines_of(const Source& source) {
    return lines_.try_emplace(&source, source.text).first->second;
  }

  // "path:3:7", or the path alone for a finding about the whole file.
  void append_place(const Location& location) {
    append_visible(out_, location.source->path);
    if (location.span == Span{}) return;
    const Position position = lines_of(*location.source).position(location.span.begin);
    fmt::format_to(std::back_inserter(out_), ":{}:{}", position.line, position.column);
  }

  void append_message(std::string_view message) {
    append_visible(out_, message.substr(0, most_message_bytes));
    if (message.size() > most_message_bytes) out_ += "...";
  }

  // "level: text"
  void line(std::string_view color, std::string_view head, std::string_view text) {
    fmt::format_to(std::back_inserter(out_), "{}{}{}: ", color, head, style_.reset);
    append_message(text);
    out_ += '\n';
  }

  void write_finding(const Finding& finding, const Finding* previous) {
    const std::size_t digits =
        write_head(finding, to_string(finding.severity), style_.of(finding.severity), previous);
    // Once a rule: the message says what matters here, the hundredth repetition says nothing.
    const RuleEntry* entry = find_rule(finding.rule);
    if (entry && told_.insert(finding.rule).second) {
      tail(digits, "next");
      out_ += first_step(*entry->rule);
      out_ += '\n';
    }
    out_ += '\n';
  }

  // A break that passes, with everything that lets it.
  void write_override(const Override& one) {
    const std::size_t digits =
        write_head(one.finding, one.unsettled.empty() ? "overridden" : "not settled",
                   style_.of(Severity::warning), nullptr);
    const LedgerEntry& approval = one.approval;
    const auto say = [&](std::string_view word, std::string_view text) {
      tail(digits, word);
      append_message(text);
      out_ += '\n';
    };
    if (!one.unsettled.empty()) say("missing", one.unsettled);
    say("reason", one.reason);
    tail(digits, "approved");
    append_message(fmt::format("by {} on {}, until {}: {} (", approval.approver,
                               to_text(approval.date), to_text(approval.expires), approval.reason));
    append_place(one.approval_at);
    out_ += ")\n";
    for (const std::string& text : one.evidence) say("evidence", text);
    out_ += '\n';
  }

  // Message, place, lines and notes; returns the width of the margin.
  std::size_t write_head(const Finding& finding, std::string_view word, std::string_view color,
                         const Finding* previous) {
    fmt::format_to(std::back_inserter(out_), "{}{}{}: {}", color, word, style_.reset,
                   style_.strong);
    append_message(finding.message);
    fmt::format_to(std::back_inserter(out_), "{} {}[{}]{}\n", style_.reset, style_.faint,
                   finding.rule, style_.reset);

    std::size_t digits = 1;
    if (const Source* source = finding.location.source) {
      const bool whole_file = finding.location.span == Span{};
      const bool again = previous && previous->location.source == source &&
                         previous->location.span == finding.location.span;
      if (!whole_file) digits = margin(lines_of(*source), finding);
      fmt::format_to(std::back_inserter(out_), "{:{}}{}-->{} ", "", digits, style_.faint,
                     style_.reset);
      append_place(finding.location);
      out_ += '\n';
      if (!whole_file && !again)
        append_excerpt(out_, lines_of(*source), finding, {style_, color, cells_});
    }
    if (!finding.object.field.empty()) {
      tail(digits, "field");
      append_message(fmt::format("{} of {} `{}`", finding.object.field, finding.object.kind,
                                 finding.object.name));
      out_ += '\n';
    }
    for (const Note& note : finding.notes) {
      tail(digits, "note");
      append_message(note.text);
      if (note.location && note.location->source) {
        out_ += " (";
        append_place(*note.location);
        out_ += ')';
      }
      out_ += '\n';
    }
    return digits;
  }

  void tail(std::size_t digits, std::string_view word) {
    fmt::format_to(std::back_inserter(out_), "{:{}} {}={} {}{}{}: ", "", digits, style_.faint,
                   style_.reset, style_.strong, word, style_.reset);
  }

  // What the errors come to, from the promises their rules stand for.
  std::string consequences() const {
    bool old_code = false, new_code = false, data = false;
    for (const Finding& finding : run_.findings) {
      const RuleEntry* entry =
          finding.severity == Severity::error ? find_rule(finding.rule) : nullptr;
      if (!entry) continue;
      std::string_view letters = entry->rule->letters;
      while (!letters.empty()) {
        const std::size_t comma = std::min(letters.find(','), letters.size());
        std::string_view letter = letters.substr(0, comma);
        letter.remove_prefix(std::min(letter.find_first_not_of(' '), letter.size()));
        old_code |= letter == "a" || letter == "a2";
        new_code |= letter == "b";
        data |= letter == "c";
        letters.remove_prefix(std::min(comma + 1, letters.size()));
      }
    }
    std::vector<std::string> parts;
    if (old_code) parts.emplace_back("the previous release does not run on this schema");
    if (data) parts.emplace_back("data that a rollback needs is lost");
    if (new_code && parts.empty())
      parts.emplace_back("the new release does not run on the schema as it is now");
    if (parts.empty()) parts.emplace_back("settle the errors above first");
    return join(parts, ", and ");
  }

  void write_verdict() {
    const Counts& counts = run_.counts;
    std::vector<std::string> levels;
    if (counts.errors > 0) levels.push_back(plural(counts.errors, "error"));
    if (counts.warnings > 0) levels.push_back(plural(counts.warnings, "warning"));
    if (counts.notes > 0) levels.push_back(plural(counts.notes, "note"));
    if (!run_.overrides.empty())
      levels.push_back(fmt::format("{} overridden", run_.overrides.size()));
    switch (run_.verdict.decision) {
      case Decision::block:
        line(style_.error, "blocked", fmt::format("{} ({})", consequences(), join(levels, ", ")));
        return;
      case Decision::undecided:
        line(style_.warning, "undecided",
             fmt::format("not everything was looked at, so this is no pass: {}",
                         join(run_.verdict.reasons, "; ")));
        return;
      case Decision::pass:
        if (levels.empty())
          line(style_.good, "pass",
               run_.mode == Mode::runbooks
                   ? "every runbook worked lately, and what it names is there"
                   : "nothing found that stops the previous release or loses data");
        else
          line(style_.good, "pass", fmt::format("nothing that blocks ({})", join(levels, ", ")));
        return;
    }
  }

  void detail(std::string_view text) {
    fmt::format_to(std::back_inserter(out_), "  {}", style_.faint);
    append_visible(out_, text);
    fmt::format_to(std::back_inserter(out_), "{}\n", style_.reset);
  }

  void write_account() {
    detail(judged());
    if (const std::string text = skipped(); !text.empty()) detail(text);
    for (const HistoryUse& history : run_.histories) {
      if (!history.complete && history.judged > 0)
        detail(
            fmt::format("the history in {} is incomplete: it names objects that none of its files "
                        "creates, and findings about them are one level lower",
                        history.path.empty() ? "the root" : history.path));
    }
    for (const IgnoreInForce& ignore : run_.ignores) {
      const Position position =
          lines_of(*ignore.location.source).position(ignore.location.span.begin);
      detail(fmt::format("ignored: {} at {}:{}, hides {}: {}", ignore.rule,
                         ignore.location.source->path, position.line,
                         plural(ignore.hidden.size(), "finding"), ignore.reason));
    }
    if (run_.omitted > 0) detail(fmt::format("{} more not shown", plural(run_.omitted, "finding")));
    for (const std::string& limit : run_.limits) detail(fmt::format("limit reached: {}", limit));
    if (run_.exception_possible)
      detail(
          "a break that must be: annotate it (`-- migration-incompatible: true`, `-- reason: …`), "
          "change the recovery runbook, and let an approver run `backout approve FILE RULE`");
    if (run_.findings.empty()) return;
    if (run_.mode == Mode::runbooks)
      detail("`backout explain RULE` tells why; `rules:` in `.backout.yaml` sets levels");
    else
      detail(fmt::format(
          "`backout explain RULE` tells why and how, deploy by deploy; `-- backout:ignore RULE "
          "reason` above a statement{} accepts {}",
          run_.objects > 0 ? " (`#` above a field)" : "",
          run_.errors_need_approval ? "what is no error of a migration" : "it"));
  }

  std::string judged() const {
    std::size_t migrations = 0, files = 0;
    for (const HistoryUse& history : run_.histories) migrations += history.judged;
    for (const FileUse& input : run_.inputs) files += input.judged;
    if (run_.mode == Mode::runbooks) return plural(files, "runbook") + " judged";
    const bool both = migrations > 0 && run_.objects > 0;
    const std::string objects = fmt::format("{} of manifests", plural(run_.objects, "object"));
    std::string text =
        fmt::format("{}{}{} in {} judged",
                    migrations > 0 || run_.objects == 0 ? plural(migrations, "migration") : objects,
                    both ? " and " : "", both ? objects : "", plural(files, "file"));
    if (!run_.base) return migrations > 0 ? text + ", each on top of those before it" : text;
    return text +
           fmt::format(
               " against {}{}{}", run_.base->name,
               run_.base->id.empty() ? "" : fmt::format(" {}", run_.base->id.substr(0, 12)),
               run_.base->chosen_by.empty() ? "" : fmt::format(" ({})", run_.base->chosen_by));
  }

  // Files that nothing was done with, by reason, the most frequent first.
  std::string skipped() const {
    std::map<std::string_view, std::size_t> by_reason;
    std::size_t total = 0;
    for (const FileUse& input : run_.inputs) {
      if (input.judged || !input.use.empty()) continue;
      ++by_reason[input.reason];
      ++total;
    }
    if (total == 0) return {};
    std::vector<std::pair<std::size_t, std::string_view>> reasons;
    for (const auto& [reason, files] : by_reason) reasons.emplace_back(files, reason);
    std::stable_sort(reasons.begin(), reasons.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<std::string> parts;
    constexpr std::size_t shown = 3;
    for (std::size_t i = 0; i < std::min(shown, reasons.size()); ++i)
      parts.push_back(fmt::format("{} {}", reasons[i].first, reasons[i].second));
    if (reasons.size() > shown) parts.emplace_back("others");
    return fmt::format("{} not judged: {}", plural(total, "file"), join(parts, ", "));
  }

  const RunReport& run_;
  const TextOptions& options_;
  const Style& style_;
  const std::size_t cells_;
  std::unordered_map<const Source*, LineIndex> lines_;
  std::set<std::string_view> told_;  // rules whose next step was given
  std::string out_;
};

}  // namespace

std::string text(const RunReport& run, const TextOptions& options) {
  return Writer(run, options).write();
}

}  // namespace backout::report
