// `backout explain RULE`: everything its file says, for a person who has just been stopped by it.
#include <fmt/format.h>

#include <algorithm>

#include "cli/options.h"
#include "cli/words.h"
#include "core/config.h"
#include "core/rule.h"
#include "core/verdict.h"
#include "report/highlight.h"
#include "report/terminal.h"

namespace backout::cli {
namespace {

constexpr Help help{
    "backout explain [options] [RULE]",
    "Tells why a rule exists and what to do instead, deploy by deploy, and shows an example\n"
    "that fails and one that passes. Without a rule: the families of rules.",
    "example\n  backout explain compat/drop-column",
};

// Paragraphs, each line of `text` one, broken at blanks; continuation lines line up behind a list
// number.
void append_wrapped(std::string& out, std::string_view text, std::size_t width) {
  constexpr std::size_t indent = 2;
  while (!text.empty()) {
    const std::size_t line_end = std::min(text.find('\n'), text.size());
    std::string_view rest = text.substr(0, line_end);
    text.remove_prefix(std::min(line_end + 1, text.size()));
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    const std::size_t hang = digits > 0 && rest.substr(digits).starts_with(". ") ? digits + 2 : 0;
    std::size_t margin = indent;
    do {
      const std::size_t room = width - margin;
      std::size_t cut = rest.size();
      if (rest.size() > room) {
        cut = rest.rfind(' ', room);
        if (cut == std::string_view::npos || cut <= hang)
          cut = std::min(rest.find(' ', room), rest.size());
      }
      fmt::format_to(std::back_inserter(out), "{:{}}{}\n", "", margin, rest.substr(0, cut));
      rest.remove_prefix(std::min(cut + 1, rest.size()));
      margin = indent + hang;
    } while (!rest.empty());
  }
}

// How a fixture is laid out, for who sees one for the first time.
std::string_view layout(std::string_view example) {
  if (example.find("-- change\n") != std::string_view::npos)
    return " (below `-- released` what is there, below each `-- change` a new migration)";
  if (example.starts_with("-- head/") && example.find("-- base/") == std::string_view::npos)
    return " (each `-- head/PATH --` begins a file)";
  if (example.starts_with("-- base/") || example.starts_with("-- head/"))
    return " (`base/`: the files as released, `head/`: after the change)";
  return "";
}

void append_example(std::string& out, std::string_view example, bool highlighted,
                    const report::Style& style) {
  while (!example.empty()) {
    const std::size_t line_end = std::min(example.find('\n'), example.size());
    const std::string_view line = example.substr(0, line_end);
    if (!line.empty()) out += "  ";
    if (highlighted)
      report::append_highlighted_sql(out, line, style);
    else
      out += line;
    out += '\n';
    example.remove_prefix(std::min(line_end + 1, example.size()));
  }
}

std::string explanation(const RuleEntry& entry, const report::Style& style, std::size_t width) {
  const Rule& rule = *entry.rule;
  std::string out = fmt::format("{}{}{}: {}\n{}level: {}{}\n", style.strong, rule.id, style.reset,
                                rule.summary, style.faint, to_string(rule.severity), style.reset);
  const auto heading = [&](std::string_view words, std::string_view aside = {}) {
    fmt::format_to(std::back_inserter(out), "\n{0}{1}{2}{3}{4}{2}\n", style.strong, words,
                   style.reset, style.faint, aside);
  };
  if (const auto broken = promises(rule.letters); !broken.empty()) {
    heading(broken.size() == 1 ? "the promise it breaks" : "the promises it breaks");
    for (const std::string_view promise : broken) append_wrapped(out, promise, width);
  }
  const bool is_sql = !is_about_manifests(rule) && !is_about_runbooks(rule);
  heading("why");
  append_wrapped(out, rule.why, width);
  heading("instead");
  append_wrapped(out, rule.instead, width);
  if (!entry.fail_example.empty()) {
    heading("this fails", layout(entry.fail_example));
    append_example(out, entry.fail_example, is_sql, style);
  }
  if (!entry.pass_example.empty()) {
    heading("this passes");
    append_example(out, entry.pass_example, is_sql, style);
  }
  heading("to change its level, in .backout.yaml");
  out += fmt::format(
      "  rules:\n    {}: warning   {}# error, warning, note or off; read from the base of a "
      "change{}\n",
      rule.id, style.faint, style.reset);
  if (!rule.id.starts_with("hygiene/ignore-") &&
      !is_about_runbooks(rule)) {  // those cannot be ignored themselves
    const bool manifest = is_about_manifests(rule);
    heading(manifest ? "to accept one case, above its field"
                     : "to accept one case, above its statement");
    out += fmt::format("  {}{} backout:ignore {} <reason>{}\n", style.faint, manifest ? "#" : "--",
                       rule.id, style.reset);
  }
  if (!rule.references.empty()) {
    heading("read more");
    append_wrapped(out, rule.references, std::string_view::npos);
  }
  return out;
}

std::string list_of_families() {
  std::string out;
  for (const Family& family : families()) {
    const auto of_family = [&](const RuleEntry& entry) {
      return entry.rule->id.substr(0, entry.rule->id.find('/')) == family.name;
    };
    const auto rules = all_rules();
    const auto count = std::count_if(rules.begin(), rules.end(), of_family);
    if (count > 0)
      out += fmt::format("{:<10} {:>3} {:<5}  {}\n", family.name, count,
                         count == 1 ? "rule" : "rules", family.about);
  }
  return out + "\n`backout rules` lists the rules, `backout explain RULE` explains one\n";
}

// The rule meant by `word`: an id, or the part behind the slash when it is the only one.
const RuleEntry* rule_meant(std::string_view word) {
  if (const RuleEntry* entry = find_rule(word)) return entry;
  const RuleEntry* meant = nullptr;
  for (const RuleEntry& entry : all_rules()) {
    if (entry.rule->id.substr(entry.rule->id.find('/') + 1) != word) continue;
    if (meant) return nullptr;
    meant = &entry;
  }
  return meant;
}

}  // namespace

int explain_command(Arguments arguments, const Streams& streams) {
  std::string color = "auto";
  OptionList list{color_option(color)};
  std::vector<std::string> words;
  if (const auto stop = parse_arguments(list, help, arguments, streams, words, 1)) return *stop;
  if (words.empty()) return finish(streams, list_of_families(), 0);

  const RuleEntry* entry = rule_meant(words.front());
  if (!entry) {
    const std::string_view near = nearest(words.front(), rule_ids());
    complain(streams, fmt::format("unknown rule `{}`; {}", words.front(),
                                  near.empty() ? std::string("`backout rules` lists them")
                                               : fmt::format("did you mean `{}`?", near)));
    return 2;
  }
  const report::Screen screen = report::screen_of(streams.out);
  constexpr std::size_t readable = 96;
  const std::size_t columns = report::width(screen);
  const std::size_t width =
      columns == 0 ? readable : std::clamp<std::size_t>(columns, 40, readable);
  return finish(
      streams,
      explanation(*entry, report::style(report::use_color(report::color_choice(color), screen)),
                  width),
      0);
}

}  // namespace backout::cli
