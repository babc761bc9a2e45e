// The pre-flight for people at 3 a.m.: the answer first, then what shows it, then the ways back in
// their order; and the same as Markdown for the incident ticket.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "core/rule.h"
#include "core/words.h"
#include "preflight/preflight.h"
#include "report/escape.h"
#include "report/layout.h"
#include "report/style.h"

namespace backout::preflight {
namespace {

using report::markdown_text;
using report::visible;

constexpr std::size_t most_listed = 12;
constexpr std::string_view disclaimer =
    "These are facts read from git. The cluster was not asked: whether the bad release is still a "
    "canary or promoted, and what the history of Argo CD still holds, is for you to see.";

std::string side(const Side& side) {
  const std::string id = git::short_hex(side.commit.id);
  std::string out = fmt::format("`{}`", side.name);
  if (!side.revision.empty() && side.revision != side.name)
    out += fmt::format(" = {}", side.revision);
  return side.name.starts_with(id) ? out : fmt::format("{} ({})", out, id);
}

std::string answer(const Assessment& one) {
  const std::string who =
      one.service.empty() ? std::string("the code") : fmt::format("the code of `{}`", one.service);
  switch (one.decision) {
    case Decision::unsafe:
      return fmt::format("stop, data first: `{}` does not run on the schema of `{}`", one.to.name,
                         one.from.name);
    case Decision::undecided:
      return fmt::format("not decided whether {} may go back to `{}`", who, one.to.name);
    case Decision::safe:
      break;
  }
  if (one.migrations.empty())
    return fmt::format("{} may go back to `{}`: no migration lies between", who, one.to.name);
  return fmt::format("{} may go back to `{}`: it runs on the schema of `{}`", who, one.to.name,
                     one.from.name);
}

// One list of either format.
class Out {
 public:
  Out(bool is_markdown, const report::Style& style, std::size_t width)
      : markdown_(is_markdown), style_(style), width_(width) {}

  void head(std::string_view text) {
    line();
    add(markdown_ ? fmt::format("## {}", markdown_text(text))
                  : fmt::format("{}{}{}", style_.strong, visible(text), style_.reset));
    if (markdown_) line();
  }
  void verdict(Decision decision, std::string_view text) {
    const std::string_view color = decision == Decision::safe     ? style_.good
                                   : decision == Decision::unsafe ? style_.error
                                                                  : style_.warning;
    if (markdown_)
      add(fmt::format("**{}**: {}", to_string(decision), markdown_text(text)));
    else
      add(fmt::format("{}{}{}: {}{}{}", color, to_string(decision), style_.reset, style_.strong,
                      visible(text), style_.reset));
  }
  void item(std::string_view text, std::size_t depth = 0) {
    const std::string indent(2 + 2 * depth, ' ');
    if (markdown_)
      add(fmt::format("{}- {}", std::string(2 * depth, ' '), markdown_text(text)));
    else
      fit(indent, visible(text));
  }
  void concern(const Concern& one) {
    const std::string place = one.place.empty() ? std::string() : fmt::format(" ({})", one.place);
    item(fmt::format("{}{} [{}]", one.message, place, one.rule));
    for (const std::string& note : one.notes) item(note, 1);
  }
  void command(std::string_view text) {
    add(markdown_ ? fmt::format("      {}", visible(text))
                  : fmt::format("       {}$ {}{}", style_.literal, visible(text), style_.reset));
  }
  void step(std::size_t number, const Step& step) {
    const std::string title = fmt::format("{}: {}", to_string(step.layer), step.title);
    if (markdown_)
      add(fmt::format("{}. **{}**", number, markdown_text(title)));
    else
      fit(fmt::format("  {}. ", number), visible(title), style_.strong);
    const auto part = [&](std::string_view name, std::string_view text) {
      if (text.empty()) return;
      if (markdown_)
        add(fmt::format("    - {}: {}", name, markdown_text(text)));
      else
        fit(fmt::format("     {:<8} ", name), visible(text));
    };
    part("when", step.when);
    if (markdown_ && !step.commands.empty()) add("");
    for (const std::string& one : step.commands) command(one);
    if (markdown_ && !step.commands.empty()) add("");
    for (const std::string& one : step.verify) part("verify", one);
    part("time", step.time);
    part("runbook", step.runbook);
  }
  void paragraph(std::string_view text) {
    line();
    if (markdown_)
      add(markdown_text(text));
    else
      fit("", visible(text), style_.faint);
  }
  void line() { text_ += '\n'; }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  void add(std::string_view text) {
    text_ += text;
    text_ += '\n';
  }
  void fit(const std::string& lead, std::string_view text, std::string_view color = {}) {
    text_ += report::paragraph(lead, text, width_, color,
                               color.empty() ? std::string_view() : style_.reset);
  }

