// What the server's release and the application's own specification make of a rollback.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "argocd/hazard.h"
#include "argocd/json.h"
#include "argocd/words.h"

namespace backout::argocd {
namespace {

void add_versions(const HazardInput& in, Hazards& out) {
  const ServerVersion version = version_of(in.facts);
  const auto add = [&](Feature feature, std::string_view what, std::string_view remedy) {
    if (has(version, feature)) return;
    out.push_back({HazardKind::old_server, version.known,
                   fmt::format("{} needs Argo CD {} or later, and this is {}", what, since(feature),
                               version.known ? version.text : "an unknown release"),
                   std::string(remedy)});
  };
  const bool several =
      in.app.several_sources || (in.question.target && in.question.target->revisions.size() > 1);
  if (!several) return;
  if (in.question.purpose == Purpose::rollback)
    add(Feature::multi_source_rollback, "a rollback of an application with several sources",
        "go back through git: `backout revert`");
  if (in.question.purpose == Purpose::sync && !in.question.revisions.empty())
    add(Feature::source_positions, "a sync of several sources to revisions",
        "go back through git: `backout revert`");
}

void add_history(const HazardInput& in, Hazards& out) {
  const auto limit = in.app.history_limit;
  if (limit >= 5) return;
  const std::string remedy = "`revisionHistoryLimit: 10` in its `spec`";
  if (limit <= 0)
    out.push_back({HazardKind::no_history, in.app.history.empty(),
                   fmt::format("the application keeps no history (`revisionHistoryLimit: {}`), so "
                               "there is nothing that a rollback could name",
                               limit),
                   remedy + "; now, `backout sync --revision` goes to a commit"});
  else
    out.push_back(
        {HazardKind::short_history, false,
         fmt::format("the application keeps {} deployment{} (`revisionHistoryLimit`), and "
                     "a rollback takes the place of one",
                     limit, limit == 1 ? "" : "s"),
         remedy});
}

// Numbers and dots, perhaps with a `v` before: "v1.2.3", "1.2". A branch may be called so, too.
bool is_version(std::string_view target) {
  if (target.starts_with('v') || target.starts_with('V')) target.remove_prefix(1);
  const bool digit = !target.empty() && target.front() >= '0' && target.front() <= '9';
  return digit && target.find('.') != std::string_view::npos;
}
bool is_range(std::string_view target, bool chart) {
  return target.find_first_of("*^~<>|") != std::string_view::npos || (chart && target.empty()) ||
         target.find(" - ") != std::string_view::npos;
}

void add_targets(const HazardInput& in, Hazards& out) {
  for (const Source& source : in.app.sources) {
    const bool chart = !source.chart.empty();
    const std::string which =
        chart ? fmt::format("chart `{}`", source.chart) : fmt::format("`{}`", source.repository);
    if (is_range(source.target, chart))
      out.push_back({HazardKind::floating_target, false,
                     fmt::format("{} follows the versions `{}`: auto-sync goes to the newest of "
                                 "them when it is on again, and a revert in git changes nothing "
                                 "about that",
                                 which, source.target.empty() ? "*" : source.target),
                     "name the good version as its `targetRevision`"});
    else if (is_commit(source.target) || chart || is_version(source.target))
      out.push_back({HazardKind::pinned_target, false,
                     fmt::format("{} is fixed at `{}`: a revert there changes nothing as long as "
                                 "`targetRevision` names this",
                                 which, short_revision(source.target)),
                     "revert the commit that has set `targetRevision`"});
  }
}

// Fields whose live values stay although a rollback names others.
bool is_telling(std::string_view path) {
  for (const std::string_view word :
       {"image", "replicas", "env", "/spec/template", ".spec.template", "containers"})
    if (path.find(word) != std::string_view::npos) return true;
  return path == "/spec" || path == ".spec";
}

void add_ignored(Json root, Hazards& out) {
  each(root, {"spec", "ignoreDifferences"}, [&](Json rule) {
    std::string fields;
    const auto add = [&](const std::string& path) {
      fields += fmt::format("{}`{}`", fields.empty() ? "" : ", ", path);
    };
    for (const auto& list : {texts(rule, {"jsonPointers"}), texts(rule, {"jqPathExpressions"})})
      for (const std::string& path : list)
        if (is_telling(path)) add(path);
    for (const std::string& manager : texts(rule, {"managedFieldsManagers"}))
      add("what " + manager + " manages");
    if (fields.empty()) return;
    const std::string name = text(rule, {"name"});
    out.push_back(
        {HazardKind::ignored_fields, false,
         fmt::format("what is ignored keeps its live value (RespectIgnoreDifferences): {} "
                     "of {}{} do not go back",
                     fields, text(rule, {"kind"}),
                     name.empty() ? std::string() : " `" + name + "`"),
         "set these by hand where the bad release has changed them"});
  });
}

void add_options(const HazardInput& in, Hazards& out) {
  simdjson::dom::parser parser;
  Json root;
  if (parser.parse(in.app.json).get(root) != simdjson::SUCCESS) return;
  const auto options = texts(root, {"spec", "syncPolicy", "syncOptions"});
  const auto given = [&](std::string_view option) {
    return std::find(options.begin(), options.end(), option) != options.end();
  };
  const bool deploys =
      in.question.purpose == Purpose::rollback || in.question.purpose == Purpose::sync;
  if (deploys && (given("Replace=true") || given("Force=true")))
    out.push_back({HazardKind::replaces_objects, false,
                   fmt::format("the sync option `{}` makes Argo CD replace or delete and create "
                               "objects instead of changing them: they may be away for a while",
                               given("Replace=true") ? "Replace=true" : "Force=true"),
                   "take the option off before, where downtime counts"});
  if (deploys && given("RespectIgnoreDifferences=true")) add_ignored(root, out);
  if (in.question.purpose != Purpose::pause && has(version_of(in.facts), Feature::retry_refresh) &&
      flag(root, {"spec", "syncPolicy", "retry", "refresh"}))
    out.push_back(
        {HazardKind::retry_refresh, false,
         "`retry.refresh` is on: an automatic sync that is tried again goes to the newest "
         "commit then",
         "`refresh: false` in `spec.syncPolicy.retry` until the revert is in"});
}

}  // namespace

void add_setting_hazards(const HazardInput& in, Hazards& out) {
  add_versions(in, out);
  add_options(in, out);
  if (in.question.purpose != Purpose::rollback) return;
  add_history(in, out);
  add_targets(in, out);
}

}  // namespace backout::argocd
