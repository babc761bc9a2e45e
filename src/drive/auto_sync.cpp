// Auto-sync goes off with the policy's other fields kept (servers from 3.1 know `enabled`) or, on
// older servers, by taking the policy out. What it was is noted byte for byte, in the journal and
// in an annotation of the application, before anything is changed. The request tests on the server
// that the policy still is what was read, so that two people cannot undo each other unseen. A patch
// is always validated, which fails when the bad commit cannot be rendered; a PUT of the spec is
// not.
#include <fmt/format.h>

#include <array>

#include "argocd/change.h"
#include "argocd/raw_json.h"
#include "argocd/resource.h"
#include "argocd/words.h"
#include "drive/live.h"
#include "drive/steps.h"
#include "drive/world.h"

namespace backout::drive {
namespace {

using argocd::Application;
using argocd::json_text;
using argocd::Outcome;
using argocd::raw_value;
using std::chrono::milliseconds;

// The policy with auto-sync off; empty: taken out.
std::string paused_form(std::string_view saved, std::string_view how) {
  return how == "remove" ? std::string() : argocd::with_value(saved, {"enabled"}, "false");
}

// JSON patch from `was` to `is`; either may be empty (absent). `note`: the annotation's text, empty
// to take it away.
std::string patch(const Application& app, const std::string& was, const std::string& is,
                  const std::string& note) {
  constexpr std::string_view path = "/spec/syncPolicy/automated";
  std::vector<std::string> out;
  const auto add = [&](std::string_view at, std::string_view value) {
    out.push_back(fmt::format(R"({{"op":"add","path":"{}","value":{}}})", at, value));
  };
  if (!was.empty())
    out.push_back(fmt::format(R"({{"op":"test","path":"{}","value":{}}})", path, was));
  if (is.empty())
    out.push_back(fmt::format(R"({{"op":"remove","path":"{}"}})", path));
  else if (!was.empty() || raw_value(app.json, {"spec", "syncPolicy"}))
    add(path, is);
  else
    add("/spec/syncPolicy", fmt::format(R"({{"automated":{}}})", is));

  const std::string at = "/metadata/annotations/" + argocd::pointer_part(annotation);
  if (note.empty()) {
    if (raw_value(app.json, {"metadata", "annotations", annotation}))
      out.push_back(fmt::format(R"({{"op":"remove","path":"{}"}})", at));
  } else if (raw_value(app.json, {"metadata", "annotations"})) {
    add(at, json_text(note));
  } else {
    add("/metadata/annotations", fmt::format("{{{}:{}}}", json_text(annotation), json_text(note)));
  }
  return fmt::format("[{}]", fmt::join(out, ","));
}

std::string spec_with(const Application& app, const std::string& policy) {
  const std::string_view spec = *raw_value(app.json, {"spec"});
  return policy.empty() ? argocd::without(spec, {"syncPolicy", "automated"})
                        : argocd::with_value(spec, {"syncPolicy", "automated"}, policy);
}

std::string show(const std::string& policy) { return policy.empty() ? "nothing" : policy; }

Stop changed_meanwhile(const Application& app, const std::string& expected) {
  const auto note = raw_value(app.json, {"metadata", "annotations", annotation});
  return {1,
          fmt::format(
              "the sync policy of `{}` is no longer what it was: `automated` is {} and not {}{}; "
              "somebody else is at work, talk to them before you go on",
              full_name(app), show(automated(app)), show(expected),
              note ? fmt::format(" (annotation `{}`: {})", annotation, *note) : "")};
}

// Since 3.5 an action that flips `enabled`, for those who may not write the application.
Outcome toggle(Context& context, const Application& app) {
  return argocd::run_action(client(context), app_name(context.plan),
                            {"argoproj.io", "v1alpha1", "Application", app.name_space, app.name},
                            "toggle-auto-sync");
}

// `enabled: true` stands where nothing says so: on in both.
bool same_meaning(std::string_view now, std::string_view is) {
  return !is.empty() && raw_value(is, {"enabled"}) != "false" &&
         same_json(now, argocd::with_value(is, {"enabled"}, "true"));
}

// The whole spec, which the server takes without validation; read again, as validation took its
// time and somebody may have changed it meanwhile.
tl::expected<Outcome, Stop> send_spec(Context& context, const Application& before,
                                      const std::string& is) {
  TRY(const Application app, look(context));
  if (!same_json(automated(app), automated(before)))
    return tl::unexpected(changed_meanwhile(app, automated(before)));
  return put_spec(client(context), app_name(context.plan), spec_with(app, is));
}

// One attempt, by whatever way is open.
tl::expected<Outcome, Stop> send_policy(Context& context, const Application& app,
                                        const std::string& is, const std::string& note,
                                        bool may_toggle, std::string& said) {
  Outcome out = patch_application(client(context), app_name(context.plan),
                                  patch(app, automated(app), is, note));
  if (out.kind != Outcome::Kind::refused) return out;
  if (out.response.status == 400) {
    // Validation: the target cannot be resolved or rendered, which is often why we are here.
    said += fmt::format(" (without validation: {})", out.said);
    return send_spec(context, app, is);
  }
  if (may_toggle && out.response.status == 403 &&
      fact(context.plan.connection, "toggle") == "yes") {
    said += " (by the action `toggle-auto-sync`, as the right to update is missing)";
    return toggle(context, app);
  }
  return out;
}

// Turns the policy from `was` into `is`. Each attempt begins with what is there now, so that an
// answer that got lost is found out.
StepResult set_policy(Context& context, const std::string& was, const std::string& is,
                      const std::string& note, const std::string& found) {
  constexpr int attempts = 3;
  std::string said = found;
  Outcome last;
  for (int i = 0; i < attempts; ++i) {
    TRY(const Application app, look(context));
    const std::string now = automated(app);
    if (same_json(now, is)) return Ended{said};
    const bool means_the_same = same_meaning(now, is);
    if (!means_the_same && !same_json(now, was)) return tl::unexpected(changed_meanwhile(app, was));
    if (app.deleting)
      return tl::unexpected(Stop(
          1, fmt::format("`{}` is being deleted; nothing of it can be changed", full_name(app))));
    said = found;
    // No answer to the first: validation asks git, and takes longer than anybody waits.
    const bool slow = i > 0 && last.kind == Outcome::Kind::unknown;
    if (slow) said += " (without validation, as the server did not answer in time)";
    TRY(last, slow ? send_spec(context, app, is)
                   : send_policy(context, app, is, note, !means_the_same, said));
    const int status = last.response.status;
    if (means_the_same && status == 403)
      return Ended{found + ", with `enabled: true` written, which means the same"};
    if (last.kind == Outcome::Kind::refused && status != 500 && status != 409)
      return tl::unexpected(Stop(std::move(last.error)));
    if (last.kind != Outcome::Kind::done && !pause(context, context.plan.pace.poll))
      return tl::unexpected(interrupted());
  }
  TRY(const Application app, look(context));
  const std::string now = automated(app);
  if (same_json(now, is) || same_meaning(now, is)) return Ended{said};
  return tl::unexpected(last.kind == Outcome::Kind::done
                            ? Stop(1, fmt::format("the server accepted the sync policy of `{}` and "
                                                  "it is still {}",
                                                  full_name(app), show(now)))
                            : Stop(std::move(last.error)));
}

// Looks whether the policy stays as it is for a while.
StepResult watch(Context& context, const std::string& expected, const std::string& said) {
  const milliseconds whole = context.plan.pace.watch;
  milliseconds gone{0};
  for (const milliseconds at : {whole / 15, whole / 3, whole}) {
    if (!pause(context, at - gone)) return tl::unexpected(interrupted());
    gone = at;
    TRY(const Application app, look(context));
    if (same_json(automated(app), expected)) continue;
    const std::string owner =
        app.owners.empty() ? std::string() : fmt::format(" ({})", app.owners.front());
    return tl::unexpected(Stop(
        1, fmt::format("auto-sync of `{}` was turned on again within {} s: something owns the "
                       "application{} and writes its sync policy back; stop that first (pause the "
                       "parent, or let the ApplicationSet ignore `/spec/syncPolicy/automated`), or "
                       "go back by a revert in git alone (`backout revert`)",
                       full_name(app), gone.count() / 1000 + 1, owner)));
  }
  return Ended{said};
}

std::string annotation_text(const Context& context, const std::string& saved) {
  return fmt::format(R"({{"id":{},"by":{},"automated":{}}})", json_text(context.operation.id),
                     json_text(context.operation.by), saved);
}

// saved, paused: noted by the pause, or, when that was another's, given with the step.
const Facts& what_was(const Context& context) {
  const Facts& noted = context.memory_of("pause-auto-sync");
  return noted.empty() ? context.step.given : noted;
}

}  // namespace

// given: automated (as read for the plan), how ("disable" or "remove").
// memory: saved, paused.
StepResult pause_auto_sync(Context& context) {
  std::string saved(fact(context.memory, "saved"));
  if (saved.empty()) {
    saved = fact(context.step.given, "automated");
    TRY(const Application app, look(context));
    if (!same_json(automated(app), saved)) return tl::unexpected(changed_meanwhile(app, saved));
    context.memory["saved"] = saved;
    context.memory["paused"] = paused_form(saved, fact(context.step.given, "how"));
    TRY_VOID(context.save());
  }
  const std::string paused(fact(context.memory, "paused"));
  TRY(const Ended set, set_policy(context, saved, paused, annotation_text(context, saved),
                                  fmt::format("it was {}", saved)));
  return watch(context, paused, set.said);
}

// Takes `pause-auto-sync` back, and is a step of its own: gives back what that one noted.
StepResult restore_auto_sync(Context& context) {
  const Facts& noted = what_was(context);
  const std::string saved(fact(noted, "saved"));
  if (saved.empty()) return Ended{"it was never paused"};
  return set_policy(context, std::string(fact(noted, "paused")), saved, {},
                    fmt::format("it is {} again", saved));
}

StepResult pause_again(Context& context) {
  const Facts& noted = what_was(context);
  const std::string saved(fact(noted, "saved"));
  return set_policy(context, saved, std::string(fact(noted, "paused")),
                    annotation_text(context, saved), "paused again");
}

// Waits until the user asks for auto-sync again, for weeks if need be.
StepResult stay_paused(Context& context) {
  if (context.world.end_pause) return restore_auto_sync(context);
  return Ended{fmt::format("auto-sync of `{0}` stays paused until `backout app resume {0}`",
                           context.plan.subject),
               true};
}

}  // namespace backout::drive
