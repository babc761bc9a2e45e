#include "input/exception_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>

#include "core/clock.h"
#include "core/ledger.h"
#include "git/authors.h"
#include "git/blob.h"
#include "git/command.h"
#include "git/signature.h"

namespace backout {
namespace {

constexpr std::uint64_t most_runbook_bytes = std::uint64_t{4} << 20;
constexpr std::size_t most_claims = 20;
constexpr std::size_t most_versions = 500;  // of the ledger that are read

struct History {
  const git::Repository* repository = nullptr;
  ApprovalsConfig approvals;
  std::optional<git::Commit> base, head;
  Day today{};
  std::deque<Source> sources;                                     // the task's files
  SideFile signers;                                               // of the base
  std::optional<Result<std::vector<git::CommitDetail>>> commits;  // of the change
  std::optional<Result<std::vector<git::Oid>>> ledger_commits;    // up to the head, newest first
  std::map<std::string, Ledger> ledgers;                          // by blob

  Result<SideFile> read(const git::Tree& tree, const std::string& path, std::uint64_t limit) {
    const git::Entry* const entry = path.empty() ? nullptr : git::find(tree, path);
    if (!entry) return SideFile{};
    if (entry->mode == git::link_mode) return SideFile{nullptr, "is a link, which is not followed"};
    if (entry->mode == git::submodule_mode) return SideFile{nullptr, "is a submodule"};
    TRY(git::Blob blob, git::read_blob(*repository, entry->blob, limit, path));
    if (!blob.bytes) return SideFile{nullptr, fmt::format("is larger than {} bytes", limit)};
    return SideFile{&sources.emplace_back(make_source(path, std::move(*blob.bytes)))};
  }

  const Result<std::vector<git::CommitDetail>>& change() {
    if (!commits) {
      if (!head || !base)
        commits = std::vector<git::CommitDetail>();
      else
        commits = git::between(*repository, base->id, head->id);
    }
    return *commits;
  }

