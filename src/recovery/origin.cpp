#include "recovery/origin.h"

#include <fmt/format.h>

#include "recovery/fields.h"

namespace backout::recovery {
namespace {

// The plugin that archives WAL for the old cluster; null: none does.
const yaml::Node* archiving_plugin(const yaml::Node* spec) {
  const yaml::Node* const plugins = spec ? spec->find("plugins") : nullptr;
  if (!plugins) return nullptr;
  for (const yaml::Node& plugin : plugins->items)
    if (text_at(&plugin, {"name"}) == barman_plugin && text_at(&plugin, {"enabled"}) != "false")
      return &plugin;
  return nullptr;
}

}  // namespace

std::string_view text_at(const yaml::Node* node, std::initializer_list<std::string_view> keys) {
  const yaml::Node* const found = node ? node->find(keys) : nullptr;
  return found && found->kind == yaml::Kind::scalar ? found->text : std::string_view();
}

Result<Origin> origin_of(const Request& request) {
  const yaml::Node* const spec = request.manifest ? request.manifest->spec : nullptr;
  const yaml::Node* const plugin = archiving_plugin(spec);
  const yaml::Node* const store = spec ? spec->find({"backup", "barmanObjectStore"}) : nullptr;
  Origin out;
  const auto server = [&](std::string_view of_manifest) {
    return !request.server_name.empty() ? request.server_name
           : !of_manifest.empty()       ? std::string(of_manifest)
                                        : request.cluster;
  };
  const std::string_view plugin_server = text_at(plugin, {"parameters", "serverName"});
  if (!request.backup.empty()) {
    out = {Origin::Kind::backup_object, request.backup, server(plugin_server), nullptr};
  } else if (request.object_store.find("://") != std::string::npos) {
    out = {Origin::Kind::in_core, request.object_store, server(text_at(store, {"serverName"})),
           store};
  } else if (!request.object_store.empty()) {
    out = {Origin::Kind::plugin, request.object_store, server(plugin_server), nullptr};
  } else if (plugin && !text_at(plugin, {"parameters", "barmanObjectName"}).empty()) {
    out = {Origin::Kind::plugin, std::string(text_at(plugin, {"parameters", "barmanObjectName"})),
           server(plugin_server), nullptr};
  } else if (store && !text_at(store, {"destinationPath"}).empty()) {
    out = {Origin::Kind::in_core, std::string(text_at(store, {"destinationPath"})),
           server(text_at(store, {"serverName"})), store};
  } else {
    return fail(ErrorKind::usage,
                fmt::format("nothing says where the backups of `{}` lie: {}; give `--backup NAME` "
                            "(a Backup object) or `--object-store` (an ObjectStore's name, or "
                            "`s3://bucket/path`)",
                            request.cluster,
                            request.manifest ? "its manifest has no backup section"
                                             : "the repository has no manifest of that name"));
  }
  return out;
}

}  // namespace backout::recovery
