// `backout revert`: takes commits back on top of what the remote has now, without touching the
// worktree, and publishes the result as far as it is asked to.
#include "revert/revert.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/drive.h"
#include "cli/gate.h"
#include "cli/options.h"
#include "cli/revert_input.h"
#include "cli/revert_outcome.h"
#include "cli/revert_publish.h"
#include "core/quote.h"
#include "report/escape.h"
#include "report/terminal.h"
#include "revert/select.h"
#include "revert/words.h"

namespace backout::cli {
namespace {

using revert::Base;
using revert::Clone;
using revert::Revert;

constexpr Help help{
    "backout revert [options] REV…|OLD..NEW, or: backout revert --to REV [options] [-- PATH…]",
    "Takes commits back: makes a branch with the commits that undo them, newest first, on top of "
    "what the remote's\n"
    "branch has now. The worktree, the index and HEAD are not touched, whatever state they are in. "
    "When later commits\n"
    "stand in the way, the conflicting lines are shown and nothing is written.\n"
    "`--push` publishes the branch, `--pr` also opens a pull request (GitHub with `gh` or a token, "
    "GitLab with `glab` or\n"
    "a token). What was done before is found again: the same command can be repeated after a "
    "failure.",
    "The revert starts from the remote's default branch when that holds the commits, else from "
    "what the checked-out branch\n"
    "tracks; `--base` names another. `--to` brings the files of an earlier commit back and cannot "
    "conflict, but discards\n"
    "all that was done to them since.\n"
    "A revert that touches migration files is stopped (exit 1): it rolls back no schema, and many "
    "tools then refuse to\n"
    "start. `--keep-migrations` reverts everything else; `--allow-migrations` reverts them as "
    "well.\n"
    "{subject}, {id}, {short} and {reverts} in `--message` stand for the reverted commit; the "
    "lines \"This reverts commit …\"\n"
    "are added when {reverts} is missing.\n"
    "\n"
    "A token goes to its own host alone: GH_TOKEN and GITHUB_TOKEN to github.com, "
    "GH_ENTERPRISE_TOKEN to GH_HOST, all three\n"
    "to the host of GITHUB_SERVER_URL; GITLAB_TOKEN to GITLAB_HOST, else to the server whose CI "
    "runs this, else to\n"
    "gitlab.com. Pushing is done by git with its own credentials and hooks; commits are signed "
    "where commit.gpgsign is\n"
    "set.\n"
    "\n"
    "exit codes\n"
    "  0  done; with --dry-run: can be done\n"
    "  1  not done: conflicts, or migration files\n"
    "  2  wrong usage, a rejected push\n"
    "  3  not known: git or the remote failed\n"
    "  4  nothing to revert: it is not there any more\n"
    "  5  pushed, but no pull request could be opened: the link is printed\n"
    "\n"
    "  backout revert 3f2a9c1                              a local branch, to look at\n"
    "  backout revert 3f2a9c1 --pr                         branch, push and pull request\n"
    "  backout revert -m 1 8d01b77 --pr                    a merged pull request\n"
    "  backout revert v1.5.0..v1.5.1 --squash --dry-run    the plan alone\n"
    "  backout revert --to v1.5.0 --pr -- apps/catalog     files as they were then\n",
};

// What `--dry-run` does not do.
std::string intent(const RevertOptions& options, const RevertOutcome& outcome) {
  if (options.direct)
    return fmt::format("would be pushed straight to `{}` of `{}`", outcome.base.branch,
                       outcome.base.remote);
  std::string out = fmt::format("would make the branch `{}`", outcome.branch_name);
  if (options.push) out += fmt::format(", push it to `{}`", outcome.base.remote);
  if (options.pull_request)
    out += fmt::format(" and open a pull request into `{}`", outcome.base.branch);
  return out;
}

std::string question(const Clone& clone, const RevertOptions& options,
                     const RevertOutcome& outcome) {
  std::string remote = fmt::format("`{}`", outcome.base.remote);
  if (const auto project = project_of(clone, options, outcome.base.remote))
    remote += fmt::format(" ({})", project->web);
  if (options.direct)
    return fmt::format("Push it straight to `{}` of {}?", outcome.base.branch, remote);
  return fmt::format("Push the branch `{}` to {}{}?", outcome.branch_name, remote,
                     options.pull_request
                         ? fmt::format(" and open a pull request into `{}`", outcome.base.branch)
                         : std::string());
}

std::vector<std::string> next_commands(const RevertOutcome& out) {
  if (out.branch_name.empty() || out.pushed) return {};
  const std::string branch = shell_quoted(out.branch_name);
  return {fmt::format("git diff {}...{}", revert::brief(out.revert.onto), branch),
          out.base.remote.empty()
              ? fmt::format("git merge --ff-only {}", branch)
              : fmt::format("git push {} {}", shell_quoted(out.base.remote), branch)};
}

// The path as it is written where the user stands: `prefix` is that folder, "a/b/".
std::string from_folder(std::string_view prefix, std::string_view path) {
  while (!prefix.empty()) {
    const std::size_t end = prefix.find('/') + 1;
    if (path.substr(0, end) != prefix.substr(0, end)) break;
    prefix.remove_prefix(end);
    path.remove_prefix(end);
  }
  std::string out;
  for (auto left = std::count(prefix.begin(), prefix.end(), '/'); left > 0; --left) out += "../";
  return out.append(path);
}

// What was asked for and still counts when the files are brought back as a whole.
std::string common_options(const RevertOptions& options) {
  std::string out = "--dry-run";
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out += fmt::format(" {} {}", name, shell_quoted(value));
  };
  add("--base", options.base.branch);
  add("--remote", options.base.remote);
  add("--config", options.config);
  if (options.no_fetch) out += " --no-fetch";
  if (options.request.keep_migrations) out += " --keep-migrations";
  if (options.allow_migrations) out += " --allow-migrations";
  return out;
}

// Conflicts: what stands in the way can be taken back as well, or the files as a whole.
std::vector<std::string> ways_around(const Clone& clone, const RevertOptions& options,
                                     const std::vector<std::string>& given, const Revert& revert) {
  std::vector<std::string> later;
  for (const revert::Conflict& one : revert.conflicts)
    for (const std::string& line : one.later) {
      const std::string id = line.substr(0, line.find(' '));
      if (id != "…" && std::find(later.begin(), later.end(), id) == later.end())
        later.push_back(id);
    }
  if (later.empty() || !options.request.restore.empty()) return {};
  const std::string common = common_options(options);
  std::string words = common;
  if (options.request.mainline != 0) words += fmt::format(" -m {}", options.request.mainline);
  if (options.request.squash) words += " --squash";
  for (const std::string& id : later) words += " " + id;
  for (const std::string& word : given) words += " " + shell_quoted(word);
  std::vector<std::string> out = {"backout revert " + words};
  const revert::Commit& commit = revert.commits[*revert.stopped_at];
  std::vector<std::string> paths;
  for (const revert::Conflict& one : revert.conflicts)
    paths.push_back(shell_quoted(from_folder(clone.prefix, one.path)));
  if (const auto kept = revert::kept_parent(commit, options.request.mainline))
    out.push_back(fmt::format("backout revert {} --to {} -- {}", common,
                              revert::brief(commit.parents[*kept]), fmt::join(paths, " ")));
  return out;
}

Result<int> run_revert(RevertOptions& options, const Streams& streams) {
  const auto color = report::color_choice(options.color);
  const bool as_json = options.format == "json";
  TRY(const Clone clone, revert::open("."));
  TRY_VOID(place_paths(clone, options.request.paths));
  const std::vector<std::string> given = options.request.revisions;
  TRY_VOID(revert::pin(clone, options.request));
  RevertOutcome out;
  auto base = revert::find_base(clone, options.base, options.request.revisions);
  if (!base && base.error().kind == ErrorKind::undecided && options.base.fetch)
    base.error().message += "; `--no-fetch` works with what was fetched last";
  TRY(out.base, std::move(base));
  if (options.request.onto.empty()) options.request.onto = out.base.tip;
  if (options.push && out.base.remote.empty())
    return fail(ErrorKind::usage, "there is no remote to push to");
  TRY(const Config config, config_for(clone, options, out.base));
  TRY(out.revert, revert::compute(clone, options.request, config));

  bool plan_shown = false;
  const auto end = [&](std::string_view result, int code) -> Result<int> {
    out.result = result;
    out.exit_code = code;
    if (as_json) return finish(streams, to_json(out), code);
    const report::Screen screen = report::screen_of(streams.out);
    const bool colored = report::use_color(color, screen);
    const std::string text =
        plan_shown ? std::string()
                   : revert::text(out.revert, out.base, {colored, report::width(screen)});
    return finish(streams, text + to_text(out, colored), code);
  };
  if (out.revert.stopped_at) {
    out.next = ways_around(clone, options, given, out.revert);
    return end("conflict", 1);
  }
  if (out.revert.steps.empty()) return end("nothing", 4);
  const bool blocked = !out.revert.migrations.empty() && !options.allow_migrations;
  if (blocked) {
    complain(streams,
             "the revert touches migration files: `--keep-migrations` reverts all else, "
             "`--allow-migrations` reverts them as well");
    return end("blocked", 1);
  }
  NewBranch branch;
  if (!options.direct) {
    TRY(branch, choose_branch(clone, options, out.base, out.revert, config));
    out.branch_name = branch.name;
  }
  if (options.dry_run) {
    out.intent = intent(options, out);
    return end("planned", 0);
  }
  if (options.push && !options.yes) {
    if (!as_json) {
      const report::Screen screen = report::screen_of(streams.err);
      (void)finish({streams.in, streams.err, streams.err},
                   revert::text(out.revert, out.base,
                                {report::use_color(color, screen), report::width(screen)}),
                   0);
      plan_shown = true;
    }
    TRY(const bool confirmed,
        is_confirmed({}, report::visible(question(clone, options, out)), streams));
    if (!confirmed) {
      complain(streams, "nothing was changed");
      return 1;
    }
  }
  TRY_VOID(publish(clone, options, branch.pushed_tip, config, out));
  if (options.push && !options.direct) open_request(clone, options, config, out);
  out.next = next_commands(out);
  return end("done", out.opened && out.opened->url.empty() ? 5 : 0);
}

}  // namespace

