#include "git/authors.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/clock.h"
#include "git/command.h"
#include "git/libgit2.h"

namespace backout::git {
namespace {

constexpr std::size_t most_commits = 20'000;  // of a change
constexpr std::size_t most_names = 1'000;     // that one file may have had
constexpr std::size_t output_limit = std::size_t{32} << 20;

Person person(const git_signature* signature) {
  if (signature == nullptr) return {};
  return {signature->name, signature->email};
}

Result<std::vector<Oid>> rev_list(const Repository& repository,
                                  const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"rev-list", "--topo-order"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  TRY(const CommandResult listed, run(words, {{"GIT_DIR", repository.git_dir}}, output_limit));
  if (listed.status != 0)
    return fail(ErrorKind::undecided, fmt::format("cannot list commits: {}", listed.errors));
  std::vector<Oid> ids;
  for (std::string_view rest = listed.output; rest.size() > 40; rest.remove_prefix(41))
    if (const auto id = parse_oid(rest.substr(0, 40))) ids.push_back(*id);
  return ids;
}

bool same(const std::optional<Entry>& a, const std::optional<Entry>& b) {
  return a.has_value() == b.has_value() && (!a || (a->blob == b->blob && a->mode == b->mode));
}

std::string_view extension(std::string_view path) {
  const std::size_t point = path.rfind('.');
  return point == std::string_view::npos ? std::string_view() : path.substr(point);
}

// Names that the file a commit brings may have had in its parent: what the same commit deletes of
// that kind, and what has the same bytes.
Result<void> add_former_names(const Repository& repository, const Commit& parent,
                              const Commit& child, const Entry& entry,
                              std::set<std::string>& names) {
  TRY(const std::vector<Delta> deltas, diff(repository, parent.tree, child.tree));
  for (const Delta& delta : deltas)
    if (delta.status == Status::deleted && extension(delta.path) == extension(entry.path))
      names.insert(delta.path);
  TRY(const Tree before, list(repository, parent.tree));
  for (const Entry& one : before.entries)
    if (one.blob == entry.blob) names.insert(one.path);
  if (names.size() > most_names)
    return fail(ErrorKind::undecided,
                fmt::format("`{}` may have had more than {} names before, so nobody can tell who "
                            "wrote it",
                            entry.path, most_names));
  return {};
}

}  // namespace

Result<CommitDetail> detail(const Repository& repository, const Oid& id) {
  git_oid raw = to_libgit2(id);
  Handle<git_object> object;
  if (git_object_lookup(object.out(), repository.handle.get(), &raw, GIT_OBJECT_COMMIT) != 0)
    return fail(ErrorKind::undecided,
                fmt::format("cannot read commit {}: {}", short_hex(id), last_error()));
  const auto* const commit = reinterpret_cast<const git_commit*>(object.get());
  CommitDetail out;
  out.commit = {id, from_libgit2(*git_commit_tree_id(commit)), {}};
  for (unsigned int i = 0; i < git_commit_parentcount(commit); ++i)
    out.commit.parents.push_back(from_libgit2(*git_commit_parent_id(commit, i)));
  const git_signature* const author = git_commit_author(commit);
  out.author = person(author);
  out.committer = person(git_commit_committer(commit));
  if (author != nullptr)
    out.date = to_text(day_of(Instant(std::chrono::seconds(
        std::clamp<git_time_t>(author->when.time, 0, git_time_t{253'402'300'799})))));
  const char* const message = git_commit_message_raw(commit);
  if (message != nullptr) out.message = message;
  return out;
}

Result<std::vector<CommitDetail>> between(const Repository& repository, const Oid& base,
                                          const Oid& head) {
  TRY(const std::vector<Oid> ids, rev_list(repository, {hex(head), "^" + hex(base)}));
  if (ids.size() >= most_commits)
    return fail(ErrorKind::undecided, fmt::format("more than {} commits between {} and {}",
                                                  most_commits, short_hex(base), short_hex(head)));
  const auto edge = shallow_edge(repository);
  std::vector<CommitDetail> out;
  for (const Oid& id : ids) {
    if (edge.count(hex(id)) != 0)
      return fail(ErrorKind::undecided,
                  fmt::format("this shallow clone hides commits between {} and {}, so nobody can "
                              "tell who wrote the change; {}",
                              short_hex(base), short_hex(head), repository.deepen_remedy));
    TRY(CommitDetail one, detail(repository, id));
    out.push_back(std::move(one));
  }
  return out;
}

Result<std::vector<const CommitDetail*>> makers(const Repository& repository,
                                                const std::vector<CommitDetail>& commits,
                                                const std::string& path) {
  std::vector<const CommitDetail*> out;
  std::set<std::string> names{path};
  for (const CommitDetail& one : commits) {
    bool touched = false;
    for (const std::string& name : std::set<std::string>(names)) {
      TRY(const std::optional<Entry> now, entry_at(repository, one.commit.tree, name));
      bool taken_over = false, had_it = false;
      for (const Oid& id : one.commit.parents) {
        TRY(const CommitDetail parent, detail(repository, id));
        TRY(const std::optional<Entry> before, entry_at(repository, parent.commit.tree, name));
        taken_over = taken_over || same(now, before);
        had_it = had_it || before;
      }
      if (taken_over || (!now && !had_it)) continue;
      touched = true;
      if (!now || had_it) continue;
      for (const Oid& id : one.commit.parents) {
        TRY(const CommitDetail parent, detail(repository, id));
        TRY_VOID(add_former_names(repository, parent.commit, one.commit, *now, names));
      }
    }
    if (touched) out.push_back(&one);
  }
  return out;
}

Result<std::vector<Oid>> commits_of(const Repository& repository, const Oid& head,
                                    const std::optional<Oid>& since,
                                    const std::vector<std::string>& pathspecs) {
  std::vector<std::string> words = {"--full-history", hex(head)};
  if (since) words.push_back("^" + hex(*since));
  words.emplace_back("--");
  words.insert(words.end(), pathspecs.begin(), pathspecs.end());
  return rev_list(repository, words);
}

Result<std::optional<Entry>> entry_at(const Repository& repository, const Oid& tree,
                                      const std::string& path) {
  git_oid raw = to_libgit2(tree);
  Handle<git_object> object;
  if (git_object_lookup(object.out(), repository.handle.get(), &raw, GIT_OBJECT_TREE) != 0)
    return fail(ErrorKind::undecided,
                fmt::format("cannot read tree {}: {}", short_hex(tree), last_error()));
  git_tree_entry* found = nullptr;
  const int code =
      git_tree_entry_bypath(&found, reinterpret_cast<const git_tree*>(object.get()), path.c_str());
  if (code == GIT_ENOTFOUND) return std::optional<Entry>();
  if (code != 0)
    return fail(ErrorKind::undecided, fmt::format("cannot look up `{}` in tree {}: {}", path,
                                                  short_hex(tree), last_error()));
  const Entry entry{path, static_cast<std::uint32_t>(git_tree_entry_filemode_raw(found)),
                    from_libgit2(*git_tree_entry_id(found))};
  const bool folder = git_tree_entry_type(found) == GIT_OBJECT_TREE;
  git_tree_entry_free(found);
  return folder ? std::optional<Entry>() : std::optional<Entry>(entry);
}

}  // namespace backout::git
