// What fights a rollback, found before anything is touched: each hazard with the least that shows
// it, beside the same without. The server is ours; what it is not told to say, it does not know.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "argocd/hazard.h"
#include "argocd/window.h"
#include "http_server.h"

namespace backout::argocd {
namespace {

using nlohmann::json;
using test::HttpReply;
using test::HttpRequest;
using test::HttpServer;

// An application in good order: nothing is said of it but that its history has two entries.
json plain_app() {
  return json::parse(R"({
    "metadata": {"name": "catalog", "namespace": "argocd"},
    "spec": {"project": "shop", "destination": {"namespace": "shop"},
             "source": {"repoURL": "https://git.example.com/gitops.git", "path": "apps/catalog", "targetRevision": "main"},
             "syncPolicy": {"automated": {"prune": true}}},
    "status": {
      "history": [
        {"id": 1, "revision": "1111111111111111111111111111111111111111",
         "source": {"repoURL": "https://git.example.com/gitops.git", "path": "apps/catalog", "targetRevision": "main"}},
        {"id": 2, "revision": "2222222222222222222222222222222222222222",
         "source": {"repoURL": "https://git.example.com/gitops.git", "path": "apps/catalog", "targetRevision": "main"}}],
      "operationState": {"phase": "Succeeded", "startedAt": "2026-11-20T10:00:00Z", "finishedAt": "2026-11-20T10:01:00Z"},
      "resources": [{"group": "apps", "version": "v1", "kind": "Deployment", "namespace": "shop", "name": "web"}]}})");
}

struct Situation {
  json app = plain_app();
  std::map<std::string, json> answers = {  // by the end of the path
      {"/version", {{"Version", "v3.1.2"}}},
      {"/userinfo", {{"loggedIn", true}, {"username", "ana"}}},
      {"/settings", {{"controllerNamespace", "argocd"}}},
      {"/syncwindows", {{"canSync", true}}},
      {"/resource-tree", json::object()},
      {"/managed-resources", json::object()},
      {"/manifests", {{"manifests", {manifest("apps/v1", "Deployment", "web").dump()}}}}};
  std::map<std::string, std::string> denied{};  // can-i: "update" → "no"
  Question question{};
  std::string token = "s3cr3t-token";

  static json manifest(const std::string& version, const std::string& kind,
                       const std::string& name) {
    return {{"apiVersion", version}, {"kind", kind}, {"metadata", {{"name", name}}}};
  }
};

struct Seen {
  Assessment assessment;
  std::size_t requests = 0;
};

Seen look(const Situation& situation) {
  const HttpServer server([&](const HttpRequest& request) {
    EXPECT_EQ(request.method, "GET");
    if (request.path.find("/can-i/") != std::string::npos) {
      for (const auto& [right, answer] : situation.denied)
        if (request.path.find("/applications/" + right + "/") != std::string::npos)
          return answer == "no" ? HttpReply{200, R"({"value": "no"})"} : HttpReply{400, answer};
      return HttpReply{200, R"({"value": "yes"})"};
    }
    for (const auto& [end, answer] : situation.answers)
      if (request.path.ends_with(end)) {
        if (answer.is_number())
          return HttpReply{answer.get<int>(), R"({"message": "no such luck"})"};
        return HttpReply{200, answer.dump()};
      }
    return HttpReply{403, R"({"code": 7, "message": "permission denied"})"};
  });
  Client client{Settings{}};
  client.settings.url = server.url();
  client.settings.token = situation.token;
  client.settings.token_origin = "ARGOCD_AUTH_TOKEN";
  client.settings.retries = 0;
  std::string why;
  const auto app = read_application(situation.app.dump(), why);
  EXPECT_TRUE(app) << why;
  Question question = situation.question;
  if (question.purpose == Purpose::rollback && !app->history.empty())
    question.target = app->history.front();
  Seen out{assess(client, *app, question)};
  out.requests = server.requests().size();
  return out;
}

const Hazard* find(const Seen& seen, HazardKind kind) {
  const auto found = std::find_if(seen.assessment.hazards.begin(), seen.assessment.hazards.end(),
                                  [&](const Hazard& one) { return one.kind == kind; });
  return found == seen.assessment.hazards.end() ? nullptr : &*found;
}

std::string all(const Seen& seen) {
  std::string out;
  for (const Hazard& one : seen.assessment.hazards)
    out += std::string(name_of(one.kind)) + (one.blocking ? " (blocks): " : ": ") + one.message +
           " [" + one.remedy + "]\n";
  return out;
}

TEST(ArgocdHazard, NothingFightsAPlainApplication) {
  for (const Purpose purpose :
       {Purpose::rollback, Purpose::sync, Purpose::pause, Purpose::resume}) {
    Situation plain;
    plain.question.purpose = purpose;
    const Seen seen = look(plain);
    EXPECT_TRUE(seen.assessment.hazards.empty()) << all(seen);
    EXPECT_LE(seen.requests, 9U);
  }
}

const char* const aborted_rollout =
    R"({"kind": "Rollout", "metadata": {"name": "web", "namespace": "shop"},
  "status": {"abort": true, "abortedAt": "2026-11-20T10:00:00Z", "currentPodHash": "b", "stableRS": "a"}})";

