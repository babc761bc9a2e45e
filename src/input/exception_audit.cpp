#include "input/exception_audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "core/annotation.h"
#include "core/exceptions.h"
#include "core/ledger.h"
#include "core/suppress.h"
#include "git/authors.h"
#include "git/blob.h"
#include "git/tree.h"

namespace backout {
namespace {

constexpr std::uint64_t most_bytes = std::uint64_t{16} << 20;  // of one file

std::string_view trim(std::string_view text, std::string_view what = " \t\r") {
  const std::size_t begin = text.find_first_not_of(what);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(what) - begin + 1);
}

bool is_sql(std::string_view path) { return path.ends_with(".sql"); }
bool is_relevant(std::string_view path, std::string_view ledger) {
  return path == ledger || is_sql(path) || path.ends_with(".yaml") || path.ends_with(".yml");
}

void add_ignores(std::string_view path, std::string_view words, std::vector<AuditEntry>& out) {
  if (words.ends_with("*/")) words.remove_suffix(2);
  const IgnoreWords ignore = read_ignore(words);
  for (const std::string_view rule : ignore.rules)
    out.push_back({.kind = "ignore",
                   .path = std::string(path),
                   .rule = std::string(rule),
                   .reason = std::string(ignore.reason)});
}

// Behind a comment sign and `backout:ignore`; nothing: the line has no such comment.
std::optional<std::string_view> comment_of(std::string_view line) {
  constexpr std::string_view word = "backout:ignore";
  const std::size_t at = line.find(word);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view before = trim(line.substr(0, at));
  const bool comment =
      before.ends_with("--") || before.ends_with('*') || before.ends_with('#') || before.empty();
  if (!comment) return std::nullopt;
  return trim(line.substr(at + word.size()));
}

// `backout/ignore: RULE reason`, or its lines below `backout/ignore: |`.
void add_annotated(std::string_view path, std::string_view text, std::vector<AuditEntry>& out) {
  constexpr std::string_view key = "backout/ignore:";
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    std::size_t line_begin = at == 0 ? 0 : text.rfind('\n', at) + 1;  // npos + 1 is 0
    const std::size_t margin = at - line_begin;
    if (!trim(text.substr(line_begin, margin), " \t\"'").empty()) continue;
    std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view value = trim(text.substr(at + key.size(), end - at - key.size()));
    if (!value.empty() && value.front() != '|' && value.front() != '>') {
      add_ignores(path, trim(value, "\"' "), out);
      continue;
    }
    while (end < text.size()) {
      line_begin = end + 1;
      end = std::min(text.find('\n', line_begin), text.size());
      const std::string_view line = text.substr(line_begin, end - line_begin);
      if (!trim(line).empty() && line.find_first_not_of(' ') <= margin) break;
      if (!trim(line).empty()) add_ignores(path, trim(line), out);
    }
  }
}

// An exception that two versions of a file share is the same one.
using Key = std::string;
Key key_of(const AuditEntry& one) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", one.kind, one.path, one.rule, one.reason,
                     one.sha256, one.approver, one.date ? to_text(*one.date) : "",
                     one.expires ? to_text(*one.expires) : "");
}

class Walk {
 public:
  Walk(const git::Repository& repository, const std::string& ledger, Audit& out)
      : repository_(repository), ledger_(ledger), out_(out) {}

  // `cut_off`: the parents are not in this clone.
  Result<void> add(const git::Oid& id, bool cut_off) {
    TRY(git::CommitDetail commit, git::detail(repository_, id));
    if (cut_off) commit.commit.parents.clear();
    std::vector<git::CommitDetail> parents;
    for (const git::Oid& parent : commit.commit.parents) {
      TRY(git::CommitDetail one, git::detail(repository_, parent));
      parents.push_back(std::move(one));
    }
    TRY(const std::vector<std::string> paths, changed(commit, parents));
    for (const std::string& path : paths) {
      TRY(const auto now, at(commit, path));
      std::map<Key, AuditEntry> before;
      for (const git::CommitDetail& parent : parents) {
        TRY(auto one, at(parent, path));
        before.merge(one);
      }
      const std::string author = fmt::format("{} <{}>", commit.author.name, commit.author.address);
      for (const auto& [key, entry] : now)
        if (before.count(key) == 0) bring(key, entry, commit, author);
      for (const auto& [key, entry] : before)
        if (now.count(key) == 0) take_away(key, commit);
    }
    return {};
  }

  // What the head has is there, whatever the branches between say; the rest is not.
  Result<void> settle(const git::CommitDetail& head, Day today) {
    std::map<std::string, std::map<Key, AuditEntry>> files;
    for (AuditEntry& one : out_.entries) {
      const std::string path = one.kind == "approval" ? ledger_ : one.path;
      auto known = files.find(path);
      if (known == files.end()) {
        TRY(auto items, at(head, path));
        known = files.emplace(path, std::move(items)).first;
      }
      const bool there = known->second.count(key_of(one)) != 0 && is_last(one);
      one.state = there ? "in force" : "removed";
      if (!there) continue;
      one.removed_by.clear(), one.removed.clear();
      if (one.kind == "approval") {
        TRY(one.state, state_of(one, head, today));
      }
    }
    return {};
  }

 private:
  bool is_last(const AuditEntry& one) const {
    const auto last = open_.find(key_of(one));
    return last != open_.end() && &out_.entries[last->second] == &one;
  }

