#include "core/exceptions.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "core/annotation.h"
#include "core/rule.h"
#include "core/sha256.h"

namespace backout {
namespace {

constexpr std::string_view without_annotation = "release/exception-without-annotation",
                           without_approval = "release/exception-without-approval",
                           without_runbook = "release/exception-without-runbook",
                           unused = "release/exception-unused",
                           malformed = "release/approval-malformed",
                           other_bytes = "release/approval-for-other-bytes",
                           expired = "release/approval-expired",
                           by_author = "release/approval-by-author",
                           not_listed = "release/approver-not-listed",
                           not_signed = "release/approval-unsigned";

// Approvals of one rule in one file that are looked at, the last ones first: each may cost a walk
// through history.
constexpr std::size_t most_candidates = 20;

bool is_word_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '-' || static_cast<unsigned char>(c) >= 0x80;
}

bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
    if ((at == 0 || !is_word_byte(text[at - 1])) &&
        (at + word.size() == text.size() || !is_word_byte(text[at + word.size()])))
      return true;
  return false;
}

// But for blanks and line ends.
bool same_but_blanks(std::string_view a, std::string_view b) {
  const auto solid = [](std::string_view text) {
    std::string out;
    std::copy_if(text.begin(), text.end(), std::back_inserter(out),
                 [](char c) { return c != ' ' && c != '\t' && c != '\r' && c != '\n'; });
    return out;
  };
  return solid(a) == solid(b);
}

class Judge {
 public:
  Judge(std::vector<Finding>& findings, const Config& config, const RuleSet& rules,
        const ExceptionTask& task)
      : findings_(findings), config_(config), task_(task) {
    for (const auto& subject : rules.by_subject)
      for (const ActiveRule& active : subject) on_[active.rule->id] = active;
  }

  Exceptions run(std::span<const JudgedScript> scripts) {
    std::map<std::string_view, const Source*> files;
    for (const JudgedScript& script : scripts) files.emplace(script.source->path, script.source);
    read_ledgers();
    collect_breaks(files);
    for (const auto& [path, source] : files) judge_file(*source);
    report_problems();
    report_strangers(files);
    settle();
    return std::move(out_);
  }

 private:
  using Breaks = std::map<std::string_view, std::vector<std::size_t>>;  // by rule: findings

  void read_ledgers() {
    if (const Source* const source = task_.ledger.source) ledger_ = read_ledger(source->text);
    if (!task_.ledger.defect.empty()) ledger_.problems.push_back({{}, task_.ledger.defect});
    const Source* const before = task_.ledger_before.source;
    changed_ = task_.ledger.source && !(before && before->text == task_.ledger.source->text);
    if (changed_ && before) before_ = read_ledger(before->text);
  }

  bool is_new(const LedgerEntry& entry) const {
    return changed_ && std::none_of(before_.entries.begin(), before_.entries.end(),
                                    [&](const LedgerEntry& one) { return same_words(one, entry); });
  }

  void collect_breaks(const std::map<std::string_view, const Source*>& files) {
    for (std::size_t i = 0; i < findings_.size(); ++i) {
      const Finding& one = findings_[i];
      if (one.severity != Severity::error || !one.location.source || !can_be_excepted(one.rule))
        continue;
      if (files.count(one.location.source->path) == 0) continue;
      breaks_[one.location.source][one.rule].push_back(i);
      out_.possible = true;
    }
  }

  // ---- one migration

  void judge_file(const Source& file) {
    const std::optional<Annotation> annotation = read_annotation(file);
    std::vector<const LedgerEntry*> entries;
    for (const LedgerEntry& entry : ledger_.entries)
      if (entry.file == file.path) entries.push_back(&entry);
    if (!annotation && entries.empty()) return;
    static const Breaks none;
    const auto found = breaks_.find(&file);
    const Breaks& breaks = found == breaks_.end() ? none : found->second;
    const bool attempted = annotation || !breaks.empty();
    out_.attempted = out_.attempted || attempted;

    if (breaks.empty() && annotation && annotation->problem.empty())
      say(unused, {&file, annotation->place},
          fmt::format("`{}` is annotated as incompatible, but nothing in it breaks", file.path));
    for (const LedgerEntry* const entry : entries)
      if (is_new(*entry) && breaks.count(entry->rule) == 0)
        say(unused, at(entry->place),
            fmt::format("`{}` has no error of `{}` that this entry could let pass", file.path,
                        entry->rule));
    if (breaks.empty()) return;

    const bool annotated = check_annotation(file, annotation);
    const bool documented = check_runbook(file);
    for (const auto& [rule, indices] : breaks) {
      std::optional<Override> accepted = approval(file, rule, findings_[indices.front()], entries);
      if (!accepted || !annotated || !documented) continue;
      accepted->reason = annotation->reason;
      accepted->evidence.push_back(
          fmt::format("`{}` was changed with it and names it", config_.approvals.runbook));
      for (const std::size_t index : indices) {
        out_.overrides.push_back(*accepted);
        accepted_.emplace_back(index);
      }
    }
  }