// `set`: what differs from the plain application.
struct Case {
  const char* name;
  HazardKind kind;
  bool blocking;
  const char* says;    // within the message
  const char* remedy;  // within the remedy
  void (*set)(Situation&);
  void (*unset)(Situation&) = nullptr;  // on top of that: and it is gone
};

void set_auto_sync_of_parent(Situation& at, const json& automated, const json& rules = nullptr) {
  at.app["metadata"]["annotations"]["argocd.argoproj.io/tracking-id"] =
      "root:argoproj.io/Application:argocd/catalog";
  json root = {{"metadata", {{"name", "root"}, {"namespace", "argocd"}}},
               {"spec", {{"project", "shop"}, {"syncPolicy", {{"automated", automated}}}}}};
  if (!rules.is_null()) root["spec"]["ignoreDifferences"] = rules;
  at.answers["/applications/root"] = root;
}

void set_owner(Situation& at, const json& spec) {
  at.app["metadata"]["ownerReferences"] = {{{"kind", "ApplicationSet"}, {"name", "shops"}}};
  at.answers["/applicationsets/shops"] = {{"metadata", {{"name", "shops"}}}, {"spec", spec}};
}

void set_rollout(Situation& at, const json& spec, const json& status) {
  at.answers["/resource-tree"] = {{"nodes",
                                   {{{"group", "argoproj.io"},
                                     {"version", "v1alpha1"},
                                     {"kind", "Rollout"},
                                     {"namespace", "shop"},
                                     {"name", "web"}}}}};
  json manifest = Situation::manifest("argoproj.io/v1alpha1", "Rollout", "web");
  manifest["metadata"]["namespace"] = "shop";
  manifest["spec"] = spec;
  manifest["status"] = status;
  at.answers["/resource"] = {{"manifest", manifest.dump()}};
}
const json promoted = {{"currentPodHash", "b"}, {"stableRS", "b"}};
const json in_flight = {{"currentPodHash", "b"}, {"stableRS", "a"}};

