#include "drive/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "drive/world.h"

namespace backout::drive {
namespace {

const Kind* kind_of(const Step& step) {
  for (const Kind& kind : kinds())
    if (kind.name == step.kind) return &kind;
  return nullptr;
}

Context context_of(Journal& journal, World& world, std::size_t at, Facts& memory) {
  const Plan& plan = journal.operation().plan;
  return {world,
          journal.operation(),
          plan,
          plan.steps[at],
          memory,
          [&journal, &memory, at] { return journal.note(at, memory); },
          [&journal](std::string_view kind) -> const Facts& {
            static const Facts none;
            const Operation& operation = journal.operation();
            for (std::size_t i = 0; i < operation.steps.size(); ++i)
              if (operation.plan.steps[i].kind == kind) return operation.steps[i].memory;
            return none;
          }};
}

StepResult call(Journal& journal, World& world, std::size_t at, Facts& memory, bool back) {
  const Step& step = journal.operation().plan.steps[at];
  const Kind* const kind = kind_of(step);
  if (!kind)
    return tl::unexpected(
        Stop(2, fmt::format("this version of backout does not know the step `{}`; use the one that "
                            "began the operation, or a newer one",
                            step.kind)));
  const auto function = back ? kind->take_back : kind->perform;
  if (!function) return Ended{};
  Context context = context_of(journal, world, at, memory);
  return function(context);
}

// Nobody can write down why we stop: the disk is full, and the journal says less than is true.
Finish not_written(const Error& error) { return {3, false, false, error.message, {}}; }

Finish stop(Journal& journal, int code, const std::string& why, bool waiting) {
  const auto noted = journal.stop(why, waiting);
  return {
      code, false, waiting, noted ? why : fmt::format("{} ({})", why, noted.error().message), {}};
}

Finish finish(Journal& journal, const std::string& outcome) {
  const auto record = journal.end(outcome);
  if (!record) return not_written(record.error());
  return {0, true, false, {}, *record};
}

std::string not_skipped(const Step& step) {
  return fmt::format(
      "`{}` is no step that only proves something, and is not skipped; `--give-up "
      "REASON` ends the operation as things are",
      step.title);
}

Finish forward(Journal& journal, World& world) {
  const std::size_t count = journal.operation().plan.steps.size();
  for (std::size_t i = 0; i < count; ++i) {
    const StepState& state = journal.operation().steps[i];
    if (state.done) continue;
    const Step& step = journal.operation().plan.steps[i];
    world.say(step.title);
    if (const std::string why = std::exchange(world.skip, {}); !why.empty()) {
      const Kind* const kind = kind_of(step);
      if (!kind || !kind->can_be_skipped) return {2, false, false, not_skipped(step), {}};
      if (const auto noted = journal.done(i, state.memory, "skipped: " + why); !noted)
        return not_written(noted.error());
      continue;
    }
    if (const auto noted = journal.start(i); !noted) return not_written(noted.error());
    Facts memory = state.memory;
    const StepResult result = call(journal, world, i, memory, false);
    if (!result) return stop(journal, result.error().code, result.error().message, false);
    if (result->waiting) return stop(journal, 0, result->said, true);
    if (!result->said.empty()) world.say("  " + result->said);
    if (const auto noted = journal.done(i, memory, result->said); !noted)
      return not_written(noted.error());
  }
  return finish(journal, "completed");
}

Finish backward(Journal& journal, World& world) {
  for (std::size_t i = journal.operation().plan.steps.size(); i-- > 0;) {
    const StepState& state = journal.operation().steps[i];
    if (!state.started || state.undone) continue;
    const Step& step = journal.operation().plan.steps[i];
    if (!step.undo.empty()) world.say("undo: " + step.title);
    Facts memory = state.memory;
    const StepResult result = call(journal, world, i, memory, true);
    if (!result) return stop(journal, result.error().code, result.error().message, false);
    if (result->waiting) return stop(journal, 0, result->said, true);
    if (!result->said.empty()) world.say("  " + result->said);
    if (const auto noted = journal.undone(i, result->said); !noted)
      return not_written(noted.error());
  }
  return finish(journal, "undone");
}

}  // namespace

Stop::Stop(Error error)
    : code(error.kind == ErrorKind::usage || error.kind == ErrorKind::input ? 2 : 3),
      message(std::move(error.message)) {}

Finish give_up(Journal& journal, const std::string& why) {
  return finish(journal, "given up: " + why);
}

Finish run(Journal& journal, World& world) {
  return journal.operation().undoing ? backward(journal, world) : forward(journal, world);
}

}  // namespace backout::drive
