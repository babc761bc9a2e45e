#include "cli/app_operation.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
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

void look_for_others(Operand& operand) {
  drive::Found& found = operand.found;
  const argocd::Application& app = found.app;
  if (const auto folder = drive::state_folder(git::process_environment())) {
    operand.open = open_on(*folder, app, found.url);
    for (const Operation& one : operand.open)
      found.refusals.push_back(
          fmt::format("operation `{0}` of {1} is open for it: `backout resume {0}` goes on, "
                      "`backout undo {0}` takes it back",
                      one.id, one.by));
    if (!found.refusals.empty()) return;
  }
  // Somebody else's, on another machine: the annotation that its pause has left.
  if (const auto note = argocd::raw_value(app.json, {"metadata", "annotations", drive::annotation});
      note && !app.auto_sync.on)
    found.refusals.push_back(
        fmt::format("somebody's operation has paused its auto-sync (annotation `{}`: {}): talk to "
                    "them; when it "
                    "was given up, `backout app resume {}` ends it",
                    drive::annotation, *note, full_name(app)));
}

}  // namespace

Result<Operand> operand_of(const ArgocdOptions& options, const std::vector<std::string>& words) {
  if (words.empty())
    return fail(ErrorKind::usage, "an application is missing: NAME or NAMESPACE/NAME");
  TRY(const argocd::AppName name,
      argocd::read_app_name(words.front(), options.name_space, options.project));
  TRY(argocd::Client client, argocd_client(options));
  TRY(argocd::Application app, argocd::get_application(client, name));
  TRY(const std::string version, argocd::get_version(client));
  Operand out{std::move(client), {}, {}};
  out.found.url = out.client.settings.url;
  out.found.app = std::move(app);
  out.found.knows_enabled =
      argocd::has(argocd::read_server_version(version), argocd::Feature::auto_sync_enabled);
  look_for_others(out);
  return out;
}

int carry_out_on(Operand operand, drive::Plan plan, const drive::Pace& pace,
                 const ArgocdOptions& argocd, const DriveOptions& options, const Streams& streams) {
  plan.pace = pace;
  plan.connection =
      connection_of(argocd, operand.client.settings, argocd::name_of(operand.found.app));
  drive::World world = world_for(streams);
  world.argocd = std::move(operand.client);
  return carry_out(plan, std::move(world), options, streams);
}

}  // namespace backout::cli