const Case table[] = {
    {"deleting", HazardKind::deleting, true, "being deleted", "anew from git",
     [](Situation& at) { at.app["metadata"]["deletionTimestamp"] = "2026-11-20T10:00:00Z"; }},
    {"running", HazardKind::operation_running, true,
     "an operation is running since 2026-11-20T10:00:00Z to 333333333333, by bo: waiting for hook",
     "argocd app terminate-op argocd/catalog",
     [](Situation& at) {
       at.app["status"]["operationState"] = json::parse(
           R"({"phase": "Running", "startedAt": "2026-11-20T10:00:00Z", "message": "waiting for hook",
               "operation": {"initiatedBy": {"username": "bo"}, "sync": {"revision": "3333333333333333333333333333333333333333"}}})");
     },
     [](Situation& at) { at.app["status"]["operationState"]["phase"] = "Failed"; }},
    {"asked for", HazardKind::operation_running, true, "asked for by auto-sync, and has not begun",
     "terminate-op",
     [](Situation& at) {
       at.app["status"].erase("operationState");
       at.app["operation"] = json::parse(R"({"initiatedBy": {"automated": true}})");
     }},
    {"running in a window", HazardKind::operation_running, true, "blocked by sync window",
     "ends when the window does",
     [](Situation& at) {
       at.app["status"]["operationState"] = json::parse(
           R"({"phase": "Terminating", "message": "Sync operation blocked by sync window"})");
     }},
    {"retrying", HazardKind::operation_retrying, true, "attempt 3 has failed", "terminate-op",
     [](Situation& at) {
       at.app["status"]["operationState"]["phase"] = "Running";
       at.app["status"]["operationState"]["retryCount"] = 2;
     }},
    {"stuck", HazardKind::operation_stuck, true, "#29636", "kubectl -n argocd patch",
     [](Situation& at) {
       at.app["operation"] = json::object();
       at.app["status"]["operationState"].erase("finishedAt");
     }},
    {"sync window", HazardKind::sync_window, true, "a deny window is active (`0 22 * * *` for 8h)",
     "enable-manual-sync shop ID",
     [](Situation& at) {
       at.answers["/syncwindows"] = json::parse(
           R"({"canSync": false, "activeWindows": [{"kind": "deny", "schedule": "0 22 * * *", "duration": "8h"}]})");
     },
     [](Situation& at) { at.answers["/syncwindows"]["canSync"] = true; }},
    {"no allow window", HazardKind::sync_window, true, "no allow window is active", "",
     [](Situation& at) {
       at.answers["/syncwindows"] = json::parse(
           R"({"assignedWindows": [{"kind": "allow", "schedule": "0 8 * * 1-5", "duration": "1h"}]})");
     }},
    {"windows not known", HazardKind::not_known, false, "whether a sync window blocks a rollback",
     "", [](Situation& at) { at.answers["/syncwindows"] = 403; }},
    {"not logged in", HazardKind::not_logged_in, true, "does not accept the token", "new token",
     [](Situation& at) { at.answers["/userinfo"] = json::object(); }},
    {"no token", HazardKind::not_logged_in, true, "no token was sent", "",
     [](Situation& at) {
       at.answers["/userinfo"] = json::object();
       at.token.clear();
     }},
    {"user not known", HazardKind::not_known, false, "who we are", "",
     [](Situation& at) { at.answers["/userinfo"] = 403; }},
    {"no right to sync", HazardKind::missing_right, true, "`sync` is missing",
     "`p, ana, applications, sync, shop/catalog, allow`",
     [](Situation& at) { at.denied["sync"] = "no"; }},
    {"no right to update", HazardKind::missing_right, true, "auto-sync cannot be turned off",
     "applications, update,", [](Situation& at) { at.denied["update"] = "no"; },
     [](Situation& at) { at.app["spec"]["syncPolicy"].erase("automated"); }},
    {"no right to update, but an action", HazardKind::missing_right, false, "`toggle-auto-sync`",
     "action/argoproj.io/Application/toggle-auto-sync, shop/catalog",
     [](Situation& at) {
       at.denied["update"] = "no";
       at.answers["/version"] = {{"Version", "v3.5.0"}};
     }},
    {"no right to roll back", HazardKind::missing_right, false, "which this release can demand",
     "applications, rollback,",
     [](Situation& at) {
       at.denied["rollback"] = "no";
       at.answers["/version"] = {{"Version", "v3.6.0"}};
     },
     [](Situation& at) {
       at.answers["/version"] = {{"Version", "v3.5.0"}};
     }},
    {"no right to another revision", HazardKind::missing_right, false, "demand for a sync",
     "applications, override,",
     [](Situation& at) {
       at.question.purpose = Purpose::sync;
       at.question.revisions = {"abc"};
       at.denied["override"] = "no";
       at.answers["/version"] = {{"Version", "v3.3.0"}};
     },
     [](Situation& at) { at.question.revisions.clear(); }},
    {"rights not known", HazardKind::not_known, false, "whether the right `sync` is there", "",
     [](Situation& at) { at.denied["sync"] = R"({"message": "no such action"})"; }},
    {"version not known", HazardKind::not_known, false, "which release of Argo CD", "",
     [](Situation& at) { at.answers["/version"] = 403; }},
    {"odd version", HazardKind::not_known, false, "`dev` is none of Argo CD's", "",
     [](Situation& at) {
       at.answers["/version"] = {{"Version", "dev"}};
     }},
    {"ApplicationSet", HazardKind::application_set, true,
     "leaves `/spec/syncPolicy/automated/enabled` out",
     "`ignoreApplicationDifferences: [{name: catalog, jsonPointers: "
     "[/spec/syncPolicy/automated]}]`",
     [](Situation& at) { set_owner(at, json::object()); },
     [](Situation& at) {
       set_owner(
           at,
           json::parse(
               R"({"ignoreApplicationDifferences": [{"jqPathExpressions": [".spec.syncPolicy"]}]})"));
     }},
    {"ApplicationSet of an app without auto-sync", HazardKind::application_set, true, "", "",
     [](Situation& at) { set_owner(at, json::object()); },
     [](Situation& at) { at.app["spec"]["syncPolicy"] = json::object(); }},
    {"ApplicationSet that only creates", HazardKind::application_set, true, "", "",
     [](Situation& at) { set_owner(at, json::object()); },
     [](Situation& at) {
       set_owner(at, json::parse(R"({"syncPolicy": {"applicationsSync": "create-only"}})"));
     }},
    {"ApplicationSet of another name's rule", HazardKind::application_set, true, "", "",
     [](Situation& at) {
       set_owner(
           at,
           json::parse(
               R"({"ignoreApplicationDifferences": [{"name": "cart", "jsonPointers": ["/spec/syncPolicy"]}]})"));
     }},
    {"ApplicationSet and removal", HazardKind::application_set, false, "#25071", "",
     [](Situation& at) {
       at.answers["/version"] = {{"Version", "v3.0.0"}};
       set_owner(
           at,
           json::parse(
               R"({"ignoreApplicationDifferences": [{"jsonPointers": ["/spec/syncPolicy"]}]})"));
     }},
    {"ApplicationSet not known", HazardKind::not_known, false, "`shops` has made the application",
     "applicationsets, get",
     [](Situation& at) {
       set_owner(at, json::object());
       at.answers["/applicationsets/shops"] = 403;
     }},
    {"RollingSync", HazardKind::rolling_sync, false, "group by group", "",
     [](Situation& at) { set_owner(at, json::parse(R"({"strategy": {"type": "RollingSync"}})")); }},
    {"another owner", HazardKind::not_known, false, "Stage `prod` owns the application", "",
     [](Situation& at) {
       at.app["metadata"]["ownerReferences"] = {{{"kind", "Stage"}, {"name", "prod"}}};
     }},
    {"self-healing parent", HazardKind::parent, true, "`argocd/root` holds the manifest",
     "`backout app pause argocd/root`",
     [](Situation& at) {
       set_auto_sync_of_parent(at, {{"selfHeal", true}});
     },
     [](Situation& at) {
       set_auto_sync_of_parent(at, {{"selfHeal", true}},
                               {{{"kind", "Application"}, {"jsonPointers", {"/spec/syncPolicy"}}}});
       at.answers["/applications/root"]["spec"]["syncPolicy"]["syncOptions"] = {
           "RespectIgnoreDifferences=true"};
     }},
    {"parent that ignores but overwrites", HazardKind::parent, false, "may be on again", "",
     [](Situation& at) {
       set_auto_sync_of_parent(at, {{"selfHeal", true}},
                               {{{"kind", "Application"}, {"jsonPointers", {"/spec/syncPolicy"}}}});
     }},
    {"parent that does not heal", HazardKind::parent, false, "with its next sync", "",
     [](Situation& at) {
       set_auto_sync_of_parent(at, {{"prune", true}});
     }},
    {"parent that says nothing of `enabled`", HazardKind::parent, false, "may be on again", "",
     [](Situation& at) {
       set_auto_sync_of_parent(at, {{"selfHeal", true}});
       json child = Situation::manifest("argoproj.io/v1alpha1", "Application", "catalog");
       child["spec"]["syncPolicy"]["automated"] = {{"prune", true}};
       at.answers["/managed-resources"] = {
           {"items",
            {{{"kind", "Application"}, {"name", "catalog"}, {"targetState", child.dump()}}}}};
     }},
    {"parent without auto-sync", HazardKind::parent, false, "when somebody syncs it", "",
     [](Situation& at) { set_auto_sync_of_parent(at, nullptr); }},
    {"parent not known", HazardKind::not_known, false, "tracked by application `root`", "",
     [](Situation& at) {
       set_auto_sync_of_parent(at, nullptr);
       at.answers.erase("/applications/root");
     }},
    {"image updater", HazardKind::image_updater, false, "newest tag again",
     "kubectl -n argocd annotate application catalog argocd-image-updater.argoproj.io/image-list-",
     [](Situation& at) {
       at.app["metadata"]["annotations"]["argocd-image-updater.argoproj.io/image-list"] = "x";
     }},
    {"Kargo", HazardKind::promotion_tool, false, "Kargo", "",
     [](Situation& at) {
       at.app["metadata"]["annotations"]["kargo.akuity.io/authorized-stage"] = "shop:prod";
     }},
    {"hydrator", HazardKind::source_hydrator, false, "a revert of them is overwritten",
     "dry source", [](Situation& at) { at.app["spec"]["sourceHydrator"] = json::object(); }},
    {"several sources, old server", HazardKind::old_server, true, "needs Argo CD 2.12",
     "backout revert",
     [](Situation& at) {
       at.app["spec"]["sources"] = {at.app["spec"]["source"], at.app["spec"]["source"]};
       at.answers["/version"] = {{"Version", "v2.11.0"}};
     },
     [](Situation& at) {
       at.answers["/version"] = {{"Version", "v2.12.0"}};
     }},
    {"several sources, no positions", HazardKind::old_server, true, "needs Argo CD 2.11", "",
     [](Situation& at) {
       at.app["spec"]["sources"] = {at.app["spec"]["source"], at.app["spec"]["source"]};
       at.answers["/version"] = {{"Version", "v2.10.0"}};
       at.question.purpose = Purpose::sync;
       at.question.revisions = {"a", "b"};
     }},
    {"no history", HazardKind::no_history, true, "keeps no history", "revisionHistoryLimit: 10",
     [](Situation& at) {
       at.app["spec"]["revisionHistoryLimit"] = 0;
       at.app["status"].erase("history");
     }},
    {"no history any more", HazardKind::no_history, false, "keeps no history", "",
     [](Situation& at) { at.app["spec"]["revisionHistoryLimit"] = -1; }},
    {"short history", HazardKind::short_history, false, "keeps 2 deployments", "",
     [](Situation& at) { at.app["spec"]["revisionHistoryLimit"] = 2; },
     [](Situation& at) { at.app["spec"]["revisionHistoryLimit"] = 5; }},
    {"retry.refresh", HazardKind::retry_refresh, false, "newest commit", "refresh: false",
     [](Situation& at) {
       at.app["spec"]["syncPolicy"]["retry"]["refresh"] = true;
       at.answers["/version"] = {{"Version", "v3.2.0"}};
     },
     [](Situation& at) {
       at.answers["/version"] = {{"Version", "v3.1.0"}};
     }},
    {"Replace", HazardKind::replaces_objects, false, "`Replace=true`", "",
     [](Situation& at) { at.app["spec"]["syncPolicy"]["syncOptions"] = {"Replace=true"}; },
     [](Situation& at) { at.app["spec"]["syncPolicy"]["syncOptions"] = {"Replace=false"}; }},
    {"ignored fields", HazardKind::ignored_fields, false,
     "`/spec/replicas`, `.spec.template.spec.containers[].image` of Deployment do not go back", "",
     [](Situation& at) {
       at.app["spec"]["syncPolicy"]["syncOptions"] = {"RespectIgnoreDifferences=true"};
       at.app["spec"]["ignoreDifferences"] = {
           {{"kind", "Deployment"},
            {"jsonPointers", {"/spec/replicas", "/metadata/labels"}},
            {"jqPathExpressions", {".spec.template.spec.containers[].image"}}}};
     },
     [](Situation& at) { at.app["spec"]["syncPolicy"].erase("syncOptions"); }},
    {"chart range", HazardKind::floating_target, false, "follows the versions `1.2.*`", "",
     [](Situation& at) {
       at.app["spec"]["source"] = {{"repoURL", "r"}, {"chart", "web"}, {"targetRevision", "1.2.*"}};
     }},
    {"commit", HazardKind::pinned_target, false, "is fixed at `aaaaaaaaaaaa`", "targetRevision",
     [](Situation& at) { at.app["spec"]["source"]["targetRevision"] = std::string(40, 'a'); }},
    {"tag", HazardKind::pinned_target, false, "is fixed at `v1.2.0`", "",
     [](Situation& at) { at.app["spec"]["source"]["targetRevision"] = "v1.2.0"; }},
    {"in flight", HazardKind::rollout_in_flight, false, "an abort is quicker",
     "`backout rollout abort argocd/catalog/web`",
     [](Situation& at) { set_rollout(at, json::object(), in_flight); },
     [](Situation& at) { set_rollout(at, json::object(), promoted); }},
    {"aborted", HazardKind::rollout_aborted, false, "is aborted", "",
     [](Situation& at) {
       set_rollout(at, json::object(), json::parse(aborted_rollout)["status"]);
     }},
    {"new canary", HazardKind::rollout_new_canary, false, "with all 2 steps and analyses",
     "rollbackWindow: {revisions: 3}",
     [](Situation& at) {
       set_rollout(
           at,
           json::parse(
               R"({"strategy": {"canary": {"steps": [{"setWeight": 20}, {"pause": {"duration": "1h"}}]}}})"),
           promoted);
     }},
    {"manual step", HazardKind::rollout_waits, false, "waits for somebody once", "promote-full",
     [](Situation& at) {
       set_rollout(
           at,
           json::parse(
               R"({"strategy": {"canary": {"steps": [{"setWeight": 20}, {"pause": {}}]}}})"),
           promoted);
     }},
    {"paused by hand", HazardKind::rollout_paused, false, "paused by hand", "rollout resume",
     [](Situation& at) {
       set_rollout(at, {{"paused", true}}, promoted);
     }},
    {"Rollout not known", HazardKind::not_known, false, "what Rollout `shop/web` does", "",
     [](Situation& at) {
       set_rollout(at, json::object(), promoted);
       at.answers["/resource"] = 403;
     }},
    {"tree not known", HazardKind::not_known, false, "whether there are Rollouts", "",
     [](Situation& at) { at.answers["/resource-tree"] = 403; }},
    {"own logic", HazardKind::own_rollout_logic, false, "somebody has replaced", "argocd-cm",
     [](Situation& at) {
       set_rollout(at, json::object(), promoted);
       at.answers["/settings"]["resourceOverrides"]["argoproj.io/Rollout"] = json::object();
     }},
    {"override", HazardKind::parameter_override, false,
     "`helm.parameters` (`tag` and `password`) is not what it was then",
     "before auto-sync is on again",
     [](Situation& at) {
       at.app["status"]["history"][0]["source"]["helm"]["parameters"] = {
           {{"name", "tag"}, {"value", "1"}}, {{"name", "same"}, {"value", "s3cr3t"}}};
       at.app["spec"]["source"]["helm"]["parameters"] = {
           {{"name", "tag"}, {"value", "2"}},
           {{"name", "same"}, {"value", "s3cr3t"}},
           {{"name", "password"}, {"value", "s3cr3t"}}};
     },
     [](Situation& at) {
       at.app["status"]["history"][0]["source"]["helm"] = at.app["spec"]["source"]["helm"];
     }},
    {"other path", HazardKind::other_source, false, "another `path`", "",
     [](Situation& at) { at.app["status"]["history"][0]["source"]["path"] = "old"; }},
    {"Argo CD itself", HazardKind::self_managed, true, "Deployment `cd-argocd-server`", "",
     [](Situation& at) { at.app["status"]["resources"][0]["name"] = "cd-argocd-server"; },
     [](Situation& at) { at.app["status"]["resources"][0]["name"] = "notargocd-server"; }},
    {"left behind", HazardKind::left_behind, false, "1 object is not part of what is gone back to",
     "`--prune`",
     [](Situation& at) {
       at.app["status"]["resources"].push_back(
           {{"version", "v1"}, {"kind", "ConfigMap"}, {"namespace", "shop"}, {"name", "new"}});
       at.answers["/managed-resources"] = 403;
     },
     [](Situation& at) { at.app["status"]["resources"][1]["hook"] = true; }},
    {"deletes", HazardKind::deletes_objects, false,
     "data goes with PersistentVolumeClaim `shop/data`", "Prune=false",
     [](Situation& at) {
       at.question.prune = true;
       json live = Situation::manifest("v1", "PersistentVolumeClaim", "data");
       at.answers["/managed-resources"] = {{"items",
                                            {{{"kind", "PersistentVolumeClaim"},
                                              {"namespace", "shop"},
                                              {"name", "data"},
                                              {"liveState", live.dump()}}}}};
     },
     [](Situation& at) {
       json live = Situation::manifest("v1", "PersistentVolumeClaim", "data");
       live["metadata"]["annotations"]["argocd.argoproj.io/sync-options"] = "Prune=false";
       at.answers["/managed-resources"]["items"][0]["liveState"] = live.dump();
     }},
    {"confirm", HazardKind::prune_confirm, false, "until somebody agrees", "",
     [](Situation& at) {
       at.question.prune = true;
       at.app["spec"]["syncPolicy"]["syncOptions"] = {"Prune=confirm"};
       at.app["status"]["resources"][0]["name"] = "other";
       at.answers["/managed-resources"] = 403;
     },
     [](Situation& at) { at.question.prune = false; }},
    {"hooks", HazardKind::hooks_skipped, false, "Job `migrate` (PreSync)",
     "backout sync --revision",
     [](Situation& at) {
       json hook = Situation::manifest("batch/v1", "Job", "migrate");
       hook["metadata"]["annotations"]["argocd.argoproj.io/hook"] = "PreSync";
       at.answers["/manifests"]["manifests"].push_back(hook.dump());
     },
     [](Situation& at) { at.question.purpose = Purpose::sync; }},
    {"not rendered", HazardKind::not_known, false, "which objects stay behind and which hooks", "",
     [](Situation& at) { at.answers["/manifests"] = 500; }},
    {"dying objects", HazardKind::being_deleted, false, "Deployment `shop/web`", "",
     [](Situation& at) {
       json live = Situation::manifest("apps/v1", "Deployment", "web");
       live["metadata"]["deletionTimestamp"] = "2026-11-20T10:00:00Z";
       at.answers["/managed-resources"] = {{"items",
                                            {{{"group", "apps"},
                                              {"kind", "Deployment"},
                                              {"namespace", "shop"},
                                              {"name", "web"},
                                              {"liveState", live.dump()}}}}};
     }},
};

