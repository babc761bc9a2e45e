#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/rule.h"
#include "runbook/check.h"

namespace backout {
namespace {

// The first word, and the second where it may be a subcommand.
std::string command_words(std::span<const std::string_view> words) {
  std::string out(words.front());
  if (words.size() > 1 && std::all_of(words[1].begin(), words[1].end(),
                                      [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; }))
    out += ' ' + std::string(words[1]);
  return out;
}

void check(const runbook::Runbook& runbook, const runbook::Context& context, Report& report) {
  std::map<std::vector<std::string_view>, std::optional<std::map<std::string, bool, std::less<>>>>
      asked;
  for (const runbook::Command& command : runbook.commands) {
    const auto own = runbook::own_command(command);
    if (own.empty()) continue;
    std::vector<std::string_view> words;
    for (const runbook::Word* word : own)
      if (!word->text.starts_with('-') && !word->open) words.push_back(word->text);
    if (words.empty() || own.front()->text.starts_with('-')) continue;  // `backout --version`
    // The same command over and over is asked once.
    auto [at, is_new] = asked.try_emplace({words.begin(), words.end()});
    if (is_new) at->second = context.own(words);
    const auto& options = at->second;
    if (!options) {
      report.at({runbook.source, own.front()->span}, {"runbook", runbook.source->path},
                fmt::format("there is no command `backout {}`", command_words(words)));
      continue;
    }
    runbook::Names known;
    for (const auto& [option, takes_value] : *options) known.insert(option);
    const bool has_subcommands = !context.own(std::span(words).first(1));
    for (const runbook::Word* word : runbook::options_of(own, *options)) {
      const std::string_view name = std::string_view(word->text).substr(0, word->text.find('='));
      if (known.contains(name)) continue;
      report.at({runbook.source, word->span}, {"runbook", runbook.source->path},
                fmt::format("`backout {}` has no option `{}`{}",
                            has_subcommands ? command_words(words) : std::string(words[0]), name,
                            runbook::suggestion(name, known)));
    }
  }
}

}  // namespace

namespace rules {
extern constinit const Rule runbook_unknown_command{
    .id = "runbook/unknown-command",
    .summary = "a command of backout in a runbook does not exist, or lacks an option",
    .letters = "-",
    .severity = Severity::error,
    .why =
        "A runbook that calls this very program should work with the version at hand. Commands "
        "and options are asked from the program itself, so that this cannot go out of date.",
    .instead = "1. Look at `backout COMMAND --help` and correct the command.",
    .references = "",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
