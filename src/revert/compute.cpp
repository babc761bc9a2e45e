// The pure half: each commit is taken back on top of the tree that the one before it left.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <unordered_set>

#include "revert/conflict.h"
#include "revert/merge.h"
#include "revert/message.h"
#include "revert/migrations.h"
#include "revert/revert.h"
#include "revert/select.h"

namespace backout::revert {
namespace {

constexpr std::size_t most_discarded = 200;

Result<std::string> signer(const Clone& clone, const Wording& wording) {
  if (!wording.sign_off) return std::string();
  TRY(const git::CommandResult ran, run_git(clone, {"var", "GIT_COMMITTER_IDENT"}));
  const std::size_t end = ran.output.find('>');
  if (ran.status != 0 || end == std::string::npos)
    return fail(ErrorKind::usage,
                "git does not know who you are; run `git config --global user.name NAME` and `git "
                "config --global user.email ADDRESS`");
  return ran.output.substr(0, end + 1);
}

// "A", "B" and what has become of it.
Result<std::vector<Touched>> differences(const Clone& clone, const std::string& before,
                                         const std::string& after) {
  TRY(const std::string text, ask_git(clone,
                                      {"diff-tree", "-r", "-z", "--name-status", "-M100%",
                                       "--no-ext-diff", before, after, "--"},
                                      "cannot compare the files"));
  std::vector<Touched> out;
  const std::vector<std::string_view> fields = split(text, '\0');
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
    Touched one{fields[i].empty() ? 'M' : fields[i].front(), std::string(fields[i + 1]), {}};
    if (one.status == 'R' && i + 2 < fields.size()) {
      one.old_path = std::move(one.path);
      one.path = fields[++i + 1];
    }
    out.push_back(std::move(one));
  }
  return out;
}

// Who took it back already, if a message says so.
std::string already(const Clone& clone, const Commit& commit, const std::string& onto) {
  const auto ran = run_git(
      clone, {"-c", "log.showSignature=false", "log", "--fixed-strings", "--max-count=1",
              "--format=%H", "--grep=This reverts commit " + commit.id, onto, "^" + commit.id});
  const std::string id = brief(commit.id);
  if (ran && ran->status == 0 && !ran->output.empty())
    return fmt::format("{} (already reverted by {})", id, brief(ran->output));
  return fmt::format("{} (its changes are not there any more)", id);
}

Result<void> warn(const Clone& clone, const Request& request, Revert& out) {
  std::vector<std::string> words = {"rev-list"};
  for (const Commit& commit : out.commits) words.push_back(commit.id);
  words.insert(words.end(), {"^" + out.onto, "--"});
  TRY(const std::string text, ask_git(clone, std::move(words), "cannot list the commits"));
  const std::vector<std::string_view> lines = split(text, '\n');
  const std::unordered_set<std::string_view> outside(lines.begin(), lines.end());
  for (const Commit& commit : out.commits) {
    if (outside.count(commit.id) != 0)
      out.warnings.push_back(
          fmt::format("{} is not in the history of {}, onto which it is reverted", brief(commit.id),
                      brief(out.onto)));
    if (commit.parents.size() > 1)
      out.warnings.push_back(
          fmt::format("{} is a merge: git takes its commits for merged from now on, so that to "
                      "land them again this revert has to be reverted first",
                      brief(commit.id)));
    if (commit.parents.empty() && request.restore.empty())
      out.warnings.push_back(fmt::format(
          "{} is the first commit of its history: all files it brought go", brief(commit.id)));
  }
  return {};
}

// `after` with the migrations of `before`.
Result<std::string> with_migrations(const Clone& clone, const std::string& before,
                                    const std::string& after, const Config& config) {
  TRY(const std::vector<Touched> files, differences(clone, before, after));
  TRY(const auto migrations, migrations_among(clone, before, after, files, config));
  if (migrations.empty()) return after;
  std::vector<std::string> paths;
  for (const MigrationFile& file : migrations) paths.push_back(file.path);
  return with_paths(clone, after, before, paths);
}

// Merges again without what the commit did to migrations: kept ones do not conflict. Those count
// that the commit touched and that are migrations where it was made or where it is taken back.
Result<git::Merged> merge_without_migrations(const Clone& clone, Trees trees, const Config& config,
                                             std::string& engine) {
  TRY(const std::vector<Touched> files, differences(clone, trees.ancestor, trees.theirs));
  TRY(auto migrations, migrations_among(clone, trees.ancestor, trees.theirs, files, config));
  TRY(const auto now, migrations_among(clone, trees.ours, trees.ours, files, config));
  migrations.insert(migrations.end(), now.begin(), now.end());
  std::vector<std::string> paths;
  for (const MigrationFile& file : migrations) paths.push_back(file.path);
  if (!paths.empty()) {
    TRY(trees.theirs, with_paths(clone, trees.theirs, trees.ancestor, paths));
  }
  return merge(clone, trees, engine);
}

// Takes back `out.commits`, until one conflicts.
Result<void> take_back(const Clone& clone, const Request& request, const Config& config,
                       Revert& out) {
  TRY(const std::string who, signer(clone, request.wording));
  TRY(std::string tree, tree_of(clone, out.onto));
  std::vector<Reverted> squashed;
  for (std::size_t i = 0; i < out.commits.size(); ++i) {
    const Commit& commit = out.commits[i];
    Trees trees{commit.tree, tree, {}};
    const auto kept = kept_parent(commit, request.mainline);
    if (kept) {
      TRY(trees.theirs, tree_of(clone, commit.parents[*kept]));
    } else {
      TRY(trees.theirs, empty_tree(clone));
    }
    TRY(git::Merged merged, merge(clone, trees, out.engine));
    if (!merged.conflicts.empty() && request.keep_migrations) {
      TRY(merged, merge_without_migrations(clone, trees, config, out.engine));
    }
    if (!merged.conflicts.empty()) {
      out.stopped_at = i;
      out.steps.clear();
      TRY(out.conflicts, describe(clone, merged.conflicts, commit, out.onto));
      return {};
    }
    if (request.keep_migrations) {
      TRY(merged.tree, with_migrations(clone, tree, merged.tree, config));
    }
    if (merged.tree == tree) {
      out.without_effect.push_back(already(clone, commit, out.onto));
      continue;
    }
    tree = merged.tree;
    const Reverted reverted{&commit, request.mainline};
    squashed.push_back(reverted);
    if (request.squash)
      out.steps.assign(1, Step{});
    else
      out.steps.push_back({tree, message_of({reverted}, request.wording, who), {commit.id}});
  }
  if (request.squash && !squashed.empty()) {
    Step& step = out.steps.front();
    step.tree = tree;
    step.message = message_of(squashed, request.wording, who);
    for (const Reverted& one : squashed) step.reverts.push_back(one.commit->id);
  }
  return {};
}

Result<void> check_paths(const Clone& clone, const Request& request, const std::string& then,
                         const std::string& now) {
  for (const std::string& path : request.paths) {
    bool found = false;
    for (const std::string& tree : {then, now}) {
      TRY(const std::string entry, ask_git(clone,
                                           {"--literal-pathspecs", "ls-tree", "--full-tree",
                                            "--name-only", "-z", tree, "--", path},
                                           "cannot list the files"));
      found |= !entry.empty();
    }
    if (!found)
      return fail(ErrorKind::usage, fmt::format("`{}` is neither in `{}` nor in {}", path,
                                                request.restore, brief(request.onto)));
  }
  return {};
}

Result<void> restore(const Clone& clone, const Request& request, const Config& config,
                     Revert& out) {
  TRY(const std::string who, signer(clone, request.wording));
  TRY(const std::string id, resolve(clone, request.restore));
  TRY(const std::vector<Commit> commits, read_commits(clone, {id}));
  const Commit& wanted = commits.front();
  TRY(const std::string now, tree_of(clone, out.onto));
  out.engine = "git";
  std::string tree = wanted.tree;
  if (!request.paths.empty()) {
    TRY_VOID(check_paths(clone, request, wanted.tree, now));
    TRY(tree, with_paths(clone, now, wanted.tree, request.paths));
  }
  if (request.keep_migrations) {
    TRY(tree, with_migrations(clone, now, tree, config));
  }
  std::vector<std::string> words = {"-c",
                                    "log.showSignature=false",
                                    "log",
                                    "--format=%H %s",
                                    fmt::format("--max-count={}", most_discarded),
                                    out.onto,
                                    "^" + id,
                                    "--"};
  for (const std::string& path : request.paths) words.push_back(":(top,literal)" + path);
  TRY(const std::string later, ask_git(clone, std::move(words), "cannot list later commits"));
  for (const std::string_view line : split(later, '\n')) {
    const std::size_t blank = std::min(line.find(' '), line.size());
    out.discarded.push_back(brief(line.substr(0, blank)) + std::string(line.substr(blank)));
  }
  TRY(const git::CommandResult ancestor,
      run_git(clone, {"merge-base", "--is-ancestor", id, out.onto}));
  if (ancestor.status != 0)
    out.warnings.push_back(
        fmt::format("{} is not in the history of {}: this brings a state that "
                    "the branch never had",
                    brief(id), brief(out.onto)));
  if (tree == now) {
    out.without_effect.push_back(fmt::format("{} (the files are as they were then)", brief(id)));
    return {};
  }
  out.steps.push_back({tree, restore_message(wanted, request.paths, request.wording, who), {}});
  return {};
}

}  // namespace

