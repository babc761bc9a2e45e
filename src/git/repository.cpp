// libgit2's own reading of the environment is not used: 1.5 refuses GIT_WORK_TREE, and it loads the
// index at once, so that a split index would keep the whole repository shut. Its ownership check is
// replaced by git's: it knows fewer forms of `safe.directory` and reports a foreign repository as
// "not found".
#include "git/repository.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "git/command.h"
#include "git/libgit2.h"

#ifdef __SANITIZE_ADDRESS__
// libgit2 1.5 forgets a buffer for each configuration line it matches when it opens a repository of
// format 1.
extern "C" const char* __lsan_default_suppressions() { return "leak:libpcre2\n"; }
extern "C" const char* __lsan_default_options() { return "print_suppressions=0"; }
#endif

namespace backout::git {
namespace {

namespace fs = std::filesystem;

// Once a process.
bool start_library() {
  static const bool started = [] {
    if (git_libgit2_init() < 0) return false;
    // None of these changes how objects are read: promised objects, config.worktree, undeletable
    // objects, relative links between worktrees.
    std::array<const char*, 4> extensions{"partialclone", "worktreeconfig", "preciousobjects",
                                          "relativeworktrees"};
    git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions.data(), extensions.size());
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);  // see check_owner
    // Like git, trust the local store: it was verified when it was fetched. Twice as fast.
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
    // A tree of a partial clone may name files that were never fetched.
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, 0);
    return true;
  }();
  return started;
}

std::string absolute(const std::string& base, const std::string& path) {
  return (fs::path(base) / path).lexically_normal().string();
}

std::string with_slash(std::string path) {
  if (!path.empty() && path.back() != '/') path += '/';
  return path;
}

// The path without links, as far as it exists.
std::string real(const std::string& path) {
  std::error_code error;
  fs::path result = fs::weakly_canonical(path, error);
  return error ? path : result.string();
}

// Why the repository does not open, and what to do about it.
Error cannot_open(const std::string& place, int code) {
  std::string message = last_error();
  auto mentions = [&](std::string_view words) { return message.find(words) != std::string::npos; };
  if (mentions("objectformat") || mentions("object format"))
    return {
        ErrorKind::undecided,
        fmt::format(
            "the repository of `{}` has SHA-256 object ids, which libgit2 cannot read; judge its "
            "files with `backout lint`, or use a clone in the SHA-1 format",
            place)};
  if (mentions("refstorage"))
    return {
        ErrorKind::undecided,
        fmt::format(
            "the repository of `{}` keeps its references as a reftable, which libgit2 cannot read; "
            "clone it with `git clone --ref-format=files`, or run `git refs migrate "
            "--ref-format=files`",
            place)};
  if (mentions("unsupported extension") || mentions("repository version"))
    return {ErrorKind::undecided,
            fmt::format(
                "the repository of `{}` has a format this build cannot read: {}; use a fresh clone",
                place, message)};
  if (code == GIT_ENOTFOUND)
    return {ErrorKind::usage, fmt::format("`{}` is not inside a git repository", place)};
  return {ErrorKind::undecided,
          fmt::format("cannot open the repository of `{}`: {}", place, message)};
}

bool is_ours(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return true;  // absent: there is nothing to trust
  uid_t us = ::geteuid();
  if (status.st_uid == us) return true;
  const char* caller = us == 0 ? std::getenv("SUDO_UID") : nullptr;  // git's rule for sudo
  return caller != nullptr && std::to_string(status.st_uid) == caller;
}

// git's rule: who may write to the repository may make git run programs, so one found by searching
// must be ours or listed under `safe.directory`. We run nothing, but the list is the user's word on
// what to trust.
Result<void> check_owner(const Repository& repository, const std::string& start_dir) {
  std::string top = repository.work_dir.empty() ? repository.git_dir : repository.work_dir;
  if (is_ours(repository.git_dir) && is_ours(top) && is_ours(repository.work_dir + ".git"))
    return {};
  auto git = run({"-C", start_dir, "rev-parse", "--git-dir"}, {}, 1 << 20);
  if (git && git->status == 0) return {};
  if (top.size() > 1) top.pop_back();
  return fail(ErrorKind::undecided,
              fmt::format("`{0}` belongs to another user and git does not trust it; if you do, run "
                          "`git config --global --add safe.directory {0}`{1}",
                          top, git ? "" : " (" + git.error().message + ")"));
}

// Objects may lie elsewhere: a server's hook sees the pushed ones in a quarantine directory.
void add_object_directories(git_odb* objects, const std::string& base,
                            const Environment& environment) {
  std::string list = environment("GIT_OBJECT_DIRECTORY").value_or("");
  list += ':' + environment("GIT_ALTERNATE_OBJECT_DIRECTORIES").value_or("");
  for (std::string_view rest = list; !rest.empty();) {
    std::string_view path = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(rest.size(), path.size() + 1));
    if (!path.empty())
      git_odb_add_disk_alternate(objects, absolute(base, std::string(path)).c_str());
  }
}