  Result<std::string> state_of(const AuditEntry& one, const git::CommitDetail& head, Day today) {
    if (one.expires && *one.expires < today) return std::string("expired");
    TRY(const auto entry, git::entry_at(repository_, head.commit.tree, one.path));
    if (!entry) return std::string("file gone");
    TRY(const git::Blob blob, git::read_blob(repository_, entry->blob, most_bytes, one.path));
    const bool same = blob.bytes && hash_of(make_source(one.path, *blob.bytes)) == one.sha256;
    return std::string(same ? "in force" : "other bytes");
  }

  // Files that no parent has so, or that one had.
  Result<std::vector<std::string>> changed(const git::CommitDetail& commit,
                                           const std::vector<git::CommitDetail>& parents) {
    std::vector<std::string> out;
    if (parents.empty()) {
      TRY(const git::Tree all, git::list(repository_, commit.commit.tree));
      for (const git::Entry& entry : all.entries)
        if (is_relevant(entry.path, ledger_)) out.push_back(entry.path);
      return out;
    }
    TRY(const std::vector<git::Delta> deltas,
        git::diff(repository_, parents.front().commit.tree, commit.commit.tree));
    for (const git::Delta& delta : deltas) {
      if (!is_relevant(delta.path, ledger_)) continue;
      bool taken_over = false;
      for (std::size_t i = 1; i < parents.size() && !taken_over; ++i) {
        TRY(const auto other, git::entry_at(repository_, parents[i].commit.tree, delta.path));
        taken_over = other ? other->blob == delta.new_blob : delta.new_mode == 0;
      }
      if (!taken_over) out.push_back(delta.path);
    }
    return out;
  }

  // The exceptions of a file as a commit has it.
  Result<std::map<Key, AuditEntry>> at(const git::CommitDetail& commit, const std::string& path) {
    std::map<Key, AuditEntry> out;
    TRY(const auto entry, git::entry_at(repository_, commit.commit.tree, path));
    if (!entry || entry->mode == git::link_mode || entry->mode == git::submodule_mode) return out;
    TRY(const git::Blob blob, git::read_blob(repository_, entry->blob, most_bytes, path));
    if (!blob.bytes) {
      const std::string gap = fmt::format("`{}` in {} is larger than {} bytes", path,
                                          git::short_hex(commit.commit.id), most_bytes);
      if (out_.gaps.size() < 20) out_.gaps.push_back(gap);
      return out;
    }
    if (path == ledger_) {
      for (LedgerEntry& one : read_ledger(make_source(path, *blob.bytes).text).entries) {
        AuditEntry item{.kind = "approval",
                        .path = std::move(one.file),
                        .rule = std::move(one.rule),
                        .reason = std::move(one.reason),
                        .sha256 = std::move(one.sha256),
                        .approver = std::move(one.approver),
                        .date = one.date,
                        .expires = one.expires};
        out.emplace(key_of(item), std::move(item));
      }
      return out;
    }
    for (AuditEntry& one : exceptions_in(path, *blob.bytes))
      out.emplace(key_of(one), std::move(one));
    return out;
  }

  void bring(const Key& key, AuditEntry entry, const git::CommitDetail& commit,
             const std::string& author) {
    const auto known = open_.find(key);
    if (known != open_.end() && out_.entries[known->second].removed_by.empty()) return;
    entry.commit = git::short_hex(commit.commit.id);
    entry.author = author;
    entry.committed = commit.date;
    out_.entries.push_back(std::move(entry));
    open_[key] = out_.entries.size() - 1;
  }

  void take_away(const Key& key, const git::CommitDetail& commit) {
    const auto known = open_.find(key);
    if (known == open_.end()) return;
    AuditEntry& entry = out_.entries[known->second];
    entry.removed_by = git::short_hex(commit.commit.id);
    entry.removed = commit.date;
  }

  const git::Repository& repository_;
  const std::string& ledger_;
  Audit& out_;
  std::map<Key, std::size_t> open_;  // the last entry of each
};

}  // namespace

std::vector<AuditEntry> exceptions_in(std::string_view path, std::string_view text) {
  std::vector<AuditEntry> out;
  if (text.find("backout") == std::string_view::npos &&
      text.find("ncompatible") == std::string_view::npos &&
      text.find("NCOMPATIBLE") == std::string_view::npos)
    return out;
  if (is_sql(path)) {
    if (const auto annotation = read_annotation(make_source(std::string(path), std::string(text))))
      out.push_back(
          {.kind = "annotation", .path = std::string(path), .reason = annotation->reason});
  } else {
    add_annotated(path, text, out);
  }
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (const auto words = comment_of(text.substr(0, end))) add_ignores(path, *words, out);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

Result<Audit> audit_exceptions(const git::Repository& repository, const git::Commit& head,
                               const std::optional<git::Commit>& since, const std::string& ledger,
                               Day today) {
  Audit out;
  TRY(const std::vector<git::Oid> ids,
      git::commits_of(repository, head.id, since ? std::optional(since->id) : std::nullopt,
                      {":(top,glob)**/*.sql", ":(top,glob)**/*.yaml", ":(top,glob)**/*.yml",
                       ":(top,literal)" + ledger}));
  const auto edge = git::shallow_edge(repository);
  Walk walk(repository, ledger, out);
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    const bool cut_off = edge.count(git::hex(*id)) != 0;
    if (cut_off && out.gaps.empty())
      out.gaps.push_back(fmt::format("history ends at {}: this clone is shallow; {}",
                                     git::short_hex(*id), repository.deepen_remedy));
    TRY_VOID(walk.add(*id, cut_off));
  }
  TRY(const git::CommitDetail last, git::detail(repository, head.id));
  TRY_VOID(walk.settle(last, today));
  return out;
}

}  // namespace backout
