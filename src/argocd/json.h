// Inside src/argocd only: values out of Argo CD's JSON. Fields of the wrong type count as absent,
// as unknown ones do: what stands in the cluster has passed the CRD's schema, and a read must not
// fail for a field that it only shows.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "argocd/client.h"
#include "argocd/raw_json.h"

namespace backout::argocd {

using Json = simdjson::dom::element;  // lives as long as its parser, until the parser's next use

// The value below; absent when any step is.
inline std::optional<Json> at(Json json, Keys keys) {
  for (const std::string_view key : keys)
    if (json[key].get(json) != simdjson::SUCCESS) return std::nullopt;
  return json;
}

inline std::string text(Json json, Keys keys) {
  const auto found = at(json, keys);
  std::string_view out;
  return found && found->get(out) == simdjson::SUCCESS ? std::string(out) : std::string();
}
inline bool flag(Json json, Keys keys, bool otherwise = false) {
  const auto found = at(json, keys);
  bool out = otherwise;
  return found && found->get(out) == simdjson::SUCCESS ? out : otherwise;
}
inline std::int64_t number(Json json, Keys keys, std::int64_t otherwise = 0) {
  const auto found = at(json, keys);
  std::int64_t out = otherwise;
  return found && found->get(out) == simdjson::SUCCESS ? out : otherwise;
}
// Calls `use` with each element of a list.
template <class Use>
void each(Json json, Keys keys, const Use& use) {
  const auto found = at(json, keys);
  simdjson::dom::array list;
  if (!found || found->get(list) != simdjson::SUCCESS) return;
  for (const Json one : list) use(one);
}
// Calls `use` with each key and value of an object.
template <class Use>
void each_field(Json json, Keys keys, const Use& use) {
  const auto found = at(json, keys);
  simdjson::dom::object object;
  if (!found || found->get(object) != simdjson::SUCCESS) return;
  for (const auto& [key, value] : object) use(key, value);
}
inline std::vector<std::string> texts(Json json, Keys keys) {
  std::vector<std::string> out;
  each(json, keys, [&](Json one) {
    std::string_view word;
    if (one.get(word) == simdjson::SUCCESS) out.emplace_back(word);
  });
  return out;
}

// GET, with the body as a JSON object. undecided, too: it is none.
[[nodiscard]] Result<Json> get_json(Client& client, simdjson::dom::parser& parser,
                                    std::string_view path, const Query& query,
                                    std::string_view what);

}  // namespace backout::argocd
