// Carries out a plan, step by step. A step looks at the world first and changes only what is not
// as it should be: the same call begins it, goes on after a crash, and finds that nothing is left
// to do. What it must know later it notes before it changes anything.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"
#include "drive/journal.h"
#include "drive/plan.h"

namespace backout::drive {

// Why a step does not go on.
struct Stop {
  int code = 1;         // exit code: 1 refused, failed or fought; 2 usage; 3 not known
  std::string message;  // what, where, why and what to do
  Stop(int exit_code, std::string words) : code(exit_code), message(std::move(words)) {}
  Stop(Error error);  // NOLINT(google-explicit-constructor): TRY turns the one into the other
};
struct Ended {
  std::string said;      // what was found or done; one line
  bool waiting = false;  // not done: somebody has to do something, then `backout resume` goes on
};
using StepResult = tl::expected<Ended, Stop>;

struct World;  // drive/world.h: the clients

// What a step works with.
struct Context {
  World& world;
  const Operation& operation;
  const Plan& plan;
  const Step& step;
  Facts& memory;                                            // its own
  std::function<Result<void>()> save;                       // before something is changed
  std::function<const Facts&(std::string_view)> memory_of;  // of another kind of step; or empty
};

struct Kind {
  std::string_view name;
  StepResult (*perform)(Context& context);
  StepResult (*take_back)(Context& context);  // null: there is nothing to take back
  bool can_be_skipped = false;                // it proves something, and changes nothing
};
// Every kind of step: drive/kinds.cpp.
[[nodiscard]] std::span<const Kind> kinds();

// Goes on with the journal's operation, in the direction it has. Says on `World::say` what it does;
// ends the journal when all is done. `message`: why it stopped, or what it waits for.
struct Finish {
  int code = 0;
  bool ended = false, waiting = false;
  std::string message;  // of a stop or a wait
  std::string record;   // file; empty: it has not ended
};
[[nodiscard]] Finish run(Journal& journal, World& world);
// Ends it as things are: nothing is asked and nothing changed.
[[nodiscard]] Finish give_up(Journal& journal, const std::string& why);

}  // namespace backout::drive
