#include "rollout/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/version.h"
#include "report/escape.h"
#include "report/fit.h"
#include "report/json_writer.h"
#include "report/layout.h"
#include "report/style.h"
#include "rollout/undo.h"
#include "rollout/words.h"

namespace backout::rollout {
namespace {

using report::visible;

constexpr std::uint64_t schema_version = 1;
constexpr std::size_t most_revisions = 20;

std::vector<std::string> row_of(const Revision& one, Instant now) {
  std::string what;
  if (one.current) what = "template";
  if (one.stable) what += what.empty() ? "stable" : ", stable";
  return {fmt::format("{}", one.number), age(one.created_at, now), fmt::format("{}", one.pods),
          what, images_in_words(one.images)};
}

std::string table(const Report& report, std::size_t width, const report::Style& style) {
  const std::vector<Revision> revisions = revisions_of(report.rollout, report.sets);
  if (revisions.empty()) return {};
  std::vector<std::vector<std::string>> rows{{"revision", "age", "pods", "is", "images"}};
  for (std::size_t i = 0; i < std::min(revisions.size(), most_revisions); ++i)
    rows.push_back(row_of(revisions[i], report.now));
  std::string out = "\n" + report::table(rows, "  ", width, style);
  if (revisions.size() > most_revisions)
    out += fmt::format("  and {} more\n", revisions.size() - most_revisions);
  return out;
}

std::string_view color_of(const std::string& phase, const report::Style& style) {
  return phase == "Healthy" ? style.good : phase == "Degraded" ? style.error : style.warning;
}

std::string_view word_of(Judgement::Kind kind) {
  switch (kind) {
    case Judgement::Kind::sensible:
      return "sensible";
    case Judgement::Kind::already:
      return "already";
    case Judgement::Kind::pointless:
      return "pointless";
    case Judgement::Kind::wait:
      return "wait";
  }
  return {};
}

// Where an undo without a revision would go.
std::string undo_words(const Report& report) {
  const auto choice = choose(report.rollout, report.sets, 0);
  if (!choice) return "no earlier revision is known";
  std::string out = fmt::format("can be done: to revision {}, {}", choice->target.revision,
                                images_in_words(choice->target.images));
  return choice->skips_steps ? out + ", without steps" : out;
}

}  // namespace

std::string status_text(const Report& report, const TextOptions& options) {
  const report::Style& style = report::style(options.color);
  const Rollout& now = report.rollout;
  const std::string phase = phase_of(now);
  std::string out =
      fmt::format("{}{}{}, {}{}{}, {}\n", style.strong, visible(full_name(now)), style.reset,
                  color_of(phase, style), visible(phase.empty() ? "no phase" : phase), style.reset,
                  visible(report.where));
  out += report::paragraph("  ", visible(state_in_words(now)), options.width);
  if (!now.message.empty()) out += report::paragraph("  ", visible(now.message), options.width);
  if (!now.tracked_by.empty())
    out += report::paragraph("  ", visible("belongs to " + now.tracked_by), options.width);
  out += table(report, options.width, style);
  out += "\n";
  for (const Action action : all_actions()) {
    if (action == Action::undo) {
      out += report::paragraph("  undo          ", visible(undo_words(report)), options.width);
      continue;
    }
    const Judgement judgement = judge(action, now);
    std::string words = judgement.why;
    for (const std::string& note : judgement.notes) words += (words.empty() ? "" : "; ") + note;
    const bool sensible = judgement.kind == Judgement::Kind::sensible;
    out += report::paragraph(fmt::format("  {:<12}  ", name_of(action)),
                             visible((sensible ? "can be done" : "") +
                                     std::string(sensible && !words.empty() ? ": " : "") + words),
                             options.width);
  }
  return out;
}

std::string status_json(const Report& report) {
  const Rollout& now = report.rollout;
  std::string out;
  report::JsonWriter json(out, 2);
  const auto number = [&](std::string_view name, std::int64_t value) {
    json.field(name, static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0)));
  };
  const auto flag = [&](std::string_view name, bool value) { json.key(name), json.boolean(value); };
  const auto list = [&](std::string_view name, const std::vector<std::string>& words) {
    json.key(name);
    json.open('[');
    for (const std::string& word : words) json.text(word);
    json.close(']');
  };
  json.open('{');
  json.field("schema_version", schema_version);
  json.field("tool", "backout " + std::string(version()));
  json.field("where", report.where);
  json.field("namespace", now.name_space);
  json.field("name", now.name);
  json.field("strategy", now.blue_green ? "blue-green" : now.canary ? "canary" : "");
  json.field("phase", phase_of(now));
  json.field("message", now.message);
  flag("observed", is_observed(now));
  flag("promoted", is_promoted(now));
  flag("paused_by_spec", now.paused);
  json.key("pauses");
  json.open('[');
  for (const PauseCondition& pause : now.pauses) {
    json.open('{');
    json.field("reason", pause.reason);
    json.field("since", pause.since);
    json.close('}');
  }
  json.close(']');
  flag("abort", now.abort);
  json.field("aborted_at", now.aborted_at);
  flag("promote_full", now.promote_full);
  json.key("step");
  if (now.step)
    json.number(static_cast<std::uint64_t>(std::max<std::int64_t>(*now.step, 0)));
  else
    json.null();
  number("steps", now.steps);
  json.key("canary_weight");
  if (now.weights)
    json.number(static_cast<std::uint64_t>(std::max<std::int64_t>(now.weights->canary, 0)));
  else
    json.null();
  json.field("current_hash", now.current_hash);
  json.field("stable_hash", now.stable_hash);
  list("images", now.images);
  number("replicas", now.replicas);
  number("pods", now.pods);
  number("updated", now.updated);
  number("available", now.available);
  json.field("belongs_to", now.tracked_by);
  json.key("revisions");
  json.open('[');
  for (const Revision& one : revisions_of(now, report.sets)) {
    json.open('{');
    number("revision", one.number);
    json.field("hash", one.hash);
    json.field("created_at", one.created_at);
    number("pods", one.pods);
    number("available", one.available);
    flag("current", one.current);
    flag("stable", one.stable);
    list("images", one.images);
    json.close('}');
  }
  json.close(']');
  json.key("actions");
  json.open('[');
  for (const Action action : all_actions()) {
    if (action == Action::undo) continue;
    const Judgement judgement = judge(action, now);
    json.open('{');
    json.field("action", name_of(action));
    json.field("is", word_of(judgement.kind));
    json.field("why", judgement.why);
    list("notes", judgement.notes);
    json.close('}');
  }
  json.close(']');
  json.close('}');
  return out + '\n';
}

}  // namespace backout::rollout
