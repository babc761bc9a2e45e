// JSON patches by hand: `test` must not mind the order of keys, and what fails is said in the words
// of the Go library (evanphx/json-patch).
#include "argocd_patch.h"

#include <fmt/format.h>

namespace backout::test::sim {
namespace {

struct Place {
  Json* parent = nullptr;  // null: there is none
  std::string key;
};

std::string unescape(std::string piece) {
  for (std::size_t at = 0; (at = piece.find('~', at)) != std::string::npos; ++at)
    if (at + 1 < piece.size()) piece.replace(at, 2, piece[at + 1] == '1' ? "/" : "~");
  return piece;
}

Json* child(Json& json, const std::string& key) {
  if (json.is_object()) {
    const auto found = json.find(key);
    return found == json.end() ? nullptr : &*found;
  }
  if (!json.is_array() || key.empty() || key.find_first_not_of("0123456789") != std::string::npos)
    return nullptr;
  const std::size_t index = std::stoul(key);
  return index < json.size() ? &json[index] : nullptr;
}

Place find(Json& document, std::string_view pointer) {
  Place out{&document, {}};
  if (!pointer.starts_with('/')) return {};
  while (true) {
    pointer.remove_prefix(1);
    const std::size_t end = pointer.find('/');
    out.key = unescape(std::string(pointer.substr(0, end)));
    if (end == std::string_view::npos) return out;
    out.parent = child(*out.parent, out.key);
    if (!out.parent) return {};
    pointer.remove_prefix(end);
  }
}

std::string apply(Json& document, const Json& step) {
  const std::string op = step.value("op", ""), path = step.value("path", "");
  const Place place = find(document, path);
  Json* const old = place.parent ? child(*place.parent, place.key) : nullptr;
  const Json value = step.contains("value") ? step["value"] : Json();
  if (op == "test") {
    // A value that is not there equals null.
    const bool same = old ? nlohmann::json(*old) == nlohmann::json(value) : value.is_null();
    return same ? "" : fmt::format("testing value {} failed: test failed", path);
  }
  std::string missing =
      fmt::format("{} operation does not apply: doc is missing {}: {}: missing value", op,
                  place.parent ? "key" : "path", path);
  if (op == "add") {
    if (!place.parent || (!place.parent->is_object() && !place.parent->is_array())) return missing;
    if (place.parent->is_object())
      (*place.parent)[place.key] = value;
    else if (place.key == "-")
      place.parent->push_back(value);
    else if (place.key.find_first_not_of("0123456789") == std::string::npos &&
             std::stoul(place.key) <= place.parent->size())
      place.parent->insert(place.parent->begin() + std::stol(place.key), value);
    else
      return missing;
    return {};
  }
  if (!old) return missing;
  if (op == "replace") {
    *old = value;
  } else if (op == "remove") {
    if (place.parent->is_object())
      place.parent->erase(place.key);
    else
      place.parent->erase(std::stoul(place.key));
  } else {
    return fmt::format("Unexpected kind: {}", op);
  }
  return {};
}

}  // namespace

std::string patch(Json& document, const std::string& text, bool merge) {
  const Json parsed = Json::parse(text, nullptr, false);
  if (parsed.is_discarded()) return "invalid character in patch";
  if (merge) {
    if (!parsed.is_object()) return "Invalid JSON Patch";
    document.merge_patch(parsed);
    return {};
  }
  if (!parsed.is_array())
    return "json: cannot unmarshal object into Go value of type jsonpatch.Patch";
  for (const Json& step : parsed) {
    if (!step.is_object()) return "json: cannot unmarshal";
    if (std::string why = apply(document, step); !why.empty()) return why;
  }
  return {};
}

std::string raw_member(std::string_view object, std::string_view name) {
  int depth = 0;
  bool quoted = false;
  std::size_t string_begin = 0, value_begin = 0;
  std::string_view last;
  for (std::size_t i = 0; i < object.size(); ++i) {
    const char c = object[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') {
        quoted = false;
        if (depth == 1 && value_begin == 0) last = object.substr(string_begin, i - string_begin);
      }
      continue;
    }
    if (c == '"') {
      quoted = true;
      string_begin = i + 1;
    }
    const bool closes = c == '}' || c == ']';
    if ((c == ',' && depth == 1) || (closes && depth == 1)) {
      if (value_begin > 0 && last == name) {
        std::string_view value = object.substr(value_begin, i - value_begin);
        value = value.substr(value.find_first_not_of(" \t\r\n"));
        return std::string(value.substr(0, value.find_last_not_of(" \t\r\n") + 1));
      }
      value_begin = 0;
    }
    if (c == ':' && depth == 1 && value_begin == 0) value_begin = i + 1;
    if (c == '{' || c == '[') ++depth;
    if (closes) --depth;
  }
  return {};
}

}  // namespace backout::test::sim
