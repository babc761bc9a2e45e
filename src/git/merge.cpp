#include "git/merge.h"

#include <fmt/format.h>

#include "git/libgit2.h"

namespace backout::git {

namespace {

Result<void> look_up(const Repository& repository, const std::string& id,
                     Handle<git_object>& tree) {
  const auto oid = parse_oid(id);
  if (!oid) return fail(ErrorKind::internal, fmt::format("`{}` is no object id", id));
  const git_oid raw = to_libgit2(*oid);
  if (git_object_lookup(tree.out(), repository.handle.get(), &raw, GIT_OBJECT_TREE) != 0)
    return fail(ErrorKind::undecided,
                fmt::format("cannot read the tree {}: {}", short_hex(*oid), last_error()));
  return {};
}

const git_tree* as_tree(const Handle<git_object>& object) {
  return reinterpret_cast<const git_tree*>(object.get());
}

std::optional<MergeSide> side_of(const git_index_entry* entry) {
  if (entry == nullptr) return std::nullopt;
  return MergeSide{entry->path, entry->mode, hex(from_libgit2(entry->id))};
}

}  // namespace

Result<Merged> merge_trees(const Repository& repository, const std::string& ancestor,
                           const std::string& ours, const std::string& theirs) {
  Handle<git_object> a, b, c;
  TRY_VOID(look_up(repository, ancestor, a));
  TRY_VOID(look_up(repository, ours, b));
  TRY_VOID(look_up(repository, theirs, c));
  const auto failed = [](std::string_view what) {
    return fail(ErrorKind::undecided, fmt::format("{}: {}", what, last_error()));
  };
  git_merge_options options;
  git_merge_options_init(&options, GIT_MERGE_OPTIONS_VERSION);
  Handle<git_index> index;
  if (git_merge_trees(index.out(), repository.handle.get(), as_tree(a), as_tree(b), as_tree(c),
                      &options) != 0)
    return failed("cannot merge");
  Merged out;
  if (git_index_has_conflicts(index.get()) == 0) {
    git_oid tree;
    if (git_index_write_tree_to(&tree, index.get(), repository.handle.get()) != 0)
      return failed("cannot write the merged tree");
    out.tree = hex(from_libgit2(tree));
    return out;
  }
  Handle<git_index_conflict_iterator> iterator;
  if (git_index_conflict_iterator_new(iterator.out(), index.get()) != 0)
    return failed("cannot list the conflicts");
  const git_index_entry *one = nullptr, *two = nullptr, *three = nullptr;
  while (git_index_conflict_next(&one, &two, &three, iterator.get()) == 0)
    out.conflicts.push_back({side_of(one), side_of(two), side_of(three)});
  return out;
}

}  // namespace backout::git
