#include "argocd/reads.h"

#include <fmt/format.h>

#include "argocd/change.h"
#include "argocd/json.h"
#include "argocd/words.h"

namespace backout::argocd {
namespace {

std::string path_of(const AppName& app, std::string_view rest) {
  return "/api/v1/applications/" + http::encode(app.name) + std::string(rest);
}
Query query_of(const AppName& app) {
  return {{"appNamespace", app.name_space}, {"project", app.project}};
}

// Words of a list with commas, blanks around them dropped.
std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> out;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view word = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    while (word.starts_with(' ')) word.remove_prefix(1);
    while (word.ends_with(' ')) word.remove_suffix(1);
    if (!word.empty()) out.emplace_back(word);
  }
  return out;
}

// What Argo CD runs Helm's hooks as; rollback hooks and tests never run.
std::string_view from_helm(std::string_view hook) {
  if (hook == "pre-install" || hook == "pre-upgrade") return "PreSync";
  if (hook == "post-install" || hook == "post-upgrade") return "PostSync";
  if (hook == "pre-delete") return "PreDelete";
  if (hook == "post-delete") return "PostDelete";
  return "Skip";
}

std::vector<std::string> hooks_of(Json object) {
  std::vector<std::string> out =
      split(text(object, {"metadata", "annotations", "argocd.argoproj.io/hook"}));
  if (!out.empty()) return out;
  for (const std::string& hook : split(text(object, {"metadata", "annotations", "helm.sh/hook"}))) {
    if (hook == "crd-install") continue;  // an object like others
    const std::string_view name = from_helm(hook);
    if (out.empty() || out.back() != name) out.emplace_back(name);
  }
  return out;
}

}  // namespace

Result<User> get_user(Client& client) {
  simdjson::dom::parser parser;
  TRY(const Json root,
      get_json(client, parser, "/api/v1/session/userinfo", {}, "who we are to the server"));
  return User{flag(root, {"loggedIn"}), text(root, {"username"}), text(root, {"iss"}),
              texts(root, {"groups"})};
}

Result<bool> can_i(Client& client, std::string_view action, const AppName& app) {
  // The object goes as it is: its slashes are no separators for this one path, and escaped ones
  // would not be found.
  std::string object = http::encode(app.project) + "/";
  if (!app.name_space.empty()) object += http::encode(app.name_space) + "/";
  const std::string path = fmt::format("/api/v1/account/can-i/applications/{}/{}{}",
                                       http::encode(action), object, http::encode(app.name));
  const std::string what = fmt::format("the right `{}` on {}", action, in_words(app));
  const http::Answer answer =
      http::send(client.session, request_to(client, url_of(client.settings, path)));
  if (!answer) return tl::unexpected(no_answer(client.settings, answer.error(), what));
  if (answer->status == 400)  // each release has a fixed list of actions
    return fail(ErrorKind::undecided, what + ": this server knows no right of this name");
  if (answer->status != 200) return tl::unexpected(refusal(client.settings, *answer, what));
  simdjson::dom::parser parser;
  Json root;
  std::string value;
  if (parser.parse(answer->body).get(root) == simdjson::SUCCESS) value = text(root, {"value"});
  if (value != "yes" && value != "no")
    return fail(ErrorKind::undecided, what + ": the answer is neither yes nor no");
  return value == "yes";
}

Result<SyncWindows> get_sync_windows(Client& client, const AppName& app) {
  const std::string what = "the sync windows of " + in_words(app);
  simdjson::dom::parser parser;
  TRY(const Json root, get_json(client, parser, path_of(app, "/syncwindows"), query_of(app), what));
  SyncWindows out;
  const auto read = [](Json one) {
    return SyncWindow{text(one, {"kind"}), text(one, {"schedule"}), text(one, {"duration"}),
                      flag(one, {"manualSync"})};
  };
  each(root, {"activeWindows"}, [&](Json one) { out.active.push_back(read(one)); });
  each(root, {"assignedWindows"}, [&](Json one) { out.assigned.push_back(read(one)); });
  out.can_sync = flag(root, {"canSync"});
  return out;
}

