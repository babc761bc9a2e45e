// What a change takes away, seen from every release that a rollback may go back to. The net pass
// says what is gone for which release; the search of their code says who still names it. A step
// that no release names any longer is what the last move of expand and contract should be: it
// passes, and a note states the proof.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/lint.h"
#include "core/old_code.h"
#include "core/task.h"

namespace backout {

// One finding about old code on the new schema.
struct ContractStep {
  const Finding* finding = nullptr;
  std::vector<std::size_t> releases;    // for which it holds: indices into Contraction::releases
  std::optional<std::size_t> object{};  // index into the evidence; absent: a search cannot tell
};

// All of one change of one database.
struct Contraction {
  const MigrationChange& change;
  std::span<const ContractStep> steps;
  // The base first, then older ones, newest first. Without evidence when nobody searched.
  std::span<const ReleaseEvidence> releases;
  const ReleaseEvidence* head = nullptr;  // the change's own code; null as above
  bool code_at_hand = false;              // somebody could search; false: only the schema is judged
  std::vector<std::string> changed_code;  // programs that the same change touches
  const Config& config;
};

// What the code of one release says about a step's object. No evidence: not proven.
[[nodiscard]] Standing standing(const Contraction& contraction, const ContractStep& step,
                                std::size_t release);
// Of all releases for which the step holds: the one that says most against it.
[[nodiscard]] Standing standing(const Contraction& contraction, const ContractStep& step);
// "v1.4.0 orders/cart.go:41: `SELECT gift_note …`"
[[nodiscard]] std::string place(std::string_view release, const Usage& usage);

// A history of the run with what older releases make of the same change.
struct ContractInput {
  const HistoryInput* input = nullptr;       // against the base
  std::vector<Finding>* findings = nullptr;  // of it; added to, and lowered or explained
  struct Older {
    std::size_t release;  // index into Task::releases
    std::vector<Finding> findings;
  };
  std::vector<Older> older{};
  CodeScope scope{};
};
// Words for `limits` where something could not be looked at.
void judge_contraction(const Task& task, const Config& config, const RuleSet& rules,
                       ContractInput input, std::vector<std::string>& limits);

// The rules that tell what a release finds missing: the rest says the same for each release.
[[nodiscard]] RuleSet release_rules(const RuleSet& rules);

}  // namespace backout