TEST(ArgocdHazard, EachIsFoundAndNothingElseIsTakenForIt) {
  for (const Case& one : table) {
    Situation situation;
    one.set(situation);
    const Seen seen = look(situation);
    const Hazard* found = nullptr;
    for (const Hazard& hazard : seen.assessment.hazards)
      if (hazard.kind == one.kind && hazard.message.find(one.says) != std::string::npos)
        found = &hazard;
    ASSERT_TRUE(found) << one.name << "\n" << all(seen);
    EXPECT_EQ(found->blocking, one.blocking) << one.name << "\n" << all(seen);
    EXPECT_NE(found->remedy.find(one.remedy), std::string::npos) << one.name << "\n" << all(seen);
    EXPECT_LE(seen.requests, 15U) << one.name;
    EXPECT_EQ(all(seen).find("s3cr3t"), std::string::npos) << all(seen);
    if (!one.unset) continue;
    one.unset(situation);
    const Seen without = look(situation);
    EXPECT_FALSE(find(without, one.kind)) << one.name << "\n" << all(without);
  }
}

TEST(ArgocdHazard, ATokenThatEndsSoon) {
  Situation situation;
  ASSERT_EQ(setenv("BACKOUT_NOW", "2023-11-14T22:00:00Z", 1), 0);
  situation.token = "x.eyJleHAiOjE3MDAwMDAwMDB9.y";  // 2023-11-14T22:13:20Z
  const Seen seen = look(situation);
  ASSERT_EQ(setenv("BACKOUT_NOW", "2023-11-14T20:00:00Z", 1), 0);
  const Seen early = look(situation);
  unsetenv("BACKOUT_NOW");
  ASSERT_TRUE(find(seen, HazardKind::token_ends)) << all(seen);
  EXPECT_NE(all(seen).find("ends at 2023-11-14T22:13:20Z"), std::string::npos) << all(seen);
  EXPECT_FALSE(find(early, HazardKind::token_ends)) << all(early);
}