int revert_command(Arguments arguments, const Streams& streams) {
  RevertOptions options;
  revert::Wording& wording = options.request.wording;
  OptionList list{
      {"-m,--mainline", &options.request.mainline, "N",
       "for merges: which parent stays, as a rule 1"},
      {"--squash", &options.request.squash, "", "one commit for all that is taken back"},
      {"--to", &options.request.restore, "REV",
       "instead: the files as REV has them, or only PATH…"},
      {"--base", &options.base.branch, "BRANCH", "the branch that the revert is for"},
      {"--remote", &options.base.remote, "NAME", "where that branch is (default: origin)"},
      {"--no-fetch", &options.no_fetch, "",
       "start from what was fetched last, without asking the remote"},
      {"--branch", &options.branch, "NAME", "name of the new branch (default: revert-SUBJECT)"},
      {"--keep-migrations", &options.request.keep_migrations, "",
       "leave migration files as they are"},
      {"--allow-migrations", &options.allow_migrations, "", "revert migration files, too"},
      {"--message", &wording.message, "TEXT", "another message than git's own"},
      {"-F,--file", &options.message_file, "FILE", "the same from a file"},
      {"--trailer", &wording.trailers, "LINE", "a line at the end of the message, repeatable"},
      {"-s,--signoff", &wording.sign_off, "", "add `Signed-off-by`"},
      {"--push", &options.push, "", "push the branch"},
      {"--pr", &options.pull_request, "", "push it and open a pull request"},
      {"--draft", &options.draft, "", "as a draft"},
      {"--direct", &options.direct, "", "push to the base itself, without a branch"},
      choice_option("--forge", options.forge, "KIND",
                    "github or gitlab, where the host does not tell", {"github", "gitlab"}),
      {"--dry-run", &options.dry_run, "", "print the plan, change nothing"},
      {"--yes", &options.yes, "", "push without asking; needed where there is no terminal"},
      format_option(options.format, {"text", "json"}),
      color_option(options.color),
      {"--config", &options.config, "FILE", "a configuration other than the base's"},
  };
  std::vector<std::string> words;
  if (const auto stopped = parse_arguments(list, help, arguments, streams, words, 10'000))
    return *stopped;
  options.push |= options.pull_request || options.direct;
  if (const Result<void> valid = complete(options, std::move(words)); !valid)
    return stop(streams, valid.error());
  const Result<int> code = run_revert(options, streams);
  return code ? *code : stop(streams, code.error());
}

}  // namespace backout::cli
