// Judging runbooks: what surrounds one, and the run over all of them with the rules of the family
// `runbook`. Pure: the same texts and the same day give the same findings.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/config.h"
#include "core/lint.h"
#include "runbook/names.h"
#include "runbook/runbook.h"

namespace backout::runbook {

// Options of one of our own commands, and whether each takes a value; nothing: no such command.
using OwnCommands = std::function<std::optional<std::map<std::string, bool, std::less<>>>(
    std::span<const std::string_view> words)>;

struct Context {
  const Repository& repository;
  const Config& config;
  Day today;
  const OwnCommands& own;
  // Of the other Markdown files that are judged, by path.
  const std::map<std::string, const Markdown*, std::less<>>& documents;
};

// Looking for what was meant costs more than finding out that it is not there: only the first ones
// of a runbook get a suggestion.
inline constexpr std::size_t most_suggestions = 50;

// What to say behind a name that is not there: "; did you mean `x`?", or nothing.
[[nodiscard]] std::string suggestion(std::string_view name, const Names& known);

// The same for a path: a file of that name elsewhere, or a similar one of the same folder.
[[nodiscard]] std::string near_path(const Repository& repository, std::string_view path);

// A path of the repository that something in `from` names: relative to its folder. Nothing: it
// leads out of the repository.
[[nodiscard]] std::optional<std::string> resolve(std::string_view from_folder,
                                                 std::string_view target);
[[nodiscard]] bool exists(const Repository& repository, const std::string& path);

// Paths in commands that the repository does not have, that nothing in the runbook makes, and that
// are not relative to a folder only the reader knows.
[[nodiscard]] std::vector<PathMention> missing_paths(const Runbook& runbook,
                                                     const Repository& repository);

struct BrokenLink {
  const Link* link;
  std::string why;  // "there is no `runbooks/x.md`"
};
[[nodiscard]] std::vector<BrokenLink> broken_links(const Runbook& runbook, const Context& context);

// The words behind `backout` when a command runs it; else none.
[[nodiscard]] std::vector<const Word*> own_command(const Command& command);
// Those of them that are options, by what the command accepts: values of options are none.
[[nodiscard]] std::vector<const Word*> options_of(
    const std::vector<const Word*>& words,
    const std::map<std::string, bool, std::less<>>& accepted);

// Sections a runbook should have and this one has not, by their usual titles.
[[nodiscard]] std::vector<std::string_view> missing_sections(const Markdown& markdown);

// Whether a file is a runbook or leads to them; drill records are neither.
[[nodiscard]] bool is_runbook_name(std::string_view path);

// Findings of the rules that are on, unsorted.
[[nodiscard]] std::vector<Finding> check(const std::vector<Runbook>& runbooks,
                                         const Repository& repository, const Config& config,
                                         Day today, const OwnCommands& own, const RuleSet& rules);

}  // namespace backout::runbook
