// The fields of CloudNativePG's Cluster (postgresql.cnpg.io/v1) that a recovery manifest may have:
// all of its spec's top, and everything below that we write ourselves. What we print is held
// against this table by a test, and what we take over from a manifest by the command: the API
// server drops what it does not know without a word. Sources: the API reference of
// CloudNativePG 1.25 to 1.28, of barman-cloud's object store, of the Barman Cloud plugin 0.11.
#pragma once

#include <span>
#include <string_view>

#include "argo/fields.h"

namespace backout::recovery {

[[nodiscard]] std::span<const argo::Field> cluster_fields();

inline constexpr std::string_view cluster_api = "postgresql.cnpg.io/v1";
inline constexpr std::string_view barman_plugin = "barman-cloud.cloudnative-pg.io";

}  // namespace backout::recovery
