// Who else writes what we are about to change.
#include <fmt/format.h>

#include <algorithm>

#include "argocd/hazard.h"
#include "argocd/json.h"
#include "core/quote.h"

namespace backout::argocd {
namespace {

// What turning auto-sync off changes.
std::string_view pointer(const ServerVersion& version) {
  return has(version, Feature::auto_sync_enabled) ? "/spec/syncPolicy/automated/enabled"
                                                  : "/spec/syncPolicy/automated";
}

void add_set(const HazardInput& in, const std::string& name, Hazards& out) {
  const bool pauses = must_pause(in.app, in.question);
  if (!in.facts.set || !*in.facts.set) {
    out.push_back(
        {HazardKind::not_known, false,
         fmt::format("ApplicationSet `{}` has made the application and puts back what it "
                     "does not ignore; what that is is not known: {}",
                     name, in.facts.set ? in.facts.set->error().message : "it was not asked"),
         "the right `applicationsets, get`"});
    return;
  }
  const ApplicationSet& set = **in.facts.set;
  if (set.rolling_sync)
    out.push_back({HazardKind::rolling_sync, false,
                   fmt::format("ApplicationSet `{}` syncs its applications group by group "
                               "(RollingSync): a revert in git waits for each group to be Healthy, "
                               "and a Degraded one keeps it from the rest",
                               name),
                   "sync the later groups by hand when the first one hangs"});
  if (!pauses || set.rolling_sync) return;
  const ServerVersion version = version_of(in.facts);
  if (!leaves_alone(set, in.app, pointer(version))) {
    out.push_back(
        {HazardKind::application_set, true,
         fmt::format("ApplicationSet `{}` has made the application and turns auto-sync on again "
                     "within seconds: its `ignoreApplicationDifferences` leaves `{}` out",
                     name, pointer(version)),
         fmt::format(
             "add to its `spec` in git: `ignoreApplicationDifferences: [{{name: {}, "
             "jsonPointers: [/spec/syncPolicy/automated]}}]`; or go back through git alone: "
             "`backout revert`",
             yaml_quoted(in.app.name))});
  } else if (!has(version, Feature::auto_sync_enabled)) {
    out.push_back({HazardKind::application_set, false,
                   fmt::format("ApplicationSet `{}` ignores changes of auto-sync, but may put back "
                               "what is removed, as this release turns it off (argo-cd #25071)",
                               name),
                   "watch whether auto-sync stays off"});
  }
}

// Whether a parent's idea of the application says nothing about what turning auto-sync off writes:
// the live object may have more than its manifest.
bool says_nothing(const std::string& wanted, const ServerVersion& version) {
  simdjson::dom::parser parser;
  Json root;
  if (wanted.empty() || parser.parse(wanted).get(root) != simdjson::SUCCESS) return false;
  if (!at(root, {"spec", "syncPolicy", "automated"})) return true;
  return has(version, Feature::auto_sync_enabled) &&
         !at(root, {"spec", "syncPolicy", "automated", "enabled"});
}

// From the top down, as each would turn on again what lies below it.
std::string pause_all(const std::vector<Parent>& chain) {
  std::string out;
  for (auto one = chain.rbegin(); one != chain.rend(); ++one)
    if (one->app.auto_sync.on)
      out += fmt::format("{}`backout app pause {}`", out.empty() ? "" : ", then ",
                         shell_quoted(full_name(one->app)));
  return out;
}

void add_parent(const HazardInput& in, Hazards& out) {
  for (const std::string& doubt : in.facts.parents.doubts)
    out.push_back({HazardKind::not_known, false, doubt, {}});
  if (in.facts.parents.chain.empty() || !must_pause(in.app, in.question)) return;
  const Parent& parent = in.facts.parents.chain.front();
  const std::string name = full_name(parent.app);
  const ServerVersion version = version_of(in.facts);
  const bool ignored = ignores(parent, in.app, pointer(version));
  if (ignored && parent.respects) return;
  const std::string remedy = fmt::format(
      "`spec` of its parent: `ignoreDifferences: [{{group: argoproj.io, kind: Application, name: "
      "{}, jsonPointers: [/spec/syncPolicy]}}]` and the sync option "
      "`RespectIgnoreDifferences=true`",
      yaml_quoted(in.app.name));
  if (!parent.app.auto_sync.on) {
    out.push_back({HazardKind::parent, false,
                   fmt::format("application `{}` holds the manifest of this one: when somebody "
                               "syncs it, auto-sync is on again",
                               name),
                   "sync it only after this is over; or " + remedy});
    return;
  }
  const bool heals = parent.app.auto_sync.self_heal && !ignored;
  if (heals && !says_nothing(in.facts.parents.wanted, version)) {
    out.push_back({HazardKind::parent, true,
                   fmt::format("application `{}` holds the manifest of this one and heals itself: "
                               "auto-sync is on again within seconds",
                               name),
                   fmt::format("{}; or {}", pause_all(in.facts.parents.chain), remedy)});
  } else {
    out.push_back({HazardKind::parent, false,
                   fmt::format("application `{}` holds the manifest of this one: with its next "
                               "sync, which a commit starts, auto-sync may be on again",
                               name),
                   fmt::format("{}; or {}", pause_all(in.facts.parents.chain), remedy)});
  }
}

void add_annotations(const HazardInput& in, Hazards& out) {
  simdjson::dom::parser parser;
  Json root;
  if (parser.parse(in.app.json).get(root) != simdjson::SUCCESS) return;
  bool updater = false, kargo = false;
  each_field(root, {"metadata", "annotations"}, [&](std::string_view key, Json) {
    updater = updater || key.starts_with("argocd-image-updater.argoproj.io/");
    kargo = kargo || key.starts_with("kargo.akuity.io/");
  });
  const std::string annotate =
      fmt::format("kubectl -n {} annotate application {}", shell_quoted(in.app.name_space),
                  shell_quoted(in.app.name));
  if (updater)
    out.push_back({HazardKind::image_updater, false,
                   "the image updater watches this application and writes the newest tag again, "
                   "into its specification or into git, also after a revert",
                   fmt::format("stop it until there is a good image: `{} "
                               "argocd-image-updater.argoproj.io/image-list-`, in git, too",
                               annotate)});
  if (kargo)
    out.push_back({HazardKind::promotion_tool, false,
                   "Kargo promotes into this application and may promote what is bad again, also "
                   "after a revert",
                   "promote the good freight in Kargo, or turn its auto-promotion off for this "
                   "stage"});
}

}  // namespace

void add_owner_hazards(const HazardInput& in, Hazards& out) {
  const auto set = owning_set(in.app);
  if (set) add_set(in, *set, out);
  for (const std::string& owner : in.app.owners)
    if (!owner.starts_with("ApplicationSet `"))
      out.push_back({HazardKind::not_known,
                     false,
                     owner + " owns the application; whether it puts back what is changed is not "
                             "known",
                     {}});
  add_parent(in, out);
  if (in.question.purpose == Purpose::pause) return;
  add_annotations(in, out);
  if (in.app.hydrated && in.question.purpose != Purpose::resume)
    out.push_back({HazardKind::source_hydrator, false,
                   "the application is hydrated: what it deploys are commits that Argo CD makes, "
                   "and a revert of them is overwritten",
                   "revert the commit of the dry source, and let it be hydrated"});
}

}  // namespace backout::argocd
