#include "cli/app_operation.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "argocd/change.h"
#include "argocd/raw_json.h"
#include "argocd/server_version.h"
#include "argocd/words.h"
#include "cli/gate.h"
#include "drive/live.h"
#include "git/repository.h"

namespace backout::cli {
namespace {

using drive::Operation;

// Operations of ours on this application that are not at their end.
std::vector<Operation> open_on(const std::string& folder, const argocd::Application& app,
                               std::string_view url) {
  std::vector<Operation> out;
  for (Operation& one : drive::open_operations(folder)) {
    const drive::Facts& connection = one.plan.connection;
    if (drive::fact(connection, "url") == url && drive::fact(connection, "app") == app.name &&
        drive::fact(connection, "app_namespace") == app.name_space)
      out.push_back(std::move(one));
  }
  return out;
}

void look_for_ours(Operand& operand) {
  if (const auto folder = drive::state_folder(git::process_environment()))
    operand.open = open_on(*folder, operand.found.app, operand.found.url);
}

void refuse_others(Operand& operand, argocd::Purpose purpose) {
  drive::Found& found = operand.found;
  const bool deploys = purpose == argocd::Purpose::rollback || purpose == argocd::Purpose::sync;
  for (const Operation& one : operand.open) {
    if (deploys && waits_for_app_resume(one))
      found.warnings.push_back(
          fmt::format("auto-sync stays paused by operation `{}`, until "
                      "`backout app resume {}`: when git says the same",
                      one.id, full_name(found.app)));
    else
      found.refusals.push_back(
          fmt::format("operation `{0}` of {1} is open for it: `backout resume {0}` goes on, "
                      "`backout undo {0}` takes it back, `backout resume {0} --give-up REASON` "
                      "ends it as things are",
                      one.id, one.by));
  }
  if (!operand.open.empty()) return;
  // Somebody else's, on another machine: the annotation that its pause has left.
  const auto note =
      argocd::raw_value(found.app.json, {"metadata", "annotations", drive::annotation});
  if (note && !found.app.auto_sync.on)
    found.refusals.push_back(
        fmt::format("somebody's operation has paused its auto-sync (annotation `{}`: {}): talk to "
                    "them; when it "
                    "was given up, `backout app resume {}` ends it",
                    drive::annotation, *note, full_name(found.app)));
}

}  // namespace

bool waits_for_app_resume(const Operation& one) {
  return !one.undoing && one.waiting &&
         std::all_of(one.steps.begin(), one.steps.end(), [&](const drive::StepState& state) {
           const auto at = static_cast<std::size_t>(&state - one.steps.data());
           return state.done || one.plan.steps[at].kind == "stay-paused";
         });
}

Result<Operand> operand_of(const ArgocdOptions& options, const std::vector<std::string>& words) {
  if (words.empty())
    return fail(ErrorKind::usage, "an application is missing: NAME or NAMESPACE/NAME");
  TRY(const argocd::AppName name,
      argocd::read_app_name(words.front(), options.name_space, options.project));
  TRY(argocd::Client client, argocd_client(options));
  TRY(argocd::Application app, argocd::get_application(client, name));
  Operand out{std::move(client), {}, {}};
  out.found.url = out.client.settings.url;
  out.found.app = std::move(app);
  look_for_ours(out);
  return out;
}

void look_around(Operand& operand, const argocd::Question& question) {
  drive::Found& found = operand.found;
  if (question.purpose != argocd::Purpose::resume) refuse_others(operand, question.purpose);
  const argocd::Assessment all = argocd::assess(operand.client, found.app, question);
  found.knows_enabled = has(argocd::version_of(all.facts), argocd::Feature::auto_sync_enabled);
  found.can_toggle = has(argocd::version_of(all.facts), argocd::Feature::toggle_auto_sync);
  const std::vector<std::string> facts = argocd::in_words(all);
  found.facts.insert(found.facts.end(), facts.begin(), facts.end());
  for (const argocd::Hazard& one : all.hazards)
    (one.blocking ? found.refusals : found.warnings)
        .push_back(one.remedy.empty() ? one.message
                                      : fmt::format("{}; {}", one.message, one.remedy));
}

int carry_out_on(Operand operand, drive::Plan plan, const drive::Pace& pace,
                 const ArgocdOptions& argocd, const PrometheusOptions* prometheus,
                 const DriveOptions& options, const Streams& streams) {
  plan.pace = pace;
  plan.connection =
      connection_of(argocd, operand.client.settings, argocd::name_of(operand.found.app));
  if (operand.found.can_toggle) plan.connection["toggle"] = "yes";
  drive::World world = world_for(streams);
  world.argocd = std::move(operand.client);
  if (prometheus) {
    auto client = prometheus_client(*prometheus);
    if (!client) return stop(streams, client.error());
    plan.connection["prometheus"] = client->settings.url;
    world.prometheus = std::move(*client);
  }
  return carry_out(plan, std::move(world), options, streams);
}

}  // namespace backout::cli