Result<ServerSettings> get_server_settings(Client& client) {
  simdjson::dom::parser parser;
  TRY(const Json root, get_json(client, parser, "/api/v1/settings", {}, "the settings of Argo CD"));
  ServerSettings out{text(root, {"appLabelKey"}), text(root, {"trackingMethod"}),
                     text(root, {"controllerNamespace"}),
                     flag(root, {"syncWithReplaceAllowed"}, true), false};
  each_field(root, {"resourceOverrides"}, [&](std::string_view key, Json) {
    if (key == "argoproj.io/Rollout") out.own_rollout_logic = true;
  });
  return out;
}

Result<RevisionMetadata> get_revision_metadata(Client& client, const AppName& app,
                                               const std::string& revision, std::size_t source) {
  Query query = query_of(app);
  if (source > 0) query.emplace_back("sourceIndex", fmt::format("{}", source));
  simdjson::dom::parser parser;
  TRY(const Json root,
      get_json(client, parser, path_of(app, "/revisions/" + http::encode(revision) + "/metadata"),
               query, fmt::format("revision {} of {}", short_revision(revision), in_words(app))));
  return RevisionMetadata{text(root, {"author"}), text(root, {"date"}), text(root, {"message"}),
                          texts(root, {"tags"})};
}

std::optional<Manifest> read_manifest(std::string json) {
  simdjson::dom::parser parser;
  Json root;
  if (parser.parse(json).get(root) != simdjson::SUCCESS) return std::nullopt;
  Manifest out;
  const std::string version = text(root, {"apiVersion"});
  const std::size_t slash = version.find('/');
  out.resource = {slash == std::string::npos ? std::string() : version.substr(0, slash),
                  slash == std::string::npos ? version : version.substr(slash + 1),
                  text(root, {"kind"}), text(root, {"metadata", "namespace"}),
                  text(root, {"metadata", "name"})};
  if (out.resource.kind.empty()) return std::nullopt;
  if (out.resource.name.empty()) out.resource.name = text(root, {"metadata", "generateName"});
  out.hooks = hooks_of(root);
  out.sync_options =
      split(text(root, {"metadata", "annotations", "argocd.argoproj.io/sync-options"}));
  out.being_deleted = !text(root, {"metadata", "deletionTimestamp"}).empty();
  out.json = std::move(json);
  return out;
}

Result<std::vector<Manifest>> get_manifests(Client& client, const AppName& app,
                                            const std::vector<std::string>& revisions,
                                            bool several_sources) {
  Query query = query_of(app);
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < revisions.size(); ++i) {
    shown.emplace_back(short_revision(revisions[i]));
    if (!several_sources) {
      query.emplace_back("revision", revisions[i]);
      break;
    }
    query.emplace_back("revisions", revisions[i]);
    query.emplace_back("sourcePositions", fmt::format("{}", i + 1));
  }
  const std::string what =
      fmt::format("the manifests of {} at {}", in_words(app), fmt::join(shown, ", "));
  simdjson::dom::parser parser;
  TRY(const Json root, get_json(client, parser, path_of(app, "/manifests"), query, what));
  std::vector<Manifest> out;
  std::size_t broken = 0;
  for (std::string& json : texts(root, {"manifests"})) {
    if (auto manifest = read_manifest(std::move(json)))
      out.push_back(std::move(*manifest));
    else
      ++broken;
  }
  if (broken > 0)
    return fail(ErrorKind::undecided, fmt::format("{}: {} of them are no objects", what, broken));
  return out;
}

Result<std::vector<ManagedResource>> get_managed_resources(Client& client, const AppName& app,
                                                           const ResourceName& only) {
  Query query = query_of(app);
  query.emplace_back("group", only.group);
  query.emplace_back("kind", only.kind);
  query.emplace_back("namespace", only.name_space);
  query.emplace_back("name", only.name);
  simdjson::dom::parser parser;
  TRY(const Json root, get_json(client, parser, path_of(app, "/managed-resources"), query,
                                "the managed objects of " + in_words(app)));
  std::vector<ManagedResource> out;
  each(root, {"items"}, [&](Json one) {
    out.push_back({{text(one, {"group"}),
                    {},
                    text(one, {"kind"}),
                    text(one, {"namespace"}),
                    text(one, {"name"})},
                   read_manifest(text(one, {"targetState"})),
                   read_manifest(text(one, {"liveState"}))});
  });
  return out;
}

}  // namespace backout::argocd
