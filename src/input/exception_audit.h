// All exceptions that a history tells of: entries of the ledger, annotations of migrations and
// ignore comments, with the commit that brought each and the one that took it away.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "git/repository.h"
#include "git/revision.h"

namespace backout {

struct AuditEntry {
  std::string kind{};                // "approval", "annotation", "ignore"
  std::string state{};               // "in force", "expired", "other bytes", "file gone", "removed"
  std::string path{};                // of the migration or manifest
  std::string rule{}, reason{};      // annotations are about no single rule
  std::string sha256{}, approver{};  // of approvals, as the next two
  std::optional<Day> date{}, expires{};
  // The commit that brought it: short id, "Ana <ana@…>", its date; the one that took it away: none
  // when nobody did, or a merge.
  std::string commit{}, author{}, committed{};
  std::string removed_by{}, removed{};
};

struct Audit {
  std::vector<AuditEntry> entries;  // the oldest first
  std::vector<std::string> gaps;    // what could not be looked at, in words
};

// `ledger`: its path. `since`: only exceptions that came after it. undecided: history cannot be
// read.
[[nodiscard]] Result<Audit> audit_exceptions(const git::Repository& repository,
                                             const git::Commit& head,
                                             const std::optional<git::Commit>& since,
                                             const std::string& ledger, Day today);

// The exceptions that one file of a migration or manifest makes, in order: kind, rule and reason.
[[nodiscard]] std::vector<AuditEntry> exceptions_in(std::string_view path, std::string_view text);

}  // namespace backout
