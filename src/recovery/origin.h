// Where the backups of a cluster lie, and the steps of a recovery from there.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "core/result.h"
#include "recovery/plan.h"
#include "yaml/node.h"

namespace backout::recovery {

// A scalar below a node; empty: there is none. Null has none.
[[nodiscard]] std::string_view text_at(const yaml::Node* node,
                                       std::initializer_list<std::string_view> keys);

struct Origin {
  enum class Kind { backup_object, plugin, in_core } kind = Kind::backup_object;
  std::string name;                   // of the Backup or the ObjectStore; in core: the path
  std::string server;                 // folder in the store
  const yaml::Node* store = nullptr;  // in core: the old cluster's settings
};

// What the request says, else the manifest of the cluster. usage: neither does.
[[nodiscard]] Result<Origin> origin_of(const Request& request);

[[nodiscard]] Step database_step(const Request& request, const Origin& origin);

}  // namespace backout::recovery