  // The entries of the ledger as a commit has it.
  Result<const Ledger*> ledger_of(const git::Oid& tree) {
    static const Ledger none;
    TRY(const auto entry, git::entry_at(*repository, tree, approvals.ledger));
    if (!entry || entry->mode == git::link_mode || entry->mode == git::submodule_mode) return &none;
    const std::string id = git::hex(entry->blob);
    if (const auto known = ledgers.find(id); known != ledgers.end()) return &known->second;
    if (ledgers.size() >= most_versions)
      return fail(ErrorKind::undecided,
                  fmt::format("more than {} versions of `{}` lie behind its entry", most_versions,
                              approvals.ledger));
    TRY(const git::Blob blob,
        git::read_blob(*repository, entry->blob, most_ledger_bytes, approvals.ledger));
    Ledger ledger;
    if (blob.bytes) ledger = read_ledger(make_source(approvals.ledger, *blob.bytes).text);
    return &ledgers.emplace(id, std::move(ledger)).first->second;
  }
};

bool holds(const Ledger& ledger, const LedgerEntry& wanted) {
  return std::any_of(ledger.entries.begin(), ledger.entries.end(),
                     [&](const LedgerEntry& one) { return same_words(one, wanted); });
}

void add(std::vector<std::string>& addresses, const std::string& one) {
  if (std::none_of(addresses.begin(), addresses.end(),
                   [&](const std::string& known) { return same_address(known, one); }))
    addresses.push_back(one);
}

// Trailers by which somebody says to have agreed.
void add_claims(const git::CommitDetail& commit, std::vector<std::string>& claims) {
  constexpr std::string_view keys[] = {
      "approved-by",          "acked-by", "reviewed-by", "signed-off-by", "migration-incompatible",
      "migration-approved-by"};
  std::string_view rest = commit.message;
  while (!rest.empty() && claims.size() < most_claims) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t colon = std::min(line.find(':'), line.size());
    for (const std::string_view key : keys)
      if (same_address(line.substr(0, colon), key))
        claims.push_back(fmt::format("commit {} says `{}`", git::short_hex(commit.commit.id),
                                     line.substr(0, 200)));
  }
}

// "Ana <ana@acme.example> 1767225600 +0000"
Result<std::string> identity(const git::Repository& repository, const char* variable) {
  TRY(const git::CommandResult ran,
      git::run({"var", variable}, {{"GIT_DIR", repository.git_dir}}, 1 << 16));
  const std::size_t begin = ran.output.find('<'), end = ran.output.find('>');
  if (ran.status != 0 || begin == std::string::npos || end == std::string::npos || end < begin)
    return fail(ErrorKind::undecided,
                fmt::format("git does not know who commits (`git var {}`): set user.name and "
                            "user.email",
                            variable));
  return ran.output.substr(begin + 1, end - begin - 1);
}

Result<Authorship> authorship(History& history, const std::string& path) {
  Authorship out;
  if (!history.head) {
    for (const char* const variable : {"GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"}) {
      TRY(const std::string address, identity(*history.repository, variable));
      add(out.addresses, address);
    }
    return out;
  }
  const auto& commits = history.change();
  if (!commits) return tl::unexpected(commits.error());
  TRY(const auto made, git::makers(*history.repository, *commits, path));
  for (const git::CommitDetail* const one : made) {
    add(out.addresses, one->author.address);
    add(out.addresses, one->committer.address);
    add_claims(*one, out.claims);
  }
  if (out.addresses.empty())
    return fail(ErrorKind::undecided,
                fmt::format("no commit of the change made `{}` what it is, so nobody can tell who "
                            "wrote it",
                            path));
  return out;
}

// The newest commit whose ledger has the entry while none of its parents' has.
Result<std::optional<git::CommitDetail>> bringer(History& history, const LedgerEntry& entry) {
  const git::Repository& repository = *history.repository;
  const auto start = history.head ? history.head : history.base;
  if (!start) return std::optional<git::CommitDetail>();
  TRY(const Ledger* const there, history.ledger_of(start->tree));
  if (!holds(*there, entry)) return std::optional<git::CommitDetail>();  // staged
  const auto edge = git::shallow_edge(repository);
  if (!history.ledger_commits)
    history.ledger_commits = git::commits_of(repository, start->id, std::nullopt,
                                             {":(top,literal)" + history.approvals.ledger});
  if (!*history.ledger_commits) return tl::unexpected(history.ledger_commits->error());
  const std::vector<git::Oid>& ids = **history.ledger_commits;
  for (const git::Oid& id : ids) {
    TRY(git::CommitDetail one, git::detail(repository, id));
    TRY(const Ledger* const now, history.ledger_of(one.commit.tree));
    if (!holds(*now, entry)) continue;
    if (edge.count(git::hex(id)) != 0) break;
    bool had = false;
    for (const git::Oid& parent_id : one.commit.parents) {
      TRY(const git::CommitDetail parent, git::detail(repository, parent_id));
      TRY(const Ledger* const before, history.ledger_of(parent.commit.tree));
      had = had || holds(*before, entry);
    }
    if (!had) return std::optional(std::move(one));
  }
  return fail(ErrorKind::undecided,
              fmt::format("this clone does not hold the commit that brought the entry about `{}` "
                          "to `{}`; {}",
                          entry.file, history.approvals.ledger, repository.deepen_remedy));
}

Result<Introduction> introduction(History& history, const LedgerEntry& entry) {
  Introduction out;
  TRY(const std::optional<git::CommitDetail> commit, bringer(history, entry));
  const ApprovalsConfig& approvals = history.approvals;
  if (!commit) {
    out.signature_defect =
        fmt::format("the entry is not committed yet: `{}` must commit it, signed (`git commit -S`)",
                    entry.approver);
    return out;
  }
  out.commit = git::short_hex(commit->commit.id);
  out.author = fmt::format("{} <{}>", commit->author.name, commit->author.address);
  if (approvals.signers.empty()) return out;
  if (!history.signers.source) {
    out.signature_defect =
        fmt::format("no signature can be checked, as `{}` {} in the base (`approvals.signers`)",
                    approvals.signers,
                    history.signers.defect.empty() ? "is not there" : history.signers.defect);
    return out;
  }
  TRY(const git::SignatureCheck check,
      git::check_signature(*history.repository, commit->commit.id, history.signers.source->text,
                           entry.approver, history.today));
  if (check.good)
    out.signature = fmt::format("commit {} is signed by `{}` ({}), as `{}` of the base lists",
                                out.commit, entry.approver, check.words, approvals.signers);
  else
    out.signature_defect = fmt::format(
        "commit {}, which brought the entry, {}: `{}` of the base must list the key, and `{}` must "
        "commit the entry, signed (`git commit -S`). Squash and rebase merges lose signatures: "
        "merge with a merge commit",
        out.commit, check.words, approvals.signers, entry.approver);
  return out;
}

}  // namespace

Result<ExceptionTask> exception_task(const git::Repository& repository, const ExceptionSides& sides,
                                     const Config& config) {
  const auto history = std::make_shared<History>();
  history->repository = &repository;
  history->approvals = config.approvals;
  history->base = sides.base_commit;
  history->head = sides.head_commit;
  TRY(const Instant instant, now());
  history->today = day_of(instant);

  ExceptionTask task;
  const ApprovalsConfig& approvals = config.approvals;
  TRY(task.ledger, history->read(*sides.head, approvals.ledger, most_ledger_bytes));
  TRY(task.ledger_before, history->read(*sides.base, approvals.ledger, most_ledger_bytes));
  TRY(task.runbook, history->read(*sides.head, approvals.runbook, most_runbook_bytes));
  TRY(task.runbook_before, history->read(*sides.base, approvals.runbook, most_runbook_bytes));
  TRY(history->signers, history->read(*sides.base, approvals.signers, most_ledger_bytes));
  task.today = history->today;
  task.authorship = [history](const std::string& path) { return authorship(*history, path); };
  task.introduction = [history](const LedgerEntry& entry) { return introduction(*history, entry); };
  return task;
}

}  // namespace backout
