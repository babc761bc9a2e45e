#include "argocd/resource.h"

#include <fmt/format.h>

#include <algorithm>

#include "argocd/json.h"
#include "argocd/raw_json.h"

namespace backout::argocd {
namespace {

std::string path_of(const AppName& app, std::string_view rest) {
  return "/api/v1/applications/" + http::encode(app.name) + std::string(rest);
}
std::string what_of(const ResourceName& resource, const AppName& app) {
  return fmt::format("{} of {}", in_words(resource), in_words(app));
}
Query query_of(const AppName& app, const ResourceName& resource) {
  return {{"namespace", resource.name_space},
          {"resourceName", resource.name},
          {"version", resource.version},
          {"group", resource.group},
          {"kind", resource.kind},
          {"appNamespace", app.name_space},
          {"project", app.project}};
}

ResourceName read_name(Json json) {
  return {text(json, {"group"}), text(json, {"version"}), text(json, {"kind"}),
          text(json, {"namespace"}), text(json, {"name"})};
}

// The server does not know the request: its router says so, and not what the request asked for.
bool is_unknown_request(const Outcome& outcome) {
  if (outcome.kind != Outcome::Kind::refused) return false;
  const int status = outcome.response.status;
  return status == 405 || status == 501 ||
         (status == 404 && (outcome.said.empty() || outcome.said == "Not Found"));
}

}  // namespace

std::string in_words(const ResourceName& resource) {
  return fmt::format("{} `{}{}{}`", resource.kind, resource.name_space,
                     resource.name_space.empty() ? "" : "/", resource.name);
}

bool same_object(const ResourceName& a, const ResourceName& b) {
  return a.kind == b.kind && a.name == b.name && a.name_space == b.name_space && a.group == b.group;
}

Result<std::vector<Node>> get_resource_tree(Client& client, const AppName& app) {
  simdjson::dom::parser parser;
  TRY(const Json root, get_json(client, parser, path_of(app, "/resource-tree"),
                                {{"appNamespace", app.name_space}, {"project", app.project}},
                                "the objects of " + in_words(app)));
  std::vector<Node> out;
  each(root, {"nodes"}, [&](Json one) {
    Node node{read_name(one),
              text(one, {"uid"}),
              {},
              text(one, {"health", "status"}),
              text(one, {"health", "message"}),
              texts(one, {"images"}),
              text(one, {"createdAt"})};
    each(one, {"parentRefs"}, [&](Json parent) { node.parents.push_back(read_name(parent)); });
    out.push_back(std::move(node));
  });
  return out;
}

std::vector<Node> rollouts_in(const std::vector<Node>& tree) {
  std::vector<Node> out;
  std::copy_if(tree.begin(), tree.end(), std::back_inserter(out), [](const Node& node) {
    return node.resource.kind == "Rollout" && node.resource.group == "argoproj.io";
  });
  return out;
}

Result<std::string> get_live_resource(Client& client, const AppName& app,
                                      const ResourceName& resource) {
  simdjson::dom::parser parser;
  TRY(const Json root, get_json(client, parser, path_of(app, "/resource"), query_of(app, resource),
                                what_of(resource, app)));
  std::string out = text(root, {"manifest"});
  if (out.empty() || out == "null")
    return fail(ErrorKind::usage,
                fmt::format("{}: Argo CD has no live object of this name", what_of(resource, app)));
  return out;
}

Result<std::vector<Action>> list_actions(Client& client, const AppName& app,
                                         const ResourceName& resource) {
  simdjson::dom::parser parser;
  TRY(const Json root,
      get_json(client, parser, path_of(app, "/resource/actions"), query_of(app, resource),
               "the actions on " + what_of(resource, app)));
  std::vector<Action> out;
  each(root, {"actions"}, [&](Json one) {
    out.push_back({text(one, {"name"}), flag(one, {"disabled"})});
  });
  return out;
}

Outcome run_action(Client& client, const AppName& app, const ResourceName& resource,
                   std::string_view action) {
  const std::string what = fmt::format("`{}` on {}", action, what_of(resource, app));
  const std::string path = path_of(app, "/resource/actions");
  const std::string body = fmt::format(
      R"({{"name":{},"namespace":{},"resourceName":{},"version":{},"group":{},"kind":{},"action":{},)"
      R"("appNamespace":{},"project":{}}})",
      json_text(app.name), json_text(resource.name_space), json_text(resource.name),
      json_text(resource.version), json_text(resource.group), json_text(resource.kind),
      json_text(action), json_text(app.name_space), json_text(app.project));
  Outcome out = change(client, "POST", path + "/v2", {}, body, what);
  if (is_unknown_request(out))
    out = change(client, "POST", path, query_of(app, resource), json_text(action), what);
  return out;
}

}  // namespace backout::argocd