  bool check_annotation(const Source& file, const std::optional<Annotation>& annotation) {
    if (annotation && annotation->problem.empty()) return true;
    std::vector<Note> notes{
        {std::nullopt, "that changes the file's bytes: have it approved after that"}};
    if (annotation)
      say(without_annotation, {&file, annotation->place}, annotation->problem, std::move(notes));
    else
      say(without_annotation, {&file, {}},
          fmt::format("`{}` breaks what runs and does not say so: begin it with `-- "
                      "migration-incompatible: true` and `-- reason: …`",
                      file.path),
          std::move(notes));
    return false;
  }

  bool check_runbook(const Source& file) {
    const std::string& name = config_.approvals.runbook;
    const Source* const now = task_.runbook.source;
    const Source* const before = task_.runbook_before.source;
    std::string problem;
    if (name.empty())
      problem =
          "the base's configuration names no data-recovery runbook: set `approvals.runbook` "
          "there first, in a change of its own";
    else if (!task_.runbook.defect.empty())
      problem = fmt::format("the data-recovery runbook `{}` {}", name, task_.runbook.defect);
    else if (!now)
      problem = fmt::format("the data-recovery runbook `{}` is not there: write it", name);
    else if (before && same_but_blanks(before->text, now->text))
      problem = fmt::format(
          "the data-recovery runbook `{}` is not changed with `{}`: write there "
          "how to get back what it breaks",
          name, file.path);
    else if (!mentions(now->text, file.path))
      problem = fmt::format(
          "the data-recovery runbook `{}` was changed but does not name `{}`: "
          "write there how to get back what it breaks",
          name, file.path);
    if (problem.empty()) return true;
    say(without_runbook, {&file, {}}, std::move(problem));
    return false;
  }

  // ---- one rule in one migration

  struct Defect {
    std::string_view rule;
    Span place;
    std::string message;
    std::vector<Note> notes{};
  };

  // The approval in force, or what is wrong with the one that comes nearest.
  std::optional<Override> approval(const Source& file, std::string_view rule, const Finding& first,
                                   const std::vector<const LedgerEntry*>& entries) {
    const std::string hash = hash_of(file);
    std::optional<std::vector<Defect>> nearest_miss;
    bool nearest_matches = false;
    std::size_t candidates = 0;
    for (auto it = entries.rbegin(); it != entries.rend(); ++it) {
      const LedgerEntry& entry = **it;
      if (entry.rule != rule) continue;
      if (++candidates > most_candidates) break;
      Override candidate{{}, {}, entry, at(entry.place), {}, {}};
      std::vector<Defect> defects = check(entry, file, hash, candidate);
      if (defects.empty()) return candidate;
      const bool matches = entry.sha256 == hash;
      if (!nearest_miss || (matches && !nearest_matches)) {
        nearest_miss = std::move(defects);
        nearest_matches = matches;
      }
    }
    if (!nearest_miss) {
      say_missing(file, rule, hash, first);
    } else {
      for (Defect& defect : *nearest_miss)
        say(defect.rule, at(defect.place), std::move(defect.message), std::move(defect.notes));
    }
    return std::nullopt;
  }