TEST(ArgocdHazard, WhenWindowsOpenAndClose) {
  const Instant now = *parse_instant("2026-11-21T10:30:00Z");  // a Saturday
  struct {
    const char *schedule, *duration, *end, *begin;
  } const cases[] = {
      {"0 10 * * *", "1h", "2026-11-21T11:00:00Z", "2026-11-22T10:00:00Z"},
      {"0 22 * * *", "12h30m", "", "2026-11-21T22:00:00Z"},  // closed this very minute
      {"0 22 * * *", "12h31m", "2026-11-21T10:31:00Z", "2026-11-21T22:00:00Z"},
      {"*/20 * * * *", "10m", "", "2026-11-21T10:40:00Z"},
      {"*/20 * * * *", "11m", "2026-11-21T10:31:00Z", "2026-11-21T10:40:00Z"},
      {"0,30 10 * * *", "40m", "2026-11-21T11:10:00Z", "2026-11-22T10:00:00Z"},
      {"0 * * * *", "1h", "", "2026-11-21T11:00:00Z"},  // it never closes
      {"0 0 * * SAT-", "1h", "", ""},
      {"0 8 * * mon-FRI", "10h", "", "2026-11-23T08:00:00Z"},
      {"0 0 * * SAT", "48h", "2026-11-23T00:00:00Z", "2026-11-28T00:00:00Z"},
      {"0 0 1 * 6", "24h", "2026-11-22T00:00:00Z", "2026-11-28T00:00:00Z"},  // either
      {"0 0 1 dec *", "24h", "", "2026-12-01T00:00:00Z"},
      {"0 0 31 2 *", "24h", "", ""},
      {"@daily", "11h", "2026-11-21T11:00:00Z", "2026-11-22T00:00:00Z"},
      {"5/15 * * * *", "1m", "", "2026-11-21T10:35:00Z"},
      {"CRON_TZ=Asia/Tokyo 0 10 * * *", "1h", "", ""},
      {"0 10 * *", "1h", "", ""},
      {"60 10 * * *", "1h", "", ""},
      {"5-1 10 * * *", "1h", "", ""},
      {"", "1h", "", ""},
      {"0 10 * * *", "soon", "", "2026-11-22T10:00:00Z"},
      {"0 10 * * *", "-1h", "", "2026-11-22T10:00:00Z"},
  };
  const auto words = [](std::optional<Instant> time) { return time ? to_text(*time) : ""; };
  for (const auto& one : cases) {
    const SyncWindow window{"deny", one.schedule, one.duration, false};
    EXPECT_EQ(words(window_end(window, now)), one.end) << one.schedule << " for " << one.duration;
    EXPECT_EQ(words(window_begin(window, now)), one.begin) << one.schedule;
  }
}

