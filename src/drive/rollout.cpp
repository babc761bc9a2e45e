// Steps on a Rollout, through Kubernetes or Argo CD. What was decided on is in the plan (`before`),
// so that nothing has to be noted: the same call finds out what of it is there already.
#include <fmt/format.h>

#include "core/interrupt.h"
#include "drive/live.h"
#include "drive/steps.h"
#include "drive/world.h"
#include "rollout/argocd.h"
#include "rollout/kube.h"
#include "rollout/words.h"

namespace backout::drive {
namespace {

using rollout::Action;
using rollout::Before;
using rollout::Done;
using rollout::Judgement;
using rollout::Look;
using rollout::Progress;

// Which Rollout, the way to it, and what was decided on.
struct Subject {
  Action action{};
  Before before{};
  rollout::Target target{};
  rollout::ManagedRollout managed{};
  std::string from, to;  // of an undo
  bool through_kube = false;
};

tl::expected<Subject, Stop> subject_of(Context& context) {
  const Facts& given = context.step.given;
  const auto action = rollout::action_named(fact(given, "action"));
  const auto before = rollout::read_before(fact(given, "before"));
  if (!action || !before)
    return tl::unexpected(Stop(3, "the plan does not say what is to be done to the Rollout"));
  Subject out{*action,
              *before,
              {},
              {},
              std::string(fact(given, "from")),
              std::string(fact(given, "to")),
              context.world.kube.has_value()};
  out.target = {std::string(fact(given, "namespace")), std::string(fact(given, "name"))};
  if (out.through_kube) return out;
  out.managed = {app_name(context.plan),
                 {"argoproj.io", std::string(fact(given, "version")), "Rollout",
                  out.target.name_space, out.target.name}};
  return out;
}

std::string in_words(const Subject& subject) {
  return fmt::format("Rollout `{}/{}`", subject.target.name_space, subject.target.name);
}

Result<Look> look_at(Context& context, const Subject& subject) {
  return subject.through_kube
             ? rollout::look(*context.world.kube, subject.target, subject.action, subject.before,
                             subject.to)
             : rollout::look(client(context), subject.managed, subject.action, subject.before);
}

Done perform(Context& context, const Subject& subject) {
  if (!subject.through_kube)
    return rollout::perform(client(context), subject.managed, subject.action, subject.before);
  if (subject.action == Action::undo)
    return rollout::perform_undo(*context.world.kube, subject.target, subject.from, subject.to);
  return rollout::perform(*context.world.kube, subject.target, subject.action, subject.before);
}

// No answer, which may be another the next time.
bool may_pass(const Error& error) { return error.kind == ErrorKind::undecided; }

// Until the controller has seen the template that the action is about.
StepResult wait_for_template(Context& context, const Subject& subject) {
  std::string last;
  return poll(
      context, context.plan.pace.operation,
      [&]() -> tl::expected<std::optional<Ended>, Stop> {
        Result<Look> found = look_at(context, subject);
        if (!found && !may_pass(found.error())) return tl::unexpected(Stop(found.error()));
        if (!found) {
          last = found.error().message;
          return std::nullopt;
        }
        if (!found->rollout) return Ended{};
        const bool seen =
            subject.action == Action::undo
                ? rollout::is_observed(*found->rollout)
                : judge(subject.action, *found->rollout).kind != Judgement::Kind::wait;
        last = "the controller has not looked at its template";
        return seen ? std::optional<Ended>(Ended{}) : std::nullopt;
      },
      [&] { return Stop(3, fmt::format("{}: {}", in_words(subject), last)); });
}

// Asks again, after having looked, while there is no answer.
StepResult carry_out(Context& context, const Subject& subject) {
  constexpr int attempts = 3;
  Done done;
  for (int i = 0; i < attempts; ++i) {
    if (i > 0 && !pause(context, context.plan.pace.poll)) return tl::unexpected(interrupted());
    done = perform(context, subject);
    if (done.kind != Done::Kind::unknown) break;
  }
  if (done.kind == Done::Kind::changed) return tl::unexpected(Stop(1, done.error.message));
  if (done.kind != Done::Kind::done) return tl::unexpected(Stop(done.error));
  return Ended{done.writes == 0 ? "nothing was left to do" : "asked for"};
}

StepResult taken_back_by(Context& context, Subject subject, Action action) {
  Result<Look> found = look_at(context, subject);
  if (!found) return tl::unexpected(Stop(found.error()));
  subject.action = action;
  subject.before = found->rollout ? rollout::before(*found->rollout) : Before{subject.before};
  if (action == Action::resume && found->rollout) {
    if (!found->rollout->paused) return Ended{"it is not paused by `spec.paused` any more"};
    if (!subject.through_kube && !found->rollout->pauses.empty())
      return tl::unexpected(
          Stop(1, fmt::format("{} is in a pause of its own, too, and Argo CD's `resume` would end "
                              "both; `backout rollout promote` goes on with the update",
                              in_words(subject))));
    subject.before.had_pauses = false;  // that one is not ours
  }
  return carry_out(context, subject);
}

}  // namespace

StepResult act_on_rollout(Context& context) {
  TRY(const Subject subject, subject_of(context));
  if (StepResult seen = wait_for_template(context, subject); !seen) return seen;
  return carry_out(context, subject);
}

StepResult take_back_rollout(Context& context) {
  TRY(Subject subject, subject_of(context));
  switch (subject.action) {
    case Action::pause:
      return taken_back_by(context, subject, Action::resume);
    case Action::retry:
      return taken_back_by(context, subject, Action::abort);
    case Action::undo:
      std::swap(subject.from, subject.to);
      return carry_out(context, subject);
    case Action::abort:
      return Ended{"the abort stays; `backout rollout retry` brings the update again"};
    default:
      return Ended{"this cannot be taken back; `backout rollout abort` or a revert goes back"};
  }
}

StepResult wait_for_rollout(Context& context) {
  TRY(const Subject subject, subject_of(context));
  const bool long_way = subject.action == Action::undo || subject.action == Action::promote_full;
  const Pace& pace = context.plan.pace;
  std::string last, told;
  return poll(
      context, long_way ? pace.health : pace.operation,
      [&]() -> tl::expected<std::optional<Ended>, Stop> {
        Result<Look> found = look_at(context, subject);
        if (!found && !may_pass(found.error())) return tl::unexpected(Stop(found.error()));
        if (!found) {
          last = found.error().message;
          return std::nullopt;
        }
        const Progress& progress = found->progress;
        last = progress.words;
        switch (progress.state) {
          case Progress::State::lost:
            return tl::unexpected(Stop(1, fmt::format("{}: {}", in_words(subject), last)));
          case Progress::State::stuck:
            return Ended{fmt::format("{}: {}", in_words(subject), last), true};
          case Progress::State::settled:
            if (found->rollout)
              for (const std::string& fact : what_next(subject.action, *found->rollout, {}).facts)
                context.world.say("  " + fact);
            return Ended{last};
          case Progress::State::going:
            break;
        }
        if (told != last) context.world.say("  " + last);
        told = last;
        return std::nullopt;
      },
      [&] {
        return Stop(3, fmt::format("{}: out of time ({} s); {}", in_words(subject),
                                   (long_way ? pace.health : pace.operation).count() / 1000, last));
      });
}

}  // namespace backout::drive
