// `backout approve`: writes the ledger entry that lets a break pass, for the bytes that git holds,
// and says what else is missing.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "cli/check.h"
#include "core/annotation.h"
#include "core/clock.h"
#include "core/exceptions.h"
#include "core/finish.h"
#include "core/judge.h"
#include "core/ledger.h"
#include "core/rule.h"
#include "core/suppress.h"
#include "git/command.h"
#include "report/escape.h"

namespace backout::cli {
namespace {

constexpr Help help{
    "backout approve [options] FILE RULE…",
    "Lets errors of RULE in the migration FILE pass: writes an entry to the ledger "
    "(`approvals.ledger` of the base's configuration, `.backout/approvals.yaml`\n"
    "by default), bound to the bytes that the head holds, for you to commit. The approver is who "
    "git says you are (user.email); he must be one of the base's\n"
    "`approvals.approvers` and not an author of the change. What else the exception needs, and "
    "still lacks, is printed: the annotation in the migration's\n"
    "header, the data-recovery runbook, a signature.",
    "example\n"
    "  backout approve db/migrations/0042_drop_note.up.sql compat/drop-column \\\n"
    "    --reason 'archived in orders_note_2026_03, last reader left with 2.3.0'\n\n"
    "The base is found as by `backout check`. An entry counts until the end of its last day, two "
    "weeks from now unless `--expires` says otherwise.",
};

constexpr std::string_view ledger_head =
    "# Breaks that were let pass, and by whom: written by `backout approve`, read by `backout "
    "check`.\n"
    "# Entries are bound to the bytes of a file; keep old ones as a record.\n";
constexpr std::chrono::days usual_life{14};

struct Options {
  ChangeOptions change;
  std::string reason, approver, expires;
};

tl::unexpected<Error> refuse(std::string message) {
  return fail(ErrorKind::usage, std::move(message));
}

// The rules by whose errors the file is stopped.
std::vector<std::string_view> rules_of(const std::vector<Finding>& findings,
                                       const std::string& path) {
  std::vector<std::string_view> out;
  for (const Finding& one : findings)
    if (one.severity == Severity::error && one.location.source &&
        one.location.source->path == path && can_be_excepted(one.rule) &&
        std::find(out.begin(), out.end(), one.rule) == out.end())
      out.push_back(one.rule);
  return out;
}

Result<void> check_rules(const std::vector<std::string>& wanted, const std::string& path,
                         const std::vector<std::string_view>& found) {
  const std::string there =
      found.empty() ? fmt::format("`{}` has no errors that could be let pass", path)
                    : fmt::format("in `{}` there are errors of {}", path, fmt::join(found, ", "));
  if (wanted.empty()) return refuse(fmt::format("name the rules to let pass; {}", there));
  for (const std::string& rule : wanted) {
    if (std::find(found.begin(), found.end(), rule) != found.end()) continue;
    if (find_rule(rule)) return refuse(fmt::format("`{}` found no error; {}", rule, there));
    std::string_view near = nearest(rule, found);
    if (near.empty()) near = nearest(rule, rule_ids());
    return refuse(fmt::format("`{}` is no rule{}; {}", rule,
                              near.empty() ? "" : fmt::format(", did you mean `{}`?", near),
                              there));
  }
  return {};
}

Result<std::string> own_address(const git::Repository& repository) {
  TRY(const git::CommandResult ran,
      git::run({"config", "--get", "user.email"}, {{"GIT_DIR", repository.git_dir}}, 1 << 16));
  std::string address = ran.output.substr(0, ran.output.find('\n'));
  if (ran.status != 0 || address.empty())
    return refuse("git does not know who you are; give `--approver ADDRESS` or set user.email");
  return address;
}

Result<std::string> choose_approver(const Options& options, const Change& change,
                                    const std::string& path) {
  std::string approver = options.approver;
  if (approver.empty()) {
    TRY(approver, own_address(change.repository));
  }
  if (!is_address(approver)) return refuse(fmt::format("`{}` is no e-mail address", approver));
  const auto& listed = change.config.approvals.approvers;
  const auto is_approver = [&](const std::string& one) { return same_address(one, approver); };
  if (listed.empty())
    return refuse(
        "the base's configuration lists no `approvals.approvers`; set them there first, in a "
        "change of its own");
  if (std::none_of(listed.begin(), listed.end(), is_approver))
    return refuse(fmt::format("`{}` may not approve; {} may (`--approver`)", approver,
                              fmt::join(listed, ", ")));
  TRY(const Authorship authorship, change.exceptions.authorship(path));
  if (std::any_of(authorship.addresses.begin(), authorship.addresses.end(), is_approver))
    return refuse(
        fmt::format("`{}` wrote or committed `{}`; somebody else must approve it", approver, path));
  return approver;
}

Result<Day> choose_end(const Options& options, Day today) {
  if (options.expires.empty()) return today + usual_life;
  const auto day = parse_date(options.expires);
  if (!day)
    return refuse(fmt::format("`--expires` cannot be `{}`; it is a date, as in {}", options.expires,
                              to_text(today + usual_life)));
  if (*day < today) return refuse(fmt::format("`--expires` {} is over", options.expires));
  return *day;
}

Result<std::string> choose_reason(const Options& options, const Source& migration) {
  const auto annotation = read_annotation(migration);
  const std::string reason = !options.reason.empty() ? options.reason
                             : annotation            ? annotation->reason
                                                     : std::string();
  if (reason.empty()) return refuse("say why it may pass: `--reason TEXT`");
  if (reason.find('\n') != std::string::npos) return refuse("`--reason` is one line of text");
  return reason;
}

std::string failure(const std::string& path, int code) {
  return fmt::format("cannot write `{}`: {}", path, std::strerror(code));
}

// At the end of the file, in one write; a link is not followed.
Result<void> append(const std::string& path, std::string_view text) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (fd < 0) return fail(ErrorKind::input, failure(path, errno));
  const ssize_t written = ::write(fd, text.data(), text.size());
  const int code = written < 0 ? errno : ENOSPC;
  const bool whole = written == static_cast<ssize_t>(text.size());
  if (::close(fd) != 0 || !whole) return fail(ErrorKind::input, failure(path, code));
  return {};
}

// What the check would say of exceptions in this file, had the ledger this text.
std::vector<std::string> missing(const Change& change, const Judgement& judgement,
                                 const RuleSet& rules, std::vector<Finding> findings,
                                 const Source& ledger, const std::string& path) {
  ExceptionTask task = change.exceptions;
  task.ledger = {&ledger};
  const std::size_t before = findings.size();
  const Exceptions made = apply_exceptions(findings, judgement.judged, change.config, rules, task);
  std::vector<std::string> out;
  for (std::size_t i = before - made.overrides.size(); i < findings.size(); ++i) {
    const Finding& one = findings[i];
    const bool here = one.location.source &&
                      (one.location.source->path == path || one.location.source == &ledger);
    if (here && one.severity == Severity::error) out.push_back(one.message);
    if (one.rule == "release/exception-without-annotation")
      out.back() += " (that changes the file's bytes: approve again after that)";
  }
  for (const Error& error : made.errors) out.push_back(error.message);
  return out;
}

Result<int> approve(const Options& options, const std::vector<std::string>& words, Change& change,
                    const Streams& streams) {
  if (change.task.named.empty()) return refuse("name one migration");
  const std::string path = change.task.named.front();
  change.task.named.clear();  // other migrations of the change count for what this one does
  const RuleSet rules = active_rules(change.config);
  Judgement judgement = judge(change.task, change.config, rules);
  (void)apply_ignores(judgement.findings, judgement.judged, rules, judgement.manifests.memory,
                      true);
  sort_findings(judgement.findings);
  const auto judged =
      std::find_if(judgement.judged.begin(), judgement.judged.end(),
                   [&](const JudgedScript& one) { return one.source->path == path; });
  if (judged == judgement.judged.end())
    return refuse(fmt::format("`{}` is no migration that the change brings", path));
  TRY_VOID(check_rules(words, path, rules_of(judgement.findings, path)));

  LedgerEntry entry;
  entry.file = path;
  entry.sha256 = hash_of(*judged->source);
  entry.date = change.exceptions.today;
  TRY(entry.approver, choose_approver(options, change, path));
  TRY(entry.reason, choose_reason(options, *judged->source));
  TRY(entry.expires, choose_end(options, entry.date));

  const std::string& name = change.config.approvals.ledger;
  if (change.repository.work_dir.empty())
    return refuse("this repository has no worktree to write the ledger to");
  const std::string place = change.repository.work_dir + name;
  TRY(const std::optional<std::string> present, working_file(place));
  const std::string text = present.value_or("");
  std::string added = text.empty() ? std::string(ledger_head) : std::string();
  if (!text.empty() && text.back() != '\n') added += '\n';
  for (const std::string& rule : words) {
    entry.rule = rule;
    added += ledger_lines(entry);
  }
  const Source before = make_source(name, text), after = make_source(name, text + added);
  const Ledger old = read_ledger(before.text), now = read_ledger(after.text);
  if (!old.problems.empty())
    return refuse(
        fmt::format("`{}` has something that is no entry; mend it first (`backout "
                    "check` tells the line): {}",
                    name, old.problems.front().message));
  if (!now.problems.empty() || now.entries.size() != old.entries.size() + words.size())
    return refuse(fmt::format(
        "`{}` is not written as a list of lines `- file: …` from the first column, so nothing can "
        "be appended; rewrite it so{}",
        name, now.problems.empty() ? "" : fmt::format(" ({})", now.problems.front().message)));
  TRY_VOID(append(place, added));

  std::string out = fmt::format("{}: {} lets {} in {} pass until {}\n", name, entry.approver,
                                fmt::join(words, ", "), path, to_text(entry.expires));
  std::vector<std::string> lacking =
      missing(change, judgement, rules, judgement.findings, after, path);
  if (!lacking.empty()) out += "still missing\n";
  for (const std::string& one : lacking) out += "  " + one + '\n';
  std::string shown;
  for (std::size_t begin = 0; begin < out.size();) {
    const std::size_t end = out.find('\n', begin);
    report::append_visible(shown, std::string_view(out).substr(begin, end - begin));
    shown += '\n';
    begin = end + 1;
  }
  return finish(streams, shown + "next: commit " + report::visible(name) + '\n', 0);
}

}  // namespace

int approve_command(Arguments arguments, const Streams& streams) {
  Options options;
  OptionList list{
      {"--reason", &options.reason, "TEXT", "why it may pass (default: the migration's own)"},
      {"--approver", &options.approver, "ADDRESS", "who approves (default: git's user.email)"},
      {"--expires", &options.expires, "DATE", "the last day on which it counts"},
  };
  declare(list, options.change);
  std::vector<std::string> words;
  if (const auto stopped =
          parse_arguments(list, help, arguments, streams, words, std::string::npos))
    return *stopped;
  if (words.empty())
    return stop(streams,
                {ErrorKind::usage, "name a migration and rules (`backout approve --help`)"});
  const std::vector<std::string> file{words.front()};
  words.erase(words.begin());
  const Result<int> code = with_change(options.change, file, [&](Change& change) {
    return approve(options, words, change, streams);
  });
  return code ? *code : stop(streams, code.error());
}

}  // namespace backout::cli
