#include "argocd/owner.h"

#include <fmt/format.h>

#include <algorithm>

#include "argocd/change.h"
#include "argocd/json.h"

namespace backout::argocd {
namespace {

constexpr std::size_t most_parents = 3;
constexpr std::string_view default_label = "app.kubernetes.io/instance";
constexpr std::string_view tracking_annotation = "argocd.argoproj.io/tracking-id";

IgnoreRule read_rule(Json json) {
  return {text(json, {"group"}),
          text(json, {"kind"}),
          text(json, {"name"}),
          text(json, {"namespace"}),
          texts(json, {"jsonPointers"}),
          texts(json, {"jqPathExpressions"}),
          texts(json, {"managedFieldsManagers"})};
}

// ".spec[\"syncPolicy\"]?.automated" as "/spec/syncPolicy/automated"; empty: more than a path.
std::string pointer_of(std::string_view jq) {
  std::string out;
  const auto name_char = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  while (!jq.empty()) {
    if (jq.front() == ' ' || jq.front() == '?') {
      jq.remove_prefix(1);
      continue;
    }
    if (jq.starts_with('.')) jq.remove_prefix(1);
    std::string_view name;
    if (jq.starts_with("[\"")) {
      const std::size_t end = jq.find("\"]");
      if (end == std::string_view::npos) return {};
      name = jq.substr(2, end - 2);
      jq.remove_prefix(end + 2);
    } else {
      const auto end = std::find_if_not(jq.begin(), jq.end(), name_char);
      name = jq.substr(0, static_cast<std::size_t>(end - jq.begin()));
      jq.remove_prefix(name.size());
    }
    if (name.empty()) return {};
    out += '/';
    out += name;
  }
  return out;
}

// `inner` is `outer` or lies in it.
bool within(std::string_view inner, std::string_view outer) {
  return !outer.empty() && inner.starts_with(outer) &&
         (inner.size() == outer.size() || inner[outer.size()] == '/');
}

// "shop_catalog" is `catalog` of the namespace `shop`.
AppName instance(std::string_view name) {
  const std::size_t mark = name.find('_');
  if (mark == std::string_view::npos) return {std::string(name), {}, {}};
  return {std::string(name.substr(mark + 1)), std::string(name.substr(0, mark)), {}};
}

bool manages(const Application& parent, const Application& child) {
  simdjson::dom::parser parser;
  Json root;
  if (parser.parse(parent.json).get(root) != simdjson::SUCCESS) return false;
  bool out = false;
  each(root, {"status", "resources"}, [&](Json one) {
    const std::string name_space = text(one, {"namespace"});
    out = out || (text(one, {"group"}) == "argoproj.io" && text(one, {"kind"}) == "Application" &&
                  text(one, {"name"}) == child.name &&
                  (name_space.empty() || name_space == child.name_space));
  });
  return out;
}

Parent make_parent(Application app) {
  Parent out;
  simdjson::dom::parser parser;
  Json root;
  if (parser.parse(app.json).get(root) == simdjson::SUCCESS) {
    for (const std::string& option : texts(root, {"spec", "syncPolicy", "syncOptions"}))
      out.respects = out.respects || option == "RespectIgnoreDifferences=true";
    each(root, {"spec", "ignoreDifferences"},
         [&](Json one) { out.ignored.push_back(read_rule(one)); });
  }
  out.app = std::move(app);
  return out;
}

// What the object's label says, where labels track objects.
std::string by_label(Json child, const ServerVersion& version,
                     const Result<ServerSettings>& settings) {
  const std::string tracking = settings ? settings->tracking : std::string();
  const bool counts = tracking.empty() ? !has(version, Feature::annotation_tracking)
                                       : tracking.find("label") != std::string::npos;
  if (!counts) return {};
  const bool own_key = settings && !settings->label_key.empty();
  return text(child, {"metadata", "labels",
                      own_key ? std::string_view(settings->label_key) : default_label});
}

// The application that tracks `child`; nothing: none, or it could not be read (`doubts` says so).
std::optional<Application> parent_of(Client& client, const Application& child,
                                     const ServerVersion& version,
                                     const Result<ServerSettings>& settings,
                                     std::vector<std::string>& doubts) {
  simdjson::dom::parser parser;
  Json root;
  if (parser.parse(child.json).get(root) != simdjson::SUCCESS) return std::nullopt;
  std::optional<AppName> name =
      tracked_by(text(root, {"metadata", "annotations", tracking_annotation}), child);
  const bool annotated = name.has_value();
  if (!name) {
    const std::string label = by_label(root, version, settings);
    if (label.empty()) return std::nullopt;
    name = instance(label);
  }
  if (name->name == child.name &&
      (name->name_space.empty() || name->name_space == child.name_space))
    return std::nullopt;  // it manages itself: what turns it off, turns that off
  auto parent = get_application(client, *name);
  if (!parent) {
    doubts.push_back(fmt::format("application `{}` is tracked by {}, which cannot be read: {}",
                                 full_name(child), in_words(*name), parent.error().message));
    return std::nullopt;
  }
  if (!annotated && !manages(*parent, child)) return std::nullopt;  // charts set the label, too
  return std::move(*parent);
}

}  // namespace

bool covers(const IgnoreRule& rule, std::string_view pointer) {
  const auto in = [&](const std::string& outer) { return within(pointer, outer); };
  return std::any_of(rule.pointers.begin(), rule.pointers.end(), in) ||
         std::any_of(rule.jq.begin(), rule.jq.end(),
                     [&](const std::string& path) { return in(pointer_of(path)); });
}

std::optional<std::string> owning_set(const Application& app) {
  constexpr std::string_view begin = "ApplicationSet `";
  for (const std::string& owner : app.owners)
    if (owner.starts_with(begin) && owner.ends_with('`'))
      return owner.substr(begin.size(), owner.size() - begin.size() - 1);
  return std::nullopt;
}

Result<ApplicationSet> get_application_set(Client& client, const std::string& name,
                                           const std::string& name_space) {
  simdjson::dom::parser parser;
  TRY(const Json root,
      get_json(client, parser, "/api/v1/applicationsets/" + http::encode(name),
               {{"appsetNamespace", name_space}}, fmt::format("ApplicationSet `{}`", name)));
  if (!at(root, {"spec"}))
    return fail(ErrorKind::undecided,
                fmt::format("ApplicationSet `{}`: the answer has no `spec`", name));
  ApplicationSet out;
  out.name = name;
  out.name_space = text(root, {"metadata", "namespace"});
  const auto automated = at(root, {"spec", "template", "spec", "syncPolicy", "automated"});
  out.template_automated =
      automated && automated->is_object() && flag(*automated, {"enabled"}, true);
  out.template_patch = !text(root, {"spec", "templatePatch"}).empty();
  out.applications_sync = text(root, {"spec", "syncPolicy", "applicationsSync"});
  out.rolling_sync = text(root, {"spec", "strategy", "type"}) == "RollingSync";
  each(root, {"spec", "ignoreApplicationDifferences"},
       [&](Json one) { out.ignored.push_back(read_rule(one)); });
  return out;
}

bool leaves_alone(const ApplicationSet& set, const Application& app, std::string_view pointer) {
  if (set.applications_sync == "create-only" || set.applications_sync == "create-delete")
    return true;
  return std::any_of(set.ignored.begin(), set.ignored.end(), [&](const IgnoreRule& rule) {
    return (rule.name.empty() || rule.name == app.name) && covers(rule, pointer);
  });
}

bool ignores(const Parent& parent, const Application& child, std::string_view pointer) {
  return std::any_of(parent.ignored.begin(), parent.ignored.end(), [&](const IgnoreRule& rule) {
    const auto fits = [](const std::string& wanted, std::string_view is) {
      return wanted.empty() || wanted == "*" || wanted == is;
    };
    return fits(rule.group, "argoproj.io") && fits(rule.kind, "Application") &&
           fits(rule.name, child.name) && fits(rule.name_space, child.name_space) &&
           covers(rule, pointer);
  });
}

std::optional<AppName> tracked_by(std::string_view id, const Application& app) {
  const std::size_t first = id.find(':');
  const std::size_t second = first == std::string_view::npos ? first : id.find(':', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  if (id.substr(first + 1, second - first - 1) != "argoproj.io/Application") return std::nullopt;
  // Of another object: somebody has copied the manifest, and Argo CD does not count it.
  const std::string_view object = id.substr(second + 1);
  const std::size_t slash = object.find('/');
  if (slash == std::string_view::npos || object.substr(slash + 1) != app.name ||
      (!app.name_space.empty() && object.substr(0, slash) != app.name_space))
    return std::nullopt;
  AppName out = instance(id.substr(0, first));
  if (out.name.empty()) return std::nullopt;
  return out;
}

Parents find_parents(Client& client, const Application& app, const ServerVersion& version,
                     const Result<ServerSettings>& settings) {
  Parents out;
  std::vector<std::string> seen = {full_name(app)};
  const Application* child = &app;
  while (auto parent = parent_of(client, *child, version, settings, out.doubts)) {
    if (std::find(seen.begin(), seen.end(), full_name(*parent)) != seen.end()) break;
    if (out.chain.size() == most_parents) {
      out.doubts.push_back(
          fmt::format("application `{}` has more than {} parents above it; the upper ones were not "
                      "looked at",
                      full_name(app), most_parents));
      break;
    }
    seen.push_back(full_name(*parent));
    out.chain.push_back(make_parent(std::move(*parent)));
    child = &out.chain.back().app;
  }
  if (out.chain.empty() || !out.chain.front().app.auto_sync.on) return out;
  const auto managed =
      get_managed_resources(client, name_of(out.chain.front().app),
                            {"argoproj.io", {}, "Application", app.name_space, app.name});
  if (!managed) return out;
  for (const ManagedResource& one : *managed)
    if (one.resource.name == app.name && one.target) out.wanted = one.target->json;
  return out;
}

}  // namespace backout::argocd
