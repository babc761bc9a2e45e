// What a command is going to do, as data: printed before anything is touched, kept in the journal,
// and all that `backout resume` needs after a crash. Nothing in a plan is a secret.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"

namespace backout::drive {

// Values that a step was planned with, or has to remember. Lists are joined by newlines.
using Facts = std::map<std::string, std::string, std::less<>>;
[[nodiscard]] std::string_view fact(const Facts& facts, std::string_view name);  // or empty
[[nodiscard]] std::vector<std::string> list(const Facts& facts, std::string_view name);
[[nodiscard]] std::string joined(const std::vector<std::string>& words);

// One step, in the words of who reads the plan. `kind` names its row in the table of kinds
// (drive/kind.h) and is unique in a plan.
struct Step {
  std::string kind;    // "pause-auto-sync"
  std::string title;   // "pause auto-sync of `shop/catalog`"
  std::string needs;   // what must be true before; empty: nothing
  std::string effect;  // what it changes, with the request
  std::string check;   // how it is known that it is done
  std::string undo;    // what `backout undo` does; empty: there is nothing to undo
  Facts given{};
};

// How long things take and how often we look. Kept with the plan, so that `resume` does as it did.
struct Pace {
  std::chrono::milliseconds poll{2'000}, slowest_poll{10'000};
  std::chrono::milliseconds operation{600'000};   // until an operation must have ended
  std::chrono::milliseconds health{900'000};      // until the application must be healthy
  std::chrono::milliseconds healthy_for{30'000};  // without a break
  std::chrono::milliseconds watch{15'000};        // whether somebody undoes what we did
  std::chrono::milliseconds merge{0};             // until a revert must be merged; 0: one look
};

struct Plan {
  std::string command;                // "rollback"
  std::string subject;                // "shop/catalog"
  std::string title;                  // "roll back `shop/catalog` from 3f2a… to 9b1c…"
  std::vector<std::string> facts;     // what was found
  std::vector<std::string> warnings;  // what fights, is left behind, is skipped
  std::vector<std::string> refusals;  // why it must not be carried out; empty: it may be
  std::vector<Step> steps;
  std::vector<std::string> debt;  // what somebody has to do afterwards
  Facts connection{};             // how to reach the servers again
  Pace pace{};
  std::string preflight{};  // verdict and report, Markdown; empty: none was made
};

struct TextOptions {
  bool color = false;
  std::size_t width = 0;  // 0: nothing is fitted
};
[[nodiscard]] std::string text(const Plan& plan, const TextOptions& options);

[[nodiscard]] std::string json(const Plan& plan, int indent);  // -1: on one line
[[nodiscard]] std::optional<Plan> read_plan(std::string_view json);

// ---- what became of it

struct StepState {
  Facts memory;  // as last noted
  std::optional<Instant> started, ended;
  bool done = false, undone = false;
  std::string said;  // what it found, when done
};

// An operation as its journal tells it.
struct Operation {
  std::string id;  // "rollback-catalog-3f2a"
  std::string by;  // "ana@laptop"
  Instant started{};
  Plan plan;
  std::vector<StepState> steps;  // as many as the plan's
  bool undoing = false;          // `backout undo` has begun
  std::string stopped;           // why it does not go on; empty: it runs, was killed or ended
  bool waiting = false;          // it stopped to wait for somebody
  std::string outcome;           // "completed", "undone"; empty: it is open
  std::optional<Instant> ended;
};

// The Markdown record for the incident's ticket.
[[nodiscard]] std::string record(const Operation& operation);
// For programs: the operation with its plan.
[[nodiscard]] std::string json(const Operation& operation);
// What is off because of it, a line each: "auto-sync of `shop/catalog` is paused since …".
[[nodiscard]] std::vector<std::string> what_is_off(const Operation& operation);

}  // namespace backout::drive
