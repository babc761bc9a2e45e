// `backout check`: judges what a change adds to its base, read from git objects and never from the
// worktree.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/gate.h"
#include "git/base.h"
#include "git/repository.h"
#include "git/revision.h"
#include "git/staged.h"
#include "git/tree.h"
#include "input/revision.h"

namespace backout::cli {
namespace {

constexpr Help help{
    "backout check [options] [PATH…]",
    "Judges what a change adds: the commits between the merge base of two revisions and the head, "
    "or with `--staged` the index against HEAD. Without\n"
    "`--base` the base comes from the CI's variables, else from the remote's default branch; the "
    "report says which. The configuration is\n"
    "`.backout.yaml` of the base, so that a change cannot weaken its own gate. With PATHs only "
    "what lies there is judged.",
    "examples\n"
    "  backout check --base origin/main          in CI, before a merge\n"
    "  backout check --staged                    as a commit hook\n"
    "  backout check --base v1.4.0 --head v1.5.0 what a release did",
};

struct Options {
  GateOptions gate;
  std::string base, head;
  bool staged = false;
};

// The two sides of a check.
struct Sides {
  git::Tree base, head;
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
  } else {
    out.run.base = report::Revision{"nothing", {}, "first commit"};
  }
  TRY(git::Staged staged, git::staged(repository));
  out.base = std::move(staged.before);
  out.head = std::move(staged.after);
  out.run.head = report::Revision{"index", {}, "--staged"};
  return out;
}

Result<Sides> revision_sides(const git::Repository& repository, const Options& options) {
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
  constexpr std::string_view path = ".backout.yaml";
  constexpr std::uint64_t limit = 1 << 20;
  ConfigChoice out;
  if (!named.empty()) {
    TRY(const std::optional<std::string> bytes, working_file(named));
    if (!bytes)
      return fail(ErrorKind::usage, fmt::format("the configuration `{}` does not exist", named));
    TRY(out.config, read_config(*bytes, named));
    out.origin = report::ConfigOrigin{{}, named, {}};
    return out;
  }
  const git::Entry* entry = git::find(sides.base, path);
  if (!entry) return out;
  if (entry->mode == git::link_mode || entry->mode == git::submodule_mode)
    return fail(
        ErrorKind::usage,
        fmt::format("`{}` of the base is a link, which is not followed; commit the file itself",
                    path));
  TRY(git::Blob blob, git::read_blob(repository, entry->blob, limit, entry->path));
  if (!blob.bytes)
    return fail(ErrorKind::usage,
                fmt::format("`{}` of the base is larger than {} bytes", path, limit));
  TRY(out.config, read_config(*blob.bytes, path));
  out.origin = report::ConfigOrigin{sides.run.base->name, std::string(path), git::hex(entry->blob)};
  return out;
}

Result<int> check(const Options& options, const std::vector<std::string>& paths,
                  const Streams& streams) {
  if (options.staged && !(options.base.empty() && options.head.empty()))
    return fail(ErrorKind::usage,
                "`--staged` compares the index with HEAD and takes neither `--base` nor `--head`");
  TRY_VOID(validate(options.gate));
  TRY(const git::Repository repository, git::open(".", git::process_environment()));
  TRY(Sides sides, options.staged ? staged_sides(repository) : revision_sides(repository, options));
  TRY(const ConfigChoice config, choose_config(repository, sides, options.gate.config));
  TRY(RevisionFiles files, revision_files(repository, std::move(sides.base), std::move(sides.head),
                                          config.config.limits));

  Task task;
  task.base = files.base;
  task.head = files.head;
  for (const std::string& path : paths)
    task.named.push_back(path.starts_with('/') ? path : repository.prefix + path);
  task.unreadable = files.unreadable;
  task.threads = options.gate.threads;
  sides.run.config = config.origin;
  sides.run.limits = files.limits;
  return run_gate(options.gate, streams, task, config.config, std::move(sides.run),
                  [&] { return files.error(); });
}

}  // namespace

int check_command(Arguments arguments, const Streams& streams) {
  CLI::App app;
  Options options;
  app.add_option("--base", options.base, "the revision to compare with")->type_name("REV");
  app.add_option("--head", options.head, "the revision to judge (default: HEAD)")->type_name("REV");
  app.add_flag("--staged", options.staged, "judge the index against HEAD");
  declare(app, options.gate);
  std::vector<std::string> paths;
  if (const auto stopped = parse_arguments(app, help, arguments, streams, paths, std::string::npos))
    return *stopped;
  const Result<int> code = check(options, paths, streams);
  return code ? *code : stop(streams, code.error());
}

}  // namespace backout::cli
