// The ledger of approvals: a YAML list, one entry a break that somebody of the platform team let
// pass. The author of a change writes it as he likes, so it is read strictly: what is not exactly
// an entry is a problem and counts for nothing. Tags, aliases and merged maps are refused, as they
// let an entry say something else than its lines do.
//
//   - file: db/migrations/0042_drop_note.up.sql   as git names it
//     rule: compat/drop-column                    one entry a rule
//     sha256: 5f3d…                               of the file's bytes
//     approver: ana@acme.example
//     reason: …                                   a line of text
//     date: 2026-03-01
//     expires: 2026-03-31                         the last day on which it counts
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/source.h"

namespace backout {

inline constexpr std::array<std::string_view, 7> ledger_keys = {
    "file", "rule", "sha256", "approver", "reason", "date", "expires"};

struct LedgerEntry {
  std::string file, rule, sha256, approver, reason;
  Day date{}, expires{};
  Span place{};  // of the whole entry
  Span file_place{}, rule_place{}, sha256_place{}, approver_place{}, expires_place{};

  // What it says, wherever it stands.
  friend bool same_words(const LedgerEntry& a, const LedgerEntry& b) {
    return a.file == b.file && a.rule == b.rule && a.sha256 == b.sha256 &&
           a.approver == b.approver && a.reason == b.reason && a.date == b.date &&
           a.expires == b.expires;
  }
};

struct LedgerProblem {
  Span place;  // empty: the whole file
  std::string message;
};

struct Ledger {
  std::vector<LedgerEntry> entries;  // those without a problem, in order
  std::vector<LedgerProblem> problems;
};

inline constexpr std::size_t most_ledger_bytes = std::size_t{1} << 20;

// `bytes`: what follows a byte-order mark (core/source.h).
[[nodiscard]] Ledger read_ledger(std::string_view bytes);

// An entry as lines for the end of a ledger.
[[nodiscard]] std::string ledger_lines(const LedgerEntry& entry);

// E-mail addresses are compared so: in whole, without regard to the case of ASCII letters.
[[nodiscard]] bool same_address(std::string_view a, std::string_view b);
// "ana@acme.example": one `@` with something on both sides, printable ASCII without blanks, quotes
// and brackets.
[[nodiscard]] bool is_address(std::string_view text);

}  // namespace backout