  std::vector<Defect> check(const LedgerEntry& entry, const Source& file, const std::string& hash,
                            Override& candidate) {
    std::vector<Defect> defects;
    const std::string again = fmt::format("`backout approve {} {}`", entry.file, entry.rule);
    const auto& approvers = config_.approvals.approvers;
    if (entry.sha256 != hash)
      defects.push_back({other_bytes, entry.sha256_place,
                         fmt::format("approves other bytes of `{}` than these, which have {}: {} "
                                     "once they are final",
                                     entry.file, hash, again)});
    if (entry.date > task_.today + std::chrono::days(1))
      defects.push_back({malformed, entry.place,
                         fmt::format("the entry is dated {}, and today is {}", to_text(entry.date),
                                     to_text(task_.today))});
    if (entry.expires < task_.today)
      defects.push_back({expired, entry.expires_place,
                         fmt::format("the approval of `{}` in `{}` expired on {}, and today is {}: "
                                     "have it approved again with {}",
                                     entry.rule, entry.file, to_text(entry.expires),
                                     to_text(task_.today), again)});
    if (std::none_of(approvers.begin(), approvers.end(),
                     [&](const std::string& one) { return same_address(one, entry.approver); }))
      defects.push_back(
          {not_listed, entry.approver_place,
           approvers.empty()
               ? fmt::format("`{}` cannot approve: the base's configuration lists no "
                             "`approvals.approvers`; set them there first, in a change of its own",
                             entry.approver)
               : fmt::format("`{}` is not among `approvals.approvers` of the base's "
                             "configuration: one of them must approve",
                             entry.approver)});
    const Authorship* const authorship = authorship_of(file.path, candidate);
    if (authorship) {
      if (std::any_of(authorship->addresses.begin(), authorship->addresses.end(),
                      [&](const std::string& one) { return same_address(one, entry.approver); }))
        defects.push_back({by_author, entry.approver_place,
                           fmt::format("`{}` wrote or committed `{}` in this change: somebody "
                                       "else must approve it",
                                       entry.approver, entry.file)});
      candidate.evidence.push_back(
          fmt::format("written and committed by {}", fmt::join(authorship->addresses, ", ")));
      for (const std::string& claim : authorship->claims)
        candidate.evidence.push_back(fmt::format("a claim that counts for nothing: {}", claim));
    }
    if (defects.empty()) check_introduction(entry, candidate, defects);
    return defects;
  }

  void check_introduction(const LedgerEntry& entry, Override& candidate,
                          std::vector<Defect>& defects) {
    const Result<Introduction> found = task_.introduction(entry);
    const bool wanted = !config_.approvals.signers.empty();
    if (!found) {
      if (wanted) unsettle(candidate, found.error());
      return;
    }
    if (!found->commit.empty())
      candidate.evidence.push_back(
          fmt::format("the entry came with commit {} by {}{}", found->commit, found->author,
                      wanted ? "" : "; the configuration asks for no signature"));
    if (!wanted) return;
    if (found->signature.empty())
      defects.push_back({not_signed, entry.place, found->signature_defect});
    else
      candidate.evidence.push_back(found->signature);
  }

  // Null: git cannot tell; the override then decides nothing.
  const Authorship* authorship_of(const std::string& path, Override& candidate) {
    auto known = authorships_.find(path);
    if (known == authorships_.end())
      known = authorships_.emplace(path, task_.authorship(path)).first;
    if (known->second) return &*known->second;
    unsettle(candidate, known->second.error());
    return nullptr;
  }

  static void unsettle(Override& candidate, const Error& error) {
    if (candidate.unsettled.empty()) candidate.unsettled = error.message;
  }

  void say_missing(const Source& file, std::string_view rule, const std::string& hash,
                   const Finding& first) {
    std::vector<Note> notes;
    const auto& approvers = config_.approvals.approvers;
    notes.push_back(
        {std::nullopt,
         approvers.empty()
             ? "the base's configuration lists no `approvals.approvers`; set them there first, in "
               "a change of its own"
             : fmt::format("who may: {}", fmt::join(approvers, ", "))});
    notes.push_back(
        {std::nullopt, fmt::format("the entry is `- {{file: \"{}\", rule: {}, sha256: \"{}\", "
                                   "approver: …, reason: …, date: {}, expires: …}}`",
                                   file.path, rule, hash, to_text(task_.today))});
    for (const LedgerEntry& entry : ledger_.entries)
      if (entry.sha256 == hash && entry.file != file.path && entry.rule == rule)
        notes.push_back({at(entry.file_place),
                         fmt::format("these bytes are approved as `{}`; an approval counts for "
                                     "the file it names",
                                     entry.file)});
    Override ignored;
    if (const Authorship* const authorship = authorship_of(file.path, ignored))
      for (const std::string& claim : authorship->claims)
        notes.push_back({std::nullopt, claim + ": a claim, which counts for nothing"});
    say(without_approval, first.location,
        fmt::format("`{}` in `{}` is not approved: let an approver run `backout approve {} {}` and "
                    "commit `{}`",
                    rule, file.path, file.path, rule, config_.approvals.ledger),
        std::move(notes));
  }

  // ---- the ledger as a whole

