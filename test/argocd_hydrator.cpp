// The source hydrator: manifests rendered from the dry source are committed to the branch that is
// synced. What somebody else commits there lasts until the next hydration.
#include "argocd_call.h"
#include "argocd_controller.h"

namespace backout::test::sim {
namespace {

std::string status_of(const World& world, const Json& hydrator, const std::string& phase,
                      const std::string& dry, const std::string& hydrated) {
  Json operation = {{"startedAt", timestamp(world.now)},
                    {"phase", phase},
                    {"drySHA", dry},
                    {"sourceHydrator", hydrator}};
  if (hydrated.empty()) return Json{{"currentOperation", operation}}.dump();
  operation["finishedAt"] = timestamp(world.now);
  operation["hydratedSHA"] = hydrated;
  return Json{{"currentOperation", operation},
              {"lastSuccessfulOperation",
               {{"drySHA", dry}, {"hydratedSHA", hydrated}, {"sourceHydrator", hydrator}}}}
      .dump();
}

// 40 digits that are none of a test's own.
std::string hydrated_sha(const std::string& dry) {
  std::string out = pod_hash(dry);
  while (out.size() < 40) out += pod_hash(out);
  return out.substr(0, 40);
}

}  // namespace

void hydrate(World& world, App& app) {
  const Json spec = Json::parse(app.spec);
  if (!spec.contains("sourceHydrator")) return;
  const Json& hydrator = spec["sourceHydrator"];
  const Json dry_source = hydrator.value("drySource", Json::object());
  std::string why;
  const auto dry = resolve(world, dry_source.dump(), text_of(dry_source, "targetRevision"), why);
  if (!dry || *dry == app.hydrated_from) return;
  std::string& status = app.status_extra["sourceHydrator"];
  if (app.hydrates == 0) {
    app.hydrates = world.now + world.pace.hydrate;
    status = status_of(world, hydrator, "Hydrating", *dry, "");
  }
  if (world.now < app.hydrates) return;
  app.hydrates = 0;
  app.hydrated_from = *dry;
  Repository& git = world.git[text_of(dry_source, "repoURL")];
  Commit commit;
  for (const Commit& one : git.commits)
    if (one.sha == *dry) commit = one;
  commit.sha = hydrated_sha(*dry);
  for (Manifest& manifest : commit.manifests) manifest.path.clear();
  git.refs[text_of(hydrator["syncSource"], "targetBranch")] = commit.sha;
  status = status_of(world, hydrator, "Hydrated", *dry, commit.sha);
  git.commits.push_back(std::move(commit));
  app.latest_due = true;
  app.compare_at = world.now + 1;
}

}  // namespace backout::test::sim
