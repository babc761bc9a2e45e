#include "drive/rollout_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "argocd/words.h"
#include "rollout/words.h"

namespace backout::drive {
namespace {

using rollout::Action;
using rollout::Before;
using rollout::Judgement;

std::string name_of(const FoundRollout& found) { return found.name_space + "/" + found.name; }

std::string verb(Action action) {
  switch (action) {
    case Action::abort:
      return "abort the update of";
    case Action::retry:
      return "try the aborted update again of";
    case Action::promote:
      return "go on with the update of";
    case Action::promote_full:
      return "promote fully, without steps, pauses and analysis,";
    case Action::pause:
      return "pause";
    case Action::resume:
      return "end the pause of";
    case Action::restart:
      return "restart the pods of";
    case Action::undo:
      return "undo the template of";
  }
  return {};
}

std::string check_of(Action action) {
  switch (action) {
    case Action::abort:
      return "no traffic goes to the new version, and all pods of the stable one are available";
    case Action::retry:
      return "the controller has begun the update again";
    case Action::promote:
    case Action::resume:
      return "the controller goes on";
    case Action::promote_full:
      return "the new version is the stable one, and Healthy";
    case Action::pause:
      return "the controller has seen the pause";
    case Action::restart:
      return "the controller has replaced all pods";
    case Action::undo:
      return "the earlier version is the stable one, and Healthy; a pause on the way waits for you";
  }
  return {};
}

std::string back_of(Action action) {
  if (action == Action::retry) return "`abort`";
  if (action == Action::pause) return "`spec.paused` is taken away again";
  return {};
}

// What is sent, as far as it can be told beforehand.
std::string effect_of(const FoundRollout& found, Action action, const Before& before) {
  if (found.managed)
    return fmt::format("Argo CD's action `{}`", rollout::argocd_name(action, before));
  std::string out;
  for (const rollout::Write& write : rollout::writes(action, before, *found.rollout))
    out += fmt::format("{}PATCH {} `{}`", out.empty() ? "" : ", then ",
                       write.of_status ? "/status" : "the object", write.body);
  return out.empty() ? "nothing: it is so already" : out;
}

void add_versions(const FoundRollout& found, Plan& plan) {
  for (const rollout::ReplicaSet& set : found.sets) {
    const bool current = set.hash == found.rollout->current_hash;
    const bool stable = set.hash == found.rollout->stable_hash;
    if (current || stable)
      plan.facts.push_back(fmt::format("{} version: {}, {} of {} pods available ({})",
                                       current && stable ? "new and stable"
                                       : stable          ? "stable"
                                                         : "new",
                                       rollout::images_in_words(set.images), set.available,
                                       set.wanted, set.hash));
  }
}

// What can be chosen from.
void add_revisions(const FoundRollout& found, Instant now, Plan& plan) {
  constexpr std::size_t most = 10;
  const auto revisions = rollout::revisions_of(*found.rollout, found.sets);
  for (std::size_t i = 0; i < std::min(revisions.size(), most); ++i) {
    const rollout::Revision& one = revisions[i];
    const std::string age = rollout::age(one.created_at, now);
    plan.facts.push_back(fmt::format(
        "revision {}: {}{}, {} pods{}{}", one.number, rollout::images_in_words(one.images),
        age.empty() ? "" : fmt::format(", {} old", age), one.pods,
        one.current ? ", the template" : "", one.stable ? ", stable" : ""));
  }
  if (revisions.size() > most)
    plan.facts.push_back(fmt::format("{} older revisions", revisions.size() - most));
}

Plan begin(const FoundRollout& found, Action action, std::string title) {
  Plan out;
  out.command = fmt::format("rollout-{}", rollout::name_of(action));
  out.subject = name_of(found);
  out.title = std::move(title);
  out.facts.push_back(found.where);
  if (found.rollout) {
    out.facts.push_back(rollout::state_in_words(*found.rollout));
    if (action != Action::undo) add_versions(found, out);
  } else {
    out.facts.push_back(fmt::format("its health is {}{}{}", found.health,
                                    found.health_message.empty() ? "" : ": ",
                                    found.health_message));
    out.warnings.emplace_back(
        "there is no right to see the live Rollout: weights and pods cannot be checked, its health "
        "alone can");
  }
  out.warnings.insert(out.warnings.end(), found.warnings.begin(), found.warnings.end());
  return out;
}

// Facts that both steps go by.
Facts given_of(const FoundRollout& found, Action action, const Before& before) {
  Facts out{{"action", std::string(rollout::name_of(action))},
            {"before", rollout::to_text(before)},
            {"namespace", found.name_space},
            {"name", found.name}};
  if (found.managed) out["version"] = found.managed->resource.version;
  return out;
}

void add_steps(const FoundRollout& found, Action action, Step act, Plan& plan) {
  const Facts given = act.given;
  plan.steps.push_back(std::move(act));
  plan.steps.push_back({"wait-for-rollout",
                        fmt::format("wait for `{}`", name_of(found)),
                        {},
                        {},
                        found.rollout ? check_of(action) : "what its health says",
                        {},
                        given});
}

}  // namespace

Plan action_plan(const FoundRollout& found, Action action, const std::string& time) {
  Plan out = begin(found, action, fmt::format("{} `{}`", verb(action), name_of(found)));
  Before before = found.rollout ? rollout::before(*found.rollout) : Before{};
  before.restart_at = time;
  std::string needs;
  if (found.rollout) {
    const Judgement judgement = rollout::judge(action, *found.rollout);
    if (judgement.kind == Judgement::Kind::pointless) out.refusals.push_back(judgement.why);
    if (judgement.kind == Judgement::Kind::already) out.facts.push_back(judgement.why);
    if (judgement.kind == Judgement::Kind::wait)
      needs = "the controller has looked at the present template, else this would be lost";
    for (const std::string& note : judgement.notes) out.warnings.push_back(note);
    out.debt = rollout::what_next(action, *found.rollout, found.sets).to_do;
  } else if (found.health == "Suspended") {
    before.had_pauses = true;
  }
  add_steps(found, action,
            {"act-on-rollout",
             fmt::format("{} `{}`", verb(action), name_of(found)),
             needs,
             effect_of(found, action, before),
             {},
             back_of(action),
             given_of(found, action, before)},
            out);
  return out;
}

Plan undo_plan(const FoundRollout& found, const rollout::Choice& choice, Instant time) {
  const rollout::Rollout& now = *found.rollout;
  const rollout::ReplicaSet& target = choice.target;
  Plan out = begin(found, Action::undo,
                   fmt::format("undo `{}` to revision {}, {}", name_of(found), target.revision,
                               rollout::images_in_words(target.images)));
  add_revisions(found, time, out);
  if (now.deleting) out.refusals.emplace_back("it is being deleted");
  if (choice.nothing_to_do)
    out.facts.push_back(
        fmt::format("its template is that of revision {} already: nothing is "
                    "written",
                    target.revision));
  out.warnings.insert(out.warnings.end(), choice.notes.begin(), choice.notes.end());
  Facts given = given_of(found, Action::undo, rollout::before(now));
  given["from"] = now.current_hash;
  given["to"] = target.hash;
  const std::string holder = now.workload.kind.empty()
                                 ? std::string("the Rollout")
                                 : fmt::format("{} `{}`, which the Rollout refers to",
                                               now.workload.kind, now.workload.name);
  add_steps(found, Action::undo,
            {"act-on-rollout",
             fmt::format("the template of ReplicaSet `{}` into {}", target.name, holder),
             "nobody has changed the specification meanwhile",
             "PATCH the object `[{\"op\":\"replace\",\"path\":\"/spec/template\",…}]`",
             {},
             fmt::format("the template of {} again", rollout::images_in_words(now.images)),
             given},
            out);
  out.debt = rollout::what_next(Action::undo, now, found.sets).to_do;
  return out;
}

Plan no_undo_plan(const FoundRollout& found) {
  Plan out = begin(found, Action::undo, fmt::format("undo `{}`", name_of(found)));
  const std::string app = found.managed ? argocd::in_words(found.managed->app) : std::string();
  const std::string name = found.managed ? found.managed->app.name : std::string();
  out.refusals.emplace_back(
      "Argo CD has no undo: the template belongs to git, and a self-heal would put it back");
  if (found.rollout && !rollout::is_promoted(*found.rollout) && !found.rollout->abort)
    out.debt.push_back(
        fmt::format("at once: `backout rollout abort {}/{}`, as the update is still "
                    "going on",
                    name, found.name));
  out.debt.emplace_back("what stays: `backout revert COMMIT` in the GitOps repository, and a sync");
  out.debt.push_back(
      fmt::format("without waiting for a merge: `backout rollback {}`, which pauses "
                  "auto-sync of {}",
                  name, app));
  out.debt.push_back(
      fmt::format("past git, for as long as nothing heals itself: `backout rollout "
                  "undo --kube {}`",
                  name_of(found)));
  return out;
}

}  // namespace backout::drive