TEST(ArgocdHazard, WindowsSayWhen) {
  const auto said = [](const char* windows) {
    Situation situation;
    situation.answers["/syncwindows"] = json::parse(windows);
    EXPECT_EQ(setenv("BACKOUT_NOW", "2026-11-21T10:30:00Z", 1), 0);
    const Seen seen = look(situation);
    unsetenv("BACKOUT_NOW");
    return all(seen);
  };
  const char* const night = R"({"kind": "deny", "schedule": "0 10 * * *", "duration": "1h"})";
  const std::string end =
      said(fmt::format(R"({{"canSync": false, "activeWindows": [{}]}})", night).c_str());
  EXPECT_NE(end.find("(`0 10 * * *` for 1h), until 2026-11-21T11:00:00Z"), std::string::npos)
      << end;
  const std::string begin = said(
      R"({"assignedWindows": [{"kind": "allow", "schedule": "0 8 * * MON", "duration": "1h"}]})");
  EXPECT_NE(begin.find("until 2026-11-23T08:00:00Z"), std::string::npos) << begin;
  const std::string ahead = said(
      R"({"canSync": true, "assignedWindows": [{"kind": "deny", "schedule": "0 11 * * *", "duration": "1h"}]})");
  EXPECT_NE(ahead.find("sync-window-ahead: a sync window closes the way at 2026-11-21T11:00:00Z"),
            std::string::npos)
      << ahead;
  const std::string closing = said(
      R"({"canSync": true, "activeWindows": [{"kind": "allow", "schedule": "0 10 * * *", "duration": "1h"}],
          "assignedWindows": [{"kind": "allow", "schedule": "0 10 * * *", "duration": "1h"}]})");
  EXPECT_NE(closing.find("closes the way at 2026-11-21T11:00:00Z"), std::string::npos) << closing;
  for (
      const char* quiet :
      {R"({"canSync": true, "assignedWindows": [{"kind": "deny", "schedule": "0 13 * * *", "duration": "1h"}]})",
       R"({"canSync": true, "assignedWindows": [{"kind": "deny", "schedule": "0 11 * * *", "duration": "1h", "manualSync": true}]})"})
    EXPECT_EQ(said(quiet), "");
}

