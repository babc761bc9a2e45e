// Complete clones are walked by libgit2. In shallow ones git itself is asked: 1.5 stumbles over the
// edge and later versions take the edge for the beginning of history, so the answer is checked
// against it as well.
#include "git/revision.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <string_view>
#include <unordered_set>

#include "git/command.h"
#include "git/libgit2.h"

namespace backout::git {
namespace {

constexpr std::size_t output_limit = std::size_t{256} << 20;

Commit make_commit(const git_commit* commit) {
  Commit result{
      from_libgit2(*git_commit_id(commit)), from_libgit2(*git_commit_tree_id(commit)), {}};
  for (unsigned int i = 0; i < git_commit_parentcount(commit); ++i)
    result.parents.push_back(from_libgit2(*git_commit_parent_id(commit, i)));
  return result;
}

Result<Commit> load(const Repository& repository, const Oid& id) {
  git_oid raw = to_libgit2(id);
  Handle<git_object> object;
  if (git_object_lookup(object.out(), repository.handle.get(), &raw, GIT_OBJECT_COMMIT) != 0)
    return fail(ErrorKind::undecided,
                fmt::format("cannot read commit {}: {}", short_hex(id), last_error()));
  return make_commit(reinterpret_cast<const git_commit*>(object.get()));
}

// How many single-character edits lie between two names.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      std::size_t replace = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replace, row[j] + 1, diagonal + 1});
    }
  }
  return row[b.size()];
}

std::string_view without_prefix(std::string_view name) {
  for (std::string_view prefix : {"refs/heads/", "refs/tags/", "refs/remotes/", "refs/"})
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  return name;
}

// Up to three branches or tags that were perhaps meant: same last part, or few edits away.
std::vector<std::string> near_names(const Repository& repository, std::string_view wanted) {
  struct Candidate {
    std::size_t score;
    std::string name;
    auto operator<=>(const Candidate&) const = default;
  };
  std::vector<Candidate> candidates;
  Handle<git_reference_iterator> iterator;
  if (wanted.size() > 200 ||
      git_reference_iterator_new(iterator.out(), repository.handle.get()) != 0)
    return {};
  const char* full_name = nullptr;
  for (int seen = 0; seen < 20'000 && git_reference_next_name(&full_name, iterator.get()) == 0;
       ++seen) {
    std::string_view name = without_prefix(full_name);
    if (name.size() > 200) continue;
    std::string_view last = name.substr(name.rfind('/') + 1);
    std::size_t score = last == wanted ? 0 : distance(name, wanted);
    if (score <= (wanted.size() + 2) / 3) candidates.push_back({score, std::string(name)});
  }
  std::sort(candidates.begin(), candidates.end());
  std::vector<std::string> result;
  for (Candidate& candidate : candidates)
    if (result.size() < 3 &&
        std::find(result.begin(), result.end(), candidate.name) == result.end())
      result.push_back(std::move(candidate.name));
  return result;
}

// "origin/main" when `origin` is a remote: the command that brings it, also into a single-branch
// clone.
std::string fetch_command(const Repository& repository, std::string_view revision) {
  std::string_view name =
      revision.starts_with("refs/remotes/") ? without_prefix(revision) : revision;
  std::size_t slash = name.find('/');
  if (slash == std::string_view::npos || slash + 1 == name.size()) return {};
  std::string remote(name.substr(0, slash));
  if (std::find(repository.remotes.begin(), repository.remotes.end(), remote) ==
      repository.remotes.end())
    return {};
  std::string_view branch = name.substr(slash + 1);
  return fmt::format("git fetch {0} +refs/heads/{1}:refs/remotes/{0}/{1}", remote, branch);
}

// git's order: a whole id, a reference, an abbreviated id. libgit2's parser does the same, but
// in 1.5 it loses 20 KB whenever a name turns out to be unknown, so it only sees names with
// operators in them.
int look_up(const Repository& repository, const std::string& revision, Handle<git_object>& object) {
  git_repository* handle = repository.handle.get();
  if (revision.find_first_of("~^@:{") != std::string::npos ||
      revision.find("-g") != std::string::npos)
    return git_revparse_single(object.out(), handle, revision.c_str());
  git_oid id;
  if (auto whole = parse_oid(revision)) {
    id = to_libgit2(*whole);
    return git_object_lookup(object.out(), handle, &id, GIT_OBJECT_ANY);
  }
  Handle<git_reference> reference, direct;
  if (git_reference_dwim(reference.out(), handle, revision.c_str()) == 0 &&
      git_reference_resolve(direct.out(), reference.get()) == 0)
    return git_object_lookup(object.out(), handle, git_reference_target(direct.get()),
                             GIT_OBJECT_ANY);
  auto is_digit = [](unsigned char c) { return std::isxdigit(c) != 0; };
  if (revision.size() < 4 || revision.size() > 40 ||
      !std::all_of(revision.begin(), revision.end(), is_digit))
    return GIT_ENOTFOUND;
  std::string padded = revision + std::string(40 - revision.size(), '0');
  id = to_libgit2(parse_oid(padded).value());
  return git_object_lookup_prefix(object.out(), handle, &id, revision.size(), GIT_OBJECT_ANY);
}

