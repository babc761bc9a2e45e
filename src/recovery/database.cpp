// Point-in-time recovery with CloudNativePG. A cluster is never recovered in place: a new one
// bootstraps from the backups of the old. Two traps decide how its manifest looks. The new cluster
// archives into the same store, so it needs a folder (`serverName`) of its own: over the old one's
// the operator refuses to start. And PostgreSQL refuses to replay WAL with smaller settings
// (max_connections …) than the primary had, so the parameters are taken over.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/quote.h"
#include "recovery/emit.h"
#include "recovery/fields.h"
#include "recovery/origin.h"
#include "recovery/plan.h"

namespace backout::recovery {
namespace {

// What of the old cluster's spec the new one gets as it is.
constexpr std::array<std::string_view, 14> taken_over = {"imageName",
                                                         "imageCatalogRef",
                                                         "imagePullSecrets",
                                                         "instances",
                                                         "postgresql",
                                                         "storage",
                                                         "walStorage",
                                                         "tablespaces",
                                                         "resources",
                                                         "affinity",
                                                         "topologySpreadConstraints",
                                                         "priorityClassName",
                                                         "superuserSecret",
                                                         "enableSuperuserAccess"};
constexpr std::array<std::string_view, 4> handled = {"bootstrap", "backup", "plugins",
                                                     "externalClusters"};

void append_plugin_parameters(std::string& out, std::size_t indent, std::string_view store,
                              std::string_view server) {
  out.append(indent, ' ');
  out += "parameters:\n";
  append_field(out, indent + 2, "barmanObjectName", store);
  append_field(out, indent + 2, "serverName", server);
}

void append_bootstrap(std::string& out, const Request& request, const Origin& origin) {
  out += "  bootstrap:\n    recovery:\n";
  if (origin.kind == Origin::Kind::backup_object) {
    out += "      backup:\n";
    append_field(out, 8, "name", origin.name);
  } else {
    append_field(out, 6, "source", request.cluster);
  }
  out += "      recoveryTarget:\n";
  append_field(out, 8, "targetTime", to_text(request.target));
  // The application's database keeps its name and its password.
  const yaml::Node* const spec = request.manifest ? request.manifest->spec : nullptr;
  const yaml::Node* const bootstrap = spec ? spec->find("bootstrap") : nullptr;
  if (!bootstrap) return;
  for (const std::string_view kind : {"initdb", "recovery", "pg_basebackup"}) {
    const yaml::Node* const before = bootstrap->find(kind);
    if (!before) continue;
    for (const std::string_view key : {"database", "owner", "secret"})
      if (const yaml::Node* const value = before->find(key)) append_node(out, 6, key, *value);
  }
}

void append_origin(std::string& out, const Request& request, const Origin& origin) {
  if (origin.kind == Origin::Kind::backup_object) return;
  out += "  externalClusters:\n    - ";
  out += "name: " + yaml_quoted(request.cluster) + '\n';
  if (origin.kind == Origin::Kind::plugin) {
    out += "      plugin:\n";
    append_field(out, 8, "name", barman_plugin);
    append_plugin_parameters(out, 8, origin.name, origin.server);
    return;
  }
  out += "      barmanObjectStore:\n";
  append_field(out, 8, "destinationPath", origin.name);
  append_field(out, 8, "serverName", origin.server);
  if (!origin.store) return;
  for (const yaml::Entry& entry : origin.store->entries)
    if (entry.key.text != "destinationPath" && entry.key.text != "serverName")
      append_node(out, 8, entry.key.text, entry.value);
}

// Backups of the new cluster, into a folder of its own.
void append_backups(std::string& out, const Request& request) {
  const yaml::Node* const spec = request.manifest ? request.manifest->spec : nullptr;
  if (!spec) return;
  if (const yaml::Node* const backup = spec->find("backup");
      backup && backup->kind == yaml::Kind::map) {
    out += "  backup:\n";
    for (const yaml::Entry& entry : backup->entries) {
      if (entry.key.text != "barmanObjectStore") {
        append_node(out, 4, entry.key.text, entry.value);
        continue;
      }
      out += "    barmanObjectStore:\n";
      append_field(out, 6, "serverName", request.new_name);
      for (const yaml::Entry& part : entry.value.entries)
        if (part.key.text != "serverName") append_node(out, 6, part.key.text, part.value);
    }
  }
  const yaml::Node* const plugins = spec->find("plugins");
  if (!plugins || plugins->items.empty()) return;
  out += "  plugins:\n";
  for (const yaml::Node& plugin : plugins->items) {
    const bool barman = text_at(&plugin, {"name"}) == barman_plugin;
    std::string body;
    for (const yaml::Entry& entry : plugin.entries) {
      if (!barman || entry.key.text != "parameters") {
        append_node(body, 6, entry.key.text, entry.value);
        continue;
      }
      body += "      parameters:\n";
      append_field(body, 8, "serverName", request.new_name);
      for (const yaml::Entry& part : entry.value.entries)
        if (part.key.text != "serverName") append_node(body, 8, part.key.text, part.value);
    }
    if (body.size() > 6) out += "    - " + body.substr(6);
  }
}

std::string manifest_of(const Request& request, const Origin& origin) {
  std::string out = fmt::format("apiVersion: {}\nkind: Cluster\nmetadata:\n", cluster_api);
  append_field(out, 2, "name", request.new_name);
  if (!request.namespace_name.empty()) append_field(out, 2, "namespace", request.namespace_name);
  out += "spec:\n";
  const yaml::Node* const spec = request.manifest ? request.manifest->spec : nullptr;
  if (!spec || !spec->find("instances")) out += "  instances: 1\n";
  if (spec)
    for (const std::string_view key : taken_over)
      if (const yaml::Node* const value = spec->find(key)) append_node(out, 2, key, *value);
  append_bootstrap(out, request, origin);
  append_origin(out, request, origin);
  append_backups(out, request);
  return out;
}

std::vector<std::string> notes_on(const Request& request, const Origin& origin) {
  std::vector<std::string> out;
  if (origin.kind == Origin::Kind::in_core)
    out.emplace_back(
        "the object store is configured inside the Cluster, which CloudNativePG has deprecated "
        "since 1.26 in favour of the Barman Cloud plugin; `--object-store NAME` uses an "
        "ObjectStore");
  if (!request.manifest) {
    out.push_back(fmt::format(
        "the repository has no manifest of cluster `{}`: add `storage.size`, the image and the "
        "settings of the old one before you apply this",
        request.cluster));
    if (origin.kind == Origin::Kind::in_core)
      out.emplace_back("add the store's credentials below `barmanObjectStore`");
    return out;
  }
  if (!request.manifest->spec->find("storage"))
    out.emplace_back("the manifest of the old cluster names no storage: add `storage.size`");
  if (!request.manifest->spec->find("imageName") &&
      !request.manifest->spec->find("imageCatalogRef"))
    out.emplace_back(
        "the manifest of the old cluster names no image: the operator's default must be of the "
        "same major version as the backup, so name it");
  std::string left;
  for (const yaml::Entry& entry : request.manifest->spec->entries) {
    const auto is = [&](std::string_view name) { return name == entry.key.text; };
    if (std::any_of(taken_over.begin(), taken_over.end(), is) ||
        std::any_of(handled.begin(), handled.end(), is))
      continue;
    left += fmt::format("{}`{}`", left.empty() ? "" : ", ", entry.key.text);
  }
  if (!left.empty())
    out.push_back(
        fmt::format("not taken over from `{}`: {}", request.manifest->source->path, left));
  for (const argo::FieldProblem& problem :
       argo::check_fields(cluster_fields(), request.manifest->document->root, {1, 9}))
    if (problem.kind == argo::FieldProblem::Kind::unknown)
      out.push_back(fmt::format("`{}` in `{}` is no field that CloudNativePG is known to have",
                                problem.node->text, request.manifest->source->path));
  return out;
}

}  // namespace

Result<Database> plan_database(const Request& request) {
  TRY(const Origin origin, origin_of(request));
  return Database{manifest_of(request, origin), database_step(request, origin),
                  notes_on(request, origin)};
}

}  // namespace backout::recovery
