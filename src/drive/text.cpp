// The plan as somebody reads it who is about to say yes, and the record for the incident's ticket.
#include <fmt/format.h>

#include "core/clock.h"
#include "drive/plan.h"
#include "report/escape.h"
#include "report/layout.h"
#include "report/style.h"

namespace backout::drive {
namespace {

using report::markdown_text;
using report::paragraph;
using report::visible;

struct Page {
  const TextOptions& options;
  const report::Style& style;
  std::string out{};

  void heading(std::string_view words, std::string_view color) {
    out += fmt::format("\n{}{}{}\n", color, words, style.reset);
  }
  void items(std::string_view title, const std::vector<std::string>& list, std::string_view color) {
    if (list.empty()) return;
    heading(title, color);
    for (const std::string& one : list) out += paragraph("  - ", visible(one), options.width);
  }
  void part(std::string_view name, const std::string& words) {
    if (!words.empty())
      out += paragraph(fmt::format("     {:<7} ", name), visible(words), options.width);
  }
};

std::string_view state_of(const StepState& state) {
  return state.undone ? "undone" : state.done ? "done" : state.started ? "begun" : "not begun";
}

void list(std::string& out, std::string_view title, const std::vector<std::string>& items) {
  if (items.empty()) return;
  out += fmt::format("\n## {}\n\n", title);
  for (const std::string& one : items) out += fmt::format("- {}\n", markdown_text(one));
}

}  // namespace

std::string text(const Plan& plan, const TextOptions& options) {
  const report::Style& style = report::style(options.color);
  Page page{options, style};
  page.out = fmt::format("{}{}{}\n", style.strong, visible(plan.title), style.reset);
  for (const std::string& one : plan.facts)
    page.out += paragraph("  ", visible(one), options.width);
  page.items("not carried out, because", plan.refusals, style.error);
  page.items("to know", plan.warnings, style.warning);
  if (!plan.steps.empty()) page.heading("plan", style.strong);
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const Step& step = plan.steps[i];
    page.out += paragraph(fmt::format("  {}. ", i + 1), visible(step.title), options.width,
                          style.strong, style.reset);
    page.part("needs", step.needs);
    page.part("does", step.effect);
    page.part("checked", step.check);
    page.part("undo", step.undo);
  }
  page.items("afterwards", plan.debt, style.strong);
  return std::move(page.out);
}

std::string record(const Operation& operation) {
  const Plan& plan = operation.plan;
  std::string out = fmt::format("# {}\n\n", markdown_text(plan.title));
  const auto row = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) out += fmt::format("- {}: {}\n", name, markdown_text(value));
  };
  row("operation", fmt::format("`{}`", operation.id));
  row("who", operation.by);
  row("started", to_text(operation.started));
  if (operation.ended) row("ended", to_text(*operation.ended));
  row("outcome",
      operation.outcome.empty() ? operation.waiting ? "open, waits" : "open" : operation.outcome);
  row("stopped", operation.stopped);
  for (const std::string& one : what_is_off(operation)) row("off", one);
  list(out, "Facts", plan.facts);
  list(out, "Warnings", plan.warnings);
  out += "\n## Steps\n\n| when | step | state | found |\n|---|---|---|---|\n";
  for (std::size_t i = 0; i < operation.steps.size(); ++i) {
    const StepState& state = operation.steps[i];
    const auto at = state.ended ? state.ended : state.started;
    out +=
        fmt::format("| {} | {} | {} | {} |\n", at ? to_text(*at) : "",
                    markdown_text(plan.steps[i].title), state_of(state), markdown_text(state.said));
  }
  for (const StepState& state : operation.steps)
    if (const std::string_view report = fact(state.memory, "report"); !report.empty())
      out += fmt::format("\n{}\n", report);
  list(out, "Debt", plan.debt);
  if (!plan.preflight.empty()) out += fmt::format("\n## Pre-flight\n\n{}\n", plan.preflight);
  return out;
}

}  // namespace backout::drive