// A server that is gone is not asked fifteen times.
TEST(ArgocdHazard, AServerThatStopsToAnswer) {
  Situation situation;
  for (auto& [path, answer] : situation.answers) answer = 503;
  situation.denied = {{"sync", "no"}, {"update", "no"}};
  const Seen seen = look(situation);
  EXPECT_EQ(seen.requests, 2U) << all(seen);
  for (const Hazard& one : seen.assessment.hazards) {
    EXPECT_EQ(one.kind, HazardKind::not_known);
    EXPECT_FALSE(one.blocking);
  }
  EXPECT_GE(seen.assessment.hazards.size(), 7U) << all(seen);
}

TEST(ArgocdHazard, PausingAndResumingAskForLittle) {
  Situation situation;
  situation.question.purpose = Purpose::pause;
  situation.app["status"]["operationState"]["phase"] = "Running";
  situation.denied["sync"] = "no";
  situation.answers["/syncwindows"] = json::object();
  const Seen seen = look(situation);
  EXPECT_EQ(seen.requests, 4U);
  ASSERT_EQ(seen.assessment.hazards.size(), 1U) << all(seen);
  EXPECT_FALSE(seen.assessment.hazards.front().blocking);  // pausing is what comes first then
}

TEST(ArgocdHazard, NamesAreTold) {
  EXPECT_EQ(name_of(HazardKind::not_known), "not-known");
  EXPECT_EQ(name_of(HazardKind::pinned_target), "pinned-target");
  EXPECT_EQ(in_words(Purpose::pause), "pausing auto-sync");
}

}  // namespace
}  // namespace backout::argocd