Result<Revert> compute(const Clone& clone, const Request& request, const Config& config) {
  TRY_VOID(check(request.wording));
  Revert out;
  TRY(out.onto, resolve(clone, request.onto));
  if (request.restore.empty()) {
    TRY(out.commits, select(clone, request));
    TRY_VOID(take_back(clone, request, config, out));
    TRY_VOID(warn(clone, request, out));
  } else {
    TRY_VOID(restore(clone, request, config, out));
  }
  if (out.steps.empty()) return out;
  TRY(const std::string before, tree_of(clone, out.onto));
  TRY(out.files, differences(clone, before, out.steps.back().tree));
  TRY(out.migrations, migrations_among(clone, before, out.steps.back().tree, out.files, config));
  const std::string& message = out.steps.front().message;
  out.title = message.substr(0, message.find('\n'));
  if (out.steps.size() > 1) out.title += fmt::format(" and {} more", out.steps.size() - 1);
  return out;
}

std::string branch_name(const Revert& revert) {
  constexpr std::size_t longest = 60, shortest = 10;
  std::string out;
  for (const char c : revert.title) {
    const auto byte = static_cast<unsigned char>(c);
    if (out.size() >= longest) break;
    if (byte < 0x80 && std::isalnum(byte) != 0)
      out += static_cast<char>(std::tolower(byte));
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  if (!out.starts_with("re")) out = out.empty() ? "revert" : "revert-" + out;
  if (out.size() < shortest)  // a title without a word in ASCII
    out +=
        '-' + brief(revert.commits.empty() ? revert.steps.front().tree : revert.commits.front().id);
  return out;
}

}  // namespace backout::revert