  void report_problems() {
    if (ledger_.problems.empty()) return;
    const Source* const source = task_.ledger.source;
    const bool matters = changed_ || out_.attempted || !task_.ledger.defect.empty();
    for (const LedgerProblem& problem : ledger_.problems)
      say(malformed, source ? Location{source, problem.place} : Location{},
          source ? problem.message
                 : fmt::format("`{}` {}", config_.approvals.ledger, problem.message),
          {}, matters ? Severity::error : Severity::warning);
  }

  // New entries about files that this change does not touch.
  void report_strangers(const std::map<std::string_view, const Source*>& files) {
    for (const LedgerEntry& entry : ledger_.entries) {
      if (!can_be_excepted(entry.rule) && is_new(entry))
        say(malformed, at(entry.rule_place),
            fmt::format("errors of `{}` cannot be let pass", entry.rule));
      if (files.count(entry.file) != 0 || !is_new(entry)) continue;
      say(unused, at(entry.file_place),
          task_.exists(entry.file)
              ? fmt::format("`{}` is no migration that this change brings", entry.file)
              : fmt::format("there is no `{}`; the entry counts once a change brings it with "
                            "these bytes",
                            entry.file));
    }
  }

  // Moves what is accepted out of the findings.
  void settle() {
    for (std::size_t i = 0; i < accepted_.size(); ++i) {
      Override& one = out_.overrides[i];
      one.finding = std::move(findings_[accepted_[i]]);
      const std::string& why = one.unsettled;
      const bool told =
          why.empty() || std::any_of(out_.errors.begin(), out_.errors.end(),
                                     [&](const Error& e) { return e.message == why; });
      if (!told) out_.errors.push_back({ErrorKind::undecided, why});
    }
    const std::set<std::size_t> gone(accepted_.begin(), accepted_.end());
    std::size_t kept = 0;
    for (std::size_t i = 0; i < findings_.size(); ++i) {
      if (gone.count(i) != 0) continue;
      if (kept != i) findings_[kept] = std::move(findings_[i]);
      ++kept;
    }
    findings_.resize(kept);
    std::move(said_.begin(), said_.end(), std::back_inserter(findings_));
  }

  // ---- findings

  Location at(Span place) const { return {task_.ledger.source, place}; }

  void say(std::string_view rule, Location place, std::string message, std::vector<Note> notes = {},
           Severity at_most = Severity::error) {
    const auto active = on_.find(rule);
    if (active == on_.end()) return;
    Report(*active->second.rule, active->second.level, said_)
        .at(place, {"exception", place.source ? place.source->path : config_.approvals.ledger},
            std::move(message), {.at_most = at_most, .notes = std::move(notes)});
  }

  std::vector<Finding>& findings_;
  const Config& config_;
  const ExceptionTask& task_;
  std::map<std::string_view, ActiveRule> on_;
  Ledger ledger_, before_;
  bool changed_ = false;  // the ledger, by this change
  std::map<const Source*, Breaks> breaks_;
  std::map<std::string, Result<Authorship>, std::less<>> authorships_;
  std::vector<std::size_t> accepted_;  // findings, by index of the overrides
  std::vector<Finding> said_;
  Exceptions out_;
};

}  // namespace

Exceptions apply_exceptions(std::vector<Finding>& findings, std::span<const JudgedScript> scripts,
                            const Config& config, const RuleSet& rules, const ExceptionTask& task) {
  return Judge(findings, config, rules, task).run(scripts);
}

bool can_be_excepted(std::string_view rule) {
  for (const std::string_view prefix :
       {"release/exception-", "release/approval-", "release/approver-", "hygiene/ignore-"})
    if (rule.starts_with(prefix)) return false;
  return rule != "release/gate-weakened";
}

std::string hash_of(const Source& source) {
  return sha256(source.bom_bytes == 0 ? source.text : "\xEF\xBB\xBF" + source.text);
}

bool mentions(std::string_view text, std::string_view path) {
  constexpr std::string_view digits = "0123456789";
  const std::size_t slash = path.rfind('/');
  const std::string_view name = path.substr(slash + 1);
  const std::string_view stem = name.substr(0, name.find('.'));
  if (has_word(text, path)) return true;
  if (stem == "migration" || stem == "up" || stem == "down") {  // Prisma, diesel: the folder's
    if (slash == std::string_view::npos) return false;
    const std::string_view folder = path.substr(0, slash);
    return has_word(text, folder.substr(folder.rfind('/') + 1));
  }
  const bool numbered = stem.find_first_of(digits) != std::string_view::npos &&
                        stem.find_first_not_of(digits) != std::string_view::npos;
  return has_word(text, name) || (numbered && has_word(text, stem));
}

}  // namespace backout
