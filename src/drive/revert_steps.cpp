// Each step asks git what is there before it does anything, so that it can be called again. The
// commit is made on the base as it is then; a second call after a crash makes the same one on the
// same base, or finds it.
#include <fmt/format.h>

#include "argocd/words.h"
#include "drive/live.h"
#include "drive/revert_request.h"
#include "drive/steps.h"
#include "drive/world.h"
#include "forge/forge.h"

namespace backout::drive {
namespace {

const Facts& given_of(const Context& context) {
  for (const Step& step : context.plan.steps)
    if (step.kind == "revert") return step.given;
  return context.step.given;
}

std::string text(const Facts& facts, std::string_view name) {
  return std::string(fact(facts, name));
}

Result<revert::Base> fetched(const revert::Clone& clone, const Facts& given) {
  return revert::find_base(clone, {text(given, "remote"), text(given, "base"), true}, {});
}

std::string body_of(const Context& context) {
  std::string out =
      fmt::format("{}\n\nOperation `{}` of {}. Until this is merged auto-sync stays paused.\n",
                  context.plan.title, context.operation.id, context.operation.by);
  for (const std::string& one : context.plan.facts) out += "\n- " + one;
  if (!context.plan.preflight.empty()) out += "\n\n" + context.plan.preflight;
  return out;
}

}  // namespace

revert::Request restore_of(const Facts& given, const std::string& onto) {
  revert::Request out;
  out.onto = onto;
  out.restore = text(given, "good");
  out.paths = list(given, "paths");
  return out;
}

revert::Request request_of(const Facts& given, const std::string& onto) {
  if (list(given, "revisions").empty()) return restore_of(given, onto);
  revert::Request out;
  out.onto = onto;
  out.revisions = list(given, "revisions");
  out.squash = true;
  return out;
}

// given: folder, remote, base, branch, and the request. memory: onto, commit.
StepResult make_revert(Context& context) {
  const Facts& given = context.step.given;
  TRY(const revert::Clone clone, revert::open(text(given, "folder")));
  if (fact(context.memory, "onto").empty()) {
    TRY(const revert::Base base, fetched(clone, given));
    context.memory["onto"] = base.tip;
    TRY_VOID(context.save());
  }
  const std::string onto = text(context.memory, "onto");
  TRY(const revert::Revert left, revert::compute(clone, restore_of(given, onto), Config{}));
  if (left.steps.empty()) return Ended{"git says it already"};
  const revert::Request request = request_of(given, onto);
  TRY(const revert::Revert revert, revert::compute(clone, request, Config{}));
  if (!revert.conflicts.empty())  // nobody is helped when the rest waits for that, too
    return Ended{
        fmt::format("`{}` was changed since the plan was made, and the revert no longer applies: "
                    "make it by hand (`backout revert` shows the conflict), merge it, then "
                    "`backout resume {} --merged`",
                    revert.conflicts.front().path, context.operation.id)};
  if (revert.steps.empty()) return Ended{"git says it already"};
  TRY(const revert::Branch branch,
      revert::make_branch(clone, request, revert, text(given, "branch"), Config{}));
  context.memory["commit"] = branch.tip;
  return Ended{fmt::format("commit {}", revert::brief(branch.tip))};
}

StepResult drop_revert(Context& context) {
  const Facts& given = context.step.given;
  const std::string commit = text(context.memory, "commit");
  TRY(const revert::Clone clone, revert::open(text(given, "folder")));
  std::string tip = commit;
  if (tip.empty()) {  // killed before it was noted
    const auto found = revert::resolve(clone, "refs/heads/" + text(given, "branch"));
    if (!found || fact(context.memory, "onto").empty()) return Ended{"it was never made"};
    const revert::Request request = request_of(given, text(context.memory, "onto"));
    TRY(const revert::Revert revert, revert::compute(clone, request, Config{}));
    TRY(const bool ours, revert::is_ours(clone, request, revert, *found, Config{}));
    if (!ours) return Ended{"the branch is not ours"};
    tip = *found;
  }
  TRY_VOID(revert::delete_branch(clone, text(given, "branch"), tip));
  return Ended{"the branch is deleted"};
}

// memory: asked.
StepResult push_revert(Context& context) {
  const Facts& given = given_of(context);
  const Facts& made = context.memory_of("revert");
  if (fact(made, "commit").empty()) return Ended{"there is nothing to push"};
  TRY(const revert::Clone clone, revert::open(text(given, "folder")));
  context.memory["asked"] = "yes";
  TRY_VOID(context.save());
  TRY(const revert::Pushed pushed,
      revert::push(clone,
                   {text(given, "remote"), text(given, "branch"), text(made, "commit"), {}, {}}));
  return Ended{fmt::format("`{}` of `{}` is {}", text(given, "branch"), text(given, "remote"),
                           revert::brief(pushed.tip))};
}

StepResult drop_pushed(Context& context) {
  const Facts& given = given_of(context);
  const std::string commit = text(context.memory_of("revert"), "commit");
  if (fact(context.memory, "asked").empty() || commit.empty()) return Ended{"it was never pushed"};
  TRY(const revert::Clone clone, revert::open(text(given, "folder")));
  TRY(const revert::Base base, fetched(clone, given));
  TRY(const git::CommandResult merged,
      revert::run_git(clone, {"merge-base", "--is-ancestor", commit, base.tip}));
  bool is_back = false;
  if (merged.status == 0) {
    const std::string onto = text(context.memory_of("revert"), "onto");
    TRY(const revert::Revert revert, revert::compute(clone, request_of(given, onto), Config{}));
    TRY(is_back, revert::is_back(clone, revert, base.tip));
  }
  if (merged.status == 0 && !is_back)
    return tl::unexpected(Stop(
        1, fmt::format("the revert {} is merged into `{}`, which cannot be undone here: revert it "
                       "there (`backout revert {}`), then `backout undo` again",
                       revert::brief(commit), base.branch, revert::brief(commit))));
  TRY_VOID(
      revert::delete_remote_branch(clone, text(given, "remote"), text(given, "branch"), commit));
  return Ended{"the remote's branch is deleted"};
}

// A way that is closed is no reason to stop: the branch is pushed.
StepResult open_pull_request(Context& context) {
  const Facts& given = given_of(context);
  const Facts& made = context.memory_of("revert");
  if (fact(made, "commit").empty()) return Ended{"there is nothing to merge"};
  const git::Environment environment = git::process_environment();
  TRY(const revert::Clone clone, revert::open(text(given, "folder")));
  TRY(const std::string url, revert::ask_git(clone, {"remote", "get-url", text(given, "remote")},
                                             "cannot tell the remote's address"));
  const auto project = forge::project_of(url, environment);
  const std::string by_hand = fmt::format("open a pull request from `{}` to `{}` by hand",
                                          text(given, "branch"), text(given, "base"));
  if (!project) return Ended{by_hand};
  TRY(const revert::Request request,
      Result<revert::Request>(request_of(given, text(made, "onto"))));
  TRY(const revert::Revert revert, revert::compute(clone, request, Config{}));
  const forge::Opened opened = forge::open_pull_request(
      *project, {text(given, "base"), text(given, "branch"), revert.title, body_of(context), false},
      environment);
  context.memory["url"] = opened.url;
  if (!opened.url.empty()) return Ended{opened.url};
  const std::string link = forge::compare_url(*project, text(given, "base"), text(given, "branch"));
  return Ended{fmt::format("{}: {}{}", by_hand, link.empty() ? "" : link + " ",
                           fmt::join(opened.reasons, "; "))};
}

// Whether the branch says what runs now: the files of the application are as they were at the good
// commit, or the revert is in it.
Result<std::optional<std::string>> holds_revert(const Context& context, const Facts& given,
                                                const std::string& tip) {
  TRY(const revert::Clone clone, revert::open(text(given, "folder")));
  TRY(const revert::Base base, fetched(clone, given));
  if (!revert::has_commit(clone, tip)) return std::nullopt;
  TRY(const revert::Revert left, revert::compute(clone, restore_of(given, tip), Config{}));
  if (left.steps.empty())
    return fmt::format("`{}` at {} says what runs", base.branch, revert::brief(tip));
  const Facts& made = context.memory_of("revert");
  if (fact(made, "commit").empty()) return std::nullopt;
  TRY(const revert::Revert revert,
      revert::compute(clone, request_of(given, text(made, "onto")), Config{}));
  TRY(const revert::Landing landing, revert::landed(clone, revert, text(made, "commit"), tip));
  if (!landing.landed) return std::nullopt;
  return landing.by;
}

}  // namespace backout::drive