Error unknown(const Repository& repository, const std::string& revision, int code) {
  if (code == GIT_EAMBIGUOUS)
    return {ErrorKind::usage,
            fmt::format("`{}` names more than one object; give more digits", revision)};
  // "HEAD~3": is it the name or the number of steps?
  std::size_t suffix = revision.find_first_of("~^@");
  if (suffix != std::string::npos && suffix > 0 && exists(repository, revision.substr(0, suffix))) {
    if (repository.shallow)
      return {ErrorKind::undecided,
              fmt::format("`{}` lies beyond the edge of this shallow clone; {}", revision,
                          repository.deepen_remedy)};
    return {ErrorKind::usage,
            fmt::format("`{}` names no commit: history does not reach that far", revision)};
  }
  if (parse_oid(revision))
    return {ErrorKind::undecided,
            fmt::format("commit `{0}` is not in this clone; {1}`git fetch origin {0}`", revision,
                        repository.shallow ? repository.deepen_remedy + ", or run " : "run ")};
  if (std::string command = fetch_command(repository, revision); !command.empty())
    return {ErrorKind::usage,
            fmt::format("`{}` is not in this clone; run `{}`{}", without_prefix(revision), command,
                        repository.shallow ? ", or " + repository.deepen_remedy : "")};
  std::vector<std::string> names = near_names(repository, revision);
  if (names.empty()) return {ErrorKind::usage, fmt::format("`{}` names no commit here", revision)};
  return {ErrorKind::usage, fmt::format("`{}` names no commit here; did you mean `{}`?", revision,
                                        fmt::join(names, "` or `"))};
}

Error hidden(const Repository& repository, const Commit& base, const Commit& head,
             const std::string& detail) {
  return {
      ErrorKind::undecided,
      fmt::format("this shallow clone does not hold the history back to where {} and {} part{}; {}",
                  short_hex(base.id), short_hex(head.id), detail, repository.deepen_remedy)};
}

Result<Commit> shallow_merge_base(const Repository& repository, const Commit& base,
                                  const Commit& head) {
  Variables variables = {{"GIT_DIR", repository.git_dir}};
  TRY(CommandResult found,
      run({"merge-base", hex(base.id), hex(head.id)}, variables, output_limit));
  auto id = parse_oid(std::string_view(found.output).substr(0, 40));
  if (found.status != 0 || !id)
    return tl::unexpected(
        hidden(repository, base, head, found.errors.empty() ? "" : " (" + found.errors + ")"));
  // A later common ancestor could only hide behind an edge on the way to this one.
  TRY(CommandResult range,
      run({"rev-list", hex(base.id), hex(head.id), "^" + hex(*id)}, variables, output_limit));
  if (range.status != 0)
    return tl::unexpected(hidden(repository, base, head, " (" + range.errors + ")"));
  std::unordered_set<std::string> edge = shallow_edge(repository);
  for (std::string_view rest = range.output; rest.size() > 40; rest.remove_prefix(41))
    if (edge.count(std::string(rest.substr(0, 40))) != 0)
      return tl::unexpected(hidden(repository, base, head, ""));
  return load(repository, *id);
}

}  // namespace

std::unordered_set<std::string> shallow_edge(const Repository& repository) {
  std::unordered_set<std::string> edge;
  std::ifstream file(repository.common_dir + "shallow");
  for (std::string line; std::getline(file, line);) edge.insert(line.substr(0, 40));
  return edge;
}

Result<Commit> resolve(const Repository& repository, const std::string& revision) {
  if (revision.empty()) return fail(ErrorKind::usage, "a revision is empty");
  Handle<git_object> object, commit;
  int code = look_up(repository, revision, object);
  if (code != 0) return tl::unexpected(unknown(repository, revision, code));
  if (git_object_peel(commit.out(), object.get(), GIT_OBJECT_COMMIT) != 0)
    return fail(ErrorKind::usage,
                fmt::format("`{}` names a {}, not a commit", revision,
                            git_object_type2string(git_object_type(object.get()))));
  return make_commit(reinterpret_cast<const git_commit*>(commit.get()));
}

bool exists(const Repository& repository, const std::string& revision) {
  Handle<git_object> object;
  return look_up(repository, revision, object) == 0;
}

Result<std::optional<Commit>> head(const Repository& repository) {
  int unborn = git_repository_head_unborn(repository.handle.get());
  if (unborn == 1) return std::optional<Commit>();
  if (unborn < 0)
    return fail(ErrorKind::undecided, fmt::format("cannot read HEAD: {}", last_error()));
  TRY(Commit commit, resolve(repository, "HEAD"));
  return std::optional<Commit>(std::move(commit));
}

Result<Commit> merge_base(const Repository& repository, const Commit& base, const Commit& head) {
  auto is_parent = [](const Commit& parent, const Commit& child) {
    return std::find(child.parents.begin(), child.parents.end(), parent.id) != child.parents.end();
  };
  if (base.id == head.id || is_parent(base, head))
    return base;  // all that a clone of depth 2 can tell
  if (is_parent(head, base)) return head;
  if (repository.shallow) return shallow_merge_base(repository, base, head);
  git_oid one = to_libgit2(base.id);
  git_oid two = to_libgit2(head.id);
  git_oid found;
  if (git_merge_base(&found, repository.handle.get(), &one, &two) == 0)
    return load(repository, from_libgit2(found));
  if (last_error_class() == GIT_ERROR_MERGE)
    return fail(ErrorKind::usage, fmt::format("{} and {} have no commit in common",
                                              short_hex(base.id), short_hex(head.id)));
  return fail(ErrorKind::undecided,
              fmt::format("cannot find where {} and {} part: {}", short_hex(base.id),
                          short_hex(head.id), last_error()));
}

}  // namespace backout::git