// The words to paste, for whoever runs us (spec of each CI's checkout step).
std::string deepen_remedy(const Environment& environment) {
  if (environment("GITHUB_ACTIONS"))
    return "set `fetch-depth: 0` under `with:` of the actions/checkout step";
  if (environment("GITLAB_CI")) return "set `GIT_DEPTH: 0` under `variables:` of the job";
  if (environment("BITBUCKET_BUILD_NUMBER")) return "set `depth: full` under `clone:`";
  if (environment("TF_BUILD")) return "set `fetchDepth: 0` on the `checkout: self` step";
  return "run `git fetch --unshallow`";
}

// Fills the places. With GIT_DIR alone, git takes the current directory for the top of the
// worktree.
void set_places(Repository& repository, const std::string& start_dir,
                const Environment& environment) {
  auto text = [](const char* path) { return path != nullptr ? with_slash(path) : std::string(); };
  git_repository* handle = repository.handle.get();
  repository.git_dir = text(git_repository_path(handle));
  repository.common_dir = text(git_repository_commondir(handle));
  repository.work_dir = text(git_repository_workdir(handle));
  std::string here = with_slash(real(start_dir));
  if (auto work_tree = environment("GIT_WORK_TREE")) {
    repository.work_dir = with_slash(real(absolute(start_dir, *work_tree)));
  } else if (environment("GIT_DIR") && !repository.work_dir.empty() &&
             !here.starts_with(repository.work_dir)) {
    repository.work_dir = here;
  }
  if (!repository.work_dir.empty() && here.starts_with(repository.work_dir))
    repository.prefix = here.substr(repository.work_dir.size());
  std::string top = repository.work_dir.empty() ? start_dir : repository.work_dir;
  repository.index_file =
      absolute(top, environment("GIT_INDEX_FILE").value_or(repository.git_dir + "index"));
}

// Since git 2.24 the remote that keeps what is missing is marked, before that the repository.
// libgit2's own list of remotes loses memory with each line of the configuration (1.5, its regular
// expressions).
void read_configuration(Repository& repository) {
  Handle<git_config> config;
  Handle<git_config_iterator> entries;
  if (git_repository_config_snapshot(config.out(), repository.handle.get()) != 0) return;
  if (git_config_iterator_new(entries.out(), config.get()) != 0) return;
  git_config_entry* entry = nullptr;
  while (git_config_next(&entry, entries.get()) == 0) {
    std::string_view name = entry->name;
    if (name == "extensions.partialclone") repository.partial = true;
    if (!name.starts_with("remote.")) continue;
    if (name.ends_with(".promisor")) repository.partial = true;
    if (name.ends_with(".url") && name.size() > 11) {
      std::string remote(name.substr(7, name.size() - 11));
      auto& all = repository.remotes;
      if (std::find(all.begin(), all.end(), remote) == all.end()) all.push_back(remote);
    }
  }
}

}  // namespace

void Close::operator()(git_repository* repository) const { git_repository_free(repository); }
void Close::operator()(git_odb* objects) const { git_odb_free(objects); }

Environment process_environment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
  };
}

Result<Repository> open(const std::string& start_dir, const Environment& environment) {
  if (!start_library())
    return fail(ErrorKind::internal, fmt::format("libgit2 does not start: {}", last_error()));
  std::error_code error;
  std::string start = fs::absolute(start_dir, error).string();
  if (error || !fs::is_directory(start, error))
    return fail(ErrorKind::usage, fmt::format("`{}` is not a directory", start_dir));

  auto git_dir = environment("GIT_DIR");
  std::string place = git_dir ? absolute(start, *git_dir) : start;
  unsigned int flags = git_dir ? GIT_REPOSITORY_OPEN_NO_SEARCH | GIT_REPOSITORY_OPEN_NO_DOTGIT : 0;
  std::string across = environment("GIT_DISCOVERY_ACROSS_FILESYSTEM").value_or("");
  if (!across.empty() && across != "0" && across != "false") flags |= GIT_REPOSITORY_OPEN_CROSS_FS;
  std::string ceilings = environment("GIT_CEILING_DIRECTORIES").value_or("");

  Repository repository;
  git_repository* handle = nullptr;
  int code = git_repository_open_ext(&handle, place.c_str(), flags,
                                     ceilings.empty() ? nullptr : ceilings.c_str());
  if (code != 0) return tl::unexpected(cannot_open(place, code));
  repository.handle.reset(handle);
  set_places(repository, start, environment);
  if (!git_dir) TRY_VOID(check_owner(repository, start));
  auto common_dir = environment("GIT_COMMON_DIR");
  if (common_dir && real(absolute(start, *common_dir)) != real(repository.common_dir + "."))
    return fail(ErrorKind::usage,
                fmt::format("GIT_COMMON_DIR names `{}`, but the repository's is `{}`", *common_dir,
                            repository.common_dir));
  git_odb* objects = nullptr;
  if (git_repository_odb(&objects, handle) != 0) return tl::unexpected(cannot_open(place, -1));
  repository.objects.reset(objects);
  add_object_directories(objects, start, environment);
  repository.shallow = git_repository_is_shallow(handle) == 1;
  read_configuration(repository);
  repository.deepen_remedy = deepen_remedy(environment);
  return repository;
}

}  // namespace backout::git
