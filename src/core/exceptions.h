// Audited exceptions. A break, which is an error in a migration of the change, passes only with
// all three: the migration's header says so and why (core/annotation.h), somebody of the platform
// team who did not write it has signed off these bytes (core/ledger.h), and the data-recovery
// runbook was changed with it and names it. What is missing is a finding of its own that tells what
// to write (rules/release/exception-*.cpp and approv*.cpp hold the words). What is accepted leaves
// the findings and stays in every report with its evidence. Who may approve, which runbook and
// whose signatures count is the base's word; only the ledger is read from the change, as the
// approval may come with it.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/config.h"
#include "core/finding.h"
#include "core/ledger.h"
#include "core/lint.h"
#include "core/result.h"
#include "core/suppress.h"

namespace backout {

// A file of one side of the change.
struct SideFile {
  const Source* source = nullptr;
  std::string defect{};  // why it is there and cannot be read: "is a symbolic link"
};

// Who made a file what it is, as the commits of the change tell.
struct Authorship {
  std::vector<std::string> addresses;  // of authors and committers, each once
  std::vector<std::string> claims;     // trailers such as `Approved-by`: shown, never trusted
};

// The commit that brought a ledger entry.
struct Introduction {
  std::string commit;            // short; empty: not committed yet
  std::string author;            // "Ana <ana@acme.example>"
  std::string signature;         // of the approver, in words; empty: none that counts
  std::string signature_defect;  // then why, and what to do
};

// What surrounds the findings. The functions ask git and are called only when somebody tries to
// make an exception; their errors (undecided) mean that history is not there to tell.
struct ExceptionTask {
  SideFile ledger, ledger_before;
  SideFile runbook, runbook_before;
  Day today{};
  std::function<bool(std::string_view path)> exists;  // in the change
  std::function<Result<Authorship>(const std::string& path)> authorship;
  std::function<Result<Introduction>(const LedgerEntry&)> introduction;
};

// A break that passes.
struct Override {
  Finding finding;     // as found
  std::string reason;  // of the migration's header
  LedgerEntry approval;
  Location approval_at;               // in the ledger
  std::vector<std::string> evidence;  // what was checked, and what others claim
  std::string unsettled;  // what could not be looked at; not empty: then nothing is decided
};

struct Exceptions {
  std::vector<Override> overrides;
  std::vector<Error> errors;  // undecided
  bool attempted = false;     // somebody tried to make an exception
  bool possible = false;      // there are breaks that an exception could let pass
};

// Takes the accepted breaks out of `findings` and adds what is to be said about exceptions, at the
// levels in `rules`. After `apply_ignores`. The level of those rules decides what is reported,
// never what passes.
[[nodiscard]] Exceptions apply_exceptions(std::vector<Finding>& findings,
                                          std::span<const JudgedScript> scripts,
                                          const Config& config, const RuleSet& rules,
                                          const ExceptionTask& task);

// Whether findings of a rule can be let pass; not those about exceptions and ignores themselves.
[[nodiscard]] bool can_be_excepted(std::string_view rule);

// The digits that an approval of the file's bytes names.
[[nodiscard]] std::string hash_of(const Source& source);

// Whether a text names a migration, as a word: its path, its file name, that without extensions
// when it has a number, or the folder's where all files are called the same.
[[nodiscard]] bool mentions(std::string_view text, std::string_view path);

}  // namespace backout
