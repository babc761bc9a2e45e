// `backout check`: judges what a change adds to its base, read from git objects and never from the
// worktree.
#include "cli/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/gate.h"
#include "cli/revision_config.h"
#include "core/config_change.h"
#include "git/base.h"
#include "git/releases.h"
#include "git/repository.h"
#include "git/revision.h"
#include "git/staged.h"
#include "git/tree.h"
#include "input/exception_history.h"
#include "input/old_code.h"
#include "input/revision.h"

namespace backout::cli {
namespace {

constexpr Help help{
    "backout check [options] [PATH…]",
    "Judges what a change adds: the commits between the merge base of two revisions and the head, "
    "or with `--staged` the index against HEAD. Without\n"
    "`--base` the base comes from the CI's variables, else from the remote's default branch; the "
    "report says which. The configuration is\n"
    "`.backout.yaml` of the base, so that a change cannot weaken its own gate; that it would is a "
    "finding. With PATHs only what lies there is judged.",
    "examples\n"
    "  backout check --base origin/main          in CI, before a merge\n"
    "  backout check --staged                    as a commit hook\n"
    "  backout check --base v1.4.0 --head v1.5.0 what a release did",
};

// The two sides of a check.
struct Sides {
  git::Tree base, head;
  std::optional<git::Commit> base_commit, head_commit;  // none: before the first; the index
  report::RunReport run;
};

report::Revision revision_of(std::string name, const git::Commit& commit, std::string chosen_by) {
  return {std::move(name), git::hex(commit.id), std::move(chosen_by)};
}

Result<Sides> staged_sides(const git::Repository& repository) {
  Sides out;
  out.run.mode = report::Mode::staged;
  TRY(const std::optional<git::Commit> commit, git::head(repository));
  if (commit) {
    out.run.base = revision_of("HEAD", *commit, "the commit that is checked out");
    out.base_commit = commit;
  } else {
    out.run.base = report::Revision{"nothing", {}, "first commit"};
  }
  TRY(git::Staged staged, git::staged(repository));
  out.base = std::move(staged.before);
  out.head = std::move(staged.after);
  out.run.head = report::Revision{"index", {}, "--staged"};
  return out;
}

Result<Sides> revision_sides(const git::Repository& repository, const ChangeOptions& options) {
  Sides out;
  out.run.mode = report::Mode::check;
  const std::string head_name = options.head.empty() ? "HEAD" : options.head;
  TRY(const git::Commit head, git::resolve(repository, head_name));
  git::BaseChoice choice{options.base, "--base"};
  if (options.base.empty()) {
    TRY(choice, git::choose_base(repository, head, git::process_environment()));
  }
  TRY(const git::Commit named, git::resolve(repository, choice.revision));
  TRY(const git::Commit base, git::merge_base(repository, named, head));
  out.base_commit = base;
  out.head_commit = head;
  TRY(out.base, git::list(repository, base.tree));
  TRY(out.head, git::list(repository, head.tree));
  out.run.base = revision_of(choice.revision, base,
                             base.id == named.id ? choice.reason : choice.reason + ", merge base");
  out.run.head = revision_of(head_name, head,
                             options.head.empty() ? "the commit that is checked out" : "--head");
  return out;
}

struct ConfigChoice {
  Config config;
  std::optional<report::ConfigOrigin> origin;
};

// The base's configuration, or the file the user names: never the change's own.
Result<ConfigChoice> choose_config(const git::Repository& repository, const Sides& sides,
                                   const std::string& named) {
  ConfigChoice out;
  if (!named.empty()) {
    TRY(const std::optional<std::string> bytes, working_file(named));
    if (!bytes)
      return fail(ErrorKind::usage, fmt::format("the configuration `{}` does not exist", named));
    TRY(out.config, read_config(*bytes, named));
    out.origin = report::ConfigOrigin{{}, named, {}};
    return out;
  }
  const git::Entry* entry = git::find(sides.base, config_path);
  if (!entry) return out;
  TRY(out.config, config_at(repository, *entry, "base"));
  out.origin =
      report::ConfigOrigin{sides.run.base->name, std::string(config_path), git::hex(entry->blob)};
  return out;
}

// Takes the change's own configuration in where it is stricter. A broken one stops every check once
// it is the base's, so the change that brings it is stopped.
std::optional<Error> heed_new_config(const git::Repository& repository, const Sides& sides,
                                     Config& config) {
  const git::Entry* before = git::find(sides.base, config_path);
  const git::Entry* after = git::find(sides.head, config_path);
  if (!after || (before && before->blob == after->blob && before->mode == after->mode)) return {};
  const auto changed = config_at(repository, *after, "change");
  if (!changed)
    return Error{changed.error().kind, changed.error().message +
                                           " (this change's configuration; it "
                                           "counts once it is merged)"};
  config = with_stricter_rules(std::move(config), *changed);
  return {};
}

// The releases of the window with their files. A tag on the base gives it its name and is no other
// release.
struct Older {
  std::vector<std::string> names;
  std::vector<git::Tree> trees;
};
Result<Older> older_releases(const git::Repository& repository, const ReleasesConfig& config,
                             const Sides& sides, std::string& base_name) {
  Older out;
  if (config.tags.empty() || !sides.base_commit) return out;
  TRY(const std::vector<git::Release> releases,
      git::releases(repository, *sides.base_commit, {config.tags, config.window, config.days}));
  for (const git::Release& release : releases) {
    if (release.commit.id == sides.base_commit->id) {
      base_name = release.name;
      continue;
    }
    out.names.push_back(release.name);
    TRY(git::Tree tree, git::list(repository, release.commit.tree));
    out.trees.push_back(std::move(tree));
  }
  return out;
}

// What the user named, as paths from the repository's top; nothing when that is all of it.
Result<std::vector<std::string>> named_paths(const git::Repository& repository, const Sides& sides,
                                             const std::vector<std::string>& given) {
  const auto holds = [](const git::Tree& tree, const std::string& path) {
    const std::string below = path + '/';
    const auto first = std::lower_bound(
        tree.entries.begin(), tree.entries.end(), below,
        [](const git::Entry& entry, const std::string& name) { return entry.path < name; });
    return git::find(tree, path) != nullptr ||
           (first != tree.entries.end() && first->path.starts_with(below));
  };
  std::vector<std::string> out;
  bool all = false;
  for (const std::string& name : given) {
    namespace fs = std::filesystem;
    const fs::path place = name.starts_with('/')
                               ? fs::path(name).lexically_relative(repository.work_dir)
                               : fs::path(repository.prefix + name);
    std::string path = place.lexically_normal().string();
    while (path.ends_with('/')) path.pop_back();
    all |= path == ".";
    if (path != "." && !holds(sides.base, path) && !holds(sides.head, path))
      return fail(ErrorKind::usage,
                  fmt::format("`{}` names no file of the base or the head", name));
    out.push_back(std::move(path));
  }
  if (all) out.clear();
  return out;
}

}  // namespace

void declare(OptionList& list, ChangeOptions& options) {
  declare(list, {{"--base", &options.base, "REV", "the revision to compare with"},
                 {"--head", &options.head, "REV", "the revision to judge (default: HEAD)"},
                 {"--staged", &options.staged, "", "judge the index against HEAD"}});
}

Result<int> with_change(const ChangeOptions& options, const std::vector<std::string>& paths,
                        const std::function<Result<int>(Change&)>& use) {
  if (options.staged && !(options.base.empty() && options.head.empty()))
    return fail(ErrorKind::usage,
                "`--staged` compares the index with HEAD and takes neither `--base` nor `--head`");
  TRY(const git::Repository repository, git::open(".", git::process_environment()));
  TRY(Sides sides, options.staged ? staged_sides(repository) : revision_sides(repository, options));
  TRY(ConfigChoice config, choose_config(repository, sides, options.config));
  if (options.config.empty())
    if (auto defect = heed_new_config(repository, sides, config.config))
      sides.run.errors.push_back(*std::move(defect));
  TRY(std::vector<std::string> named, named_paths(repository, sides, paths));
  TRY(ExceptionTask exceptions,
      exception_task(repository, {&sides.base, &sides.head, sides.base_commit, sides.head_commit},
                     config.config));
  Task task;
  task.base_name = sides.run.base->name;
  TRY(Older older, older_releases(repository, config.config.releases, sides, task.base_name));
  TRY(RevisionFiles files, revision_files(repository, std::move(sides.base), std::move(sides.head),
                                          config.config.limits, std::move(older.trees)));

  task.base = files.base;
  task.head = files.head;
  for (std::size_t i = 0; i < older.names.size(); ++i)
    task.releases.push_back({older.names[i], files.releases[i]});
  task.search = [&, head_name = sides.run.head->name](std::span<const ObjectRef> objects,
                                                      std::span<const ObjectRef> controls,
                                                      const CodeScope& scope) {
    const std::vector<const git::Tree*> trees = files.trees();
    std::vector<ReleaseTree> releases{{task.base_name, trees[0]}};
    for (std::size_t i = 0; i < older.names.size(); ++i)
      releases.push_back({older.names[i], trees[i + 2]});
    releases.push_back({head_name, trees[1]});
    return search_releases(repository, releases, objects,
                           {scope, config.config.limits.file_bytes, options.threads}, controls);
  };
  task.named = std::move(named);
  task.unreadable = files.unreadable;
  task.blobs = files.head_blobs;
  task.base_blobs = files.base_blobs;
  task.threads = options.threads;
  task.config_of_base = options.config.empty();
  exceptions.exists = [&](std::string_view path) {
    return std::binary_search(files.head.paths.begin(), files.head.paths.end(), path);
  };
  sides.run.config = config.origin;
  Change change{repository, config.config, task,
                exceptions, sides.run,     [&] { return files.error(); }};
  return use(change);
}

int check_command(Arguments arguments, const Streams& streams) {
  OptionList list;
  ChangeOptions options;
  GateOptions gate;
  declare(list, options);
  declare(list, gate);
  std::vector<std::string> paths;
  if (const auto stopped =
          parse_arguments(list, help, arguments, streams, paths, std::string::npos))
    return *stopped;
  options.config = gate.config;
  options.threads = gate.threads;
  const Result<int> code = with_change(options, paths, [&](Change& change) -> Result<int> {
    return run_gate(gate, streams, change.task, change.config, std::move(change.run),
                    change.late_error, &change.exceptions);
  });
  return code ? *code : stop(streams, code.error());
}

}  // namespace backout::cli