  const bool markdown_;
  const report::Style& style_;
  const std::size_t width_;
  std::string text_;
};

void concerns(Out& out, std::string_view head, const std::vector<Concern>& list) {
  if (list.empty()) return;
  out.head(head);
  for (std::size_t i = 0; i < list.size() && i < most_listed; ++i) out.concern(list[i]);
  if (list.size() > most_listed) out.item(fmt::format("and {} more", list.size() - most_listed));
}

void words(Out& out, std::string_view head, const std::vector<std::string>& list) {
  if (list.empty()) return;
  out.head(head);
  for (std::size_t i = 0; i < list.size() && i < most_listed; ++i) out.item(list[i]);
  if (list.size() > most_listed) out.item(fmt::format("and {} more", list.size() - most_listed));
}

void files(Out& out, const std::vector<FileChange>& list) {
  constexpr std::array<Layer, 5> order = {Layer::flag, Layer::data, Layer::config, Layer::code,
                                          Layer::none};
  for (const Layer layer : order) {
    std::map<std::string, std::vector<std::string>, std::less<>> by_what;
    std::size_t count = 0;
    for (const FileChange& file : list)
      if (file.layer == layer) ++count, by_what[file.what].push_back(file.path);
    if (count == 0) continue;
    std::vector<std::string> parts;
    for (const auto& [what, paths] : by_what)
      parts.push_back(fmt::format("{}: {}", what, quoted_list(paths)));
    out.item(fmt::format("{} ({} {}): {}", to_string(layer), count, count == 1 ? "file" : "files",
                         fmt::join(parts, "; ")));
  }
  for (const FileChange& file : list)
    for (const ImageChange& image : file.images)
      out.item(fmt::format("image `{}`: {} → {} ({})", image.name, image.before, image.after,
                           file.path));
  if (list.empty()) out.item("nothing");
}

void service(Out& out, const Assessment& one) {
  out.verdict(one.decision, answer(one));
  out.item(fmt::format("{}from {} to {}",
                       one.service.empty() ? std::string() : fmt::format("`{}` ", one.service),
                       side(one.from), side(one.to)));
  words(out, "Not decided, because", one.doubts);
  concerns(out, "What breaks the old code", one.breaks);
  concerns(out, "It runs, but", one.cares);
  words(out, "Proven", one.proofs);
  concerns(out, "What going back does not bring back", one.lost);
  if (!one.migrations.empty()) {
    out.head(fmt::format("Migrations that `{}` has not", one.to.name));
    for (std::size_t i = 0; i < one.migrations.size() && i < most_listed; ++i)
      out.item(fmt::format("{}: {}", one.migrations[i].path, to_string(one.migrations[i].effect)));
    if (one.migrations.size() > most_listed)
      out.item(fmt::format("and {} more", one.migrations.size() - most_listed));
  }
  concerns(out, "Leave the schema as it is: down migrations would destroy", one.downs);
  if (!one.steps.empty()) {
    out.head("The migration step on the way back");
    for (const DeployStep& step : one.steps) {
      out.item(fmt::format("{} ({})", step.title, step.place));
      out.item(fmt::format("Argo CD rollback: {}", step.by_argocd), 1);
      out.item(fmt::format("git revert: {}", step.by_revert), 1);
    }
  }
  out.head("What changed");
  files(out, one.files);
}

std::string write(const Preflight& preflight, bool is_markdown, const report::Style& style,
                  std::size_t width, bool with_ways = true) {
  Out out(is_markdown, style, width);
  if (is_markdown) {
    out.head(with_ways ? "Pre-flight of a rollback" : "Pre-flight");
    out.line();
  }
  for (std::size_t i = 0; i < preflight.services.size(); ++i) {
    if (i > 0) out.line();
    service(out, preflight.services[i]);
  }
  if (preflight.gitops) {
    if (!preflight.services.empty()) out.line();
    if (preflight.services.empty())
      out.verdict(preflight.decision, preflight.doubts.empty()
                                          ? "no image changed: this is no rollback of code"
                                          : "not decided, see below");
    out.head(fmt::format("The GitOps repository from {} to {}", side(preflight.gitops->from),
                         side(preflight.gitops->to)));
    files(out, preflight.gitops->files);
  }
  words(out, "Which revisions, by Argo CD", preflight.origin);
  words(out, "Not decided, because", preflight.doubts);
  if (!with_ways) {
    std::string text = out.take();
    text.erase(0, text.find_first_not_of('\n'));
    return text;
  }
  out.head("Ways back, in this order");
  std::size_t number = 0;
  for (const Step& step : preflight.steps) out.step(++number, step);
  std::vector<std::string> unknown;
  for (const Assessment& one : preflight.services) {
    if (one.names.app.empty()) unknown.emplace_back("APP");
    if (one.names.rollout.empty())
      unknown.push_back(one.names.rollouts.empty()
                            ? std::string("ROLLOUT")
                            : fmt::format("ROLLOUT (one of {})", quoted_list(one.names.rollouts)));
    if (!one.names.sources.empty())
      out.paragraph(fmt::format("Names are from {}.", fmt::join(one.names.sources, ", ")));
  }
  if (!unknown.empty())
    out.paragraph(fmt::format("{} could not be told; `services:` of `.backout.yaml` names them.",
                              fmt::join(unknown, " and ")));
  out.paragraph(disclaimer);
  std::string text = out.take();
  text.erase(0, text.find_first_not_of('\n'));
  return text;
}

}  // namespace

std::string text(const Preflight& preflight, const TextOptions& options) {
  return write(preflight, false, report::style(options.color), options.width);
}

std::string markdown(const Preflight& preflight) {
  return write(preflight, true, report::plain_style, 0);
}

std::string facts(const Preflight& preflight) {
  return write(preflight, true, report::plain_style, 0, false);
}

}  // namespace backout::preflight
