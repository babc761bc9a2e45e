#include "runbook/check.h"

#include <algorithm>
#include <array>

#include "core/dispatch.h"
#include "sql/framework/parts.h"

namespace backout::runbook {
namespace {

struct Section {
  std::string_view title;
  std::array<std::string_view, 3> words;  // any of them in a heading is it
};
constexpr Section sections[] = {
    {"When to reach for this", {"when to", "reach for", "use this"}},
    {"Pre-flight", {"pre-flight", "preflight", "before you"}},
    {"Trigger", {"trigger", "alert", "symptom"}},
    {"Step 1: check", {"step 1", "check", "step one"}},
    {"Step 2: diagnose", {"step 2", "diagnos", "step two"}},
    {"Step 3: mitigate", {"step 3", "mitigat", "step three"}},
    {"Verify", {"verify", "verification", "recovered"}},
    {"Step 4: communicate", {"step 4", "communicat", "step four"}},
    {"Step 5: post-mortem", {"step 5", "post-mortem", "postmortem"}},
    {"Common false starts", {"false start", "pitfall", "do not"}},
    {"Related runbooks", {"related", "see also", "other runbooks"}},
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

}  // namespace

std::vector<std::string_view> missing_sections(const Markdown& markdown) {
  std::vector<std::string> headings;
  for (const Heading& heading : markdown.headings) headings.push_back(lower(heading.text));
  std::vector<std::string_view> out;
  for (const Section& section : sections) {
    const bool there = std::any_of(headings.begin(), headings.end(), [&](const std::string& one) {
      return std::any_of(section.words.begin(), section.words.end(), [&](std::string_view word) {
        return one.find(word) != std::string::npos;
      });
    });
    if (!there) out.push_back(section.title);
  }
  return out;
}

std::vector<const Word*> own_command(const Command& command) {
  constexpr std::array<std::string_view, 6> wrappers = {"sudo", "time", "watch",
                                                        "if",   "then", "exec"};
  std::size_t at = 0;
  while (at < command.words.size() &&
         std::find(wrappers.begin(), wrappers.end(), command.words[at].text) != wrappers.end())
    ++at;
  std::vector<const Word*> out;
  if (at >= command.words.size() || command.words[at].open ||
      sql::framework::base_of(command.words[at].text) != "backout")
    return out;
  for (++at; at < command.words.size(); ++at) out.push_back(&command.words[at]);
  return out;
}

std::vector<const Word*> options_of(const std::vector<const Word*>& words,
                                    const std::map<std::string, bool, std::less<>>& accepted) {
  std::vector<const Word*> out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i]->text;
    if (word == "--") break;
    if (!word.starts_with('-') || word.size() < 2) continue;
    out.push_back(words[i]);
    const auto known = accepted.find(word);
    if (known != accepted.end() && known->second) ++i;
  }
  return out;
}

bool is_runbook_name(std::string_view path) {
  const std::string name = lower(sql::framework::base_of(path));
  return (name.ends_with(".md") || name.ends_with(".markdown")) && !name.starts_with("dr-drill-");
}

std::vector<Finding> check(const std::vector<Runbook>& runbooks, const Repository& repository,
                           const Config& config, Day today, const OwnCommands& own,
                           const RuleSet& rules) {
  std::map<std::string, const Markdown*, std::less<>> documents;
  for (const Runbook& runbook : runbooks)
    documents.emplace(runbook.source->path, &runbook.markdown);
  const Context context{repository, config, today, own, documents};
  std::vector<Finding> out;
  for (const Runbook& runbook : runbooks) dispatch(rules, out, runbook, context);
  return out;
}

}  // namespace backout::runbook
