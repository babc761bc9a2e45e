#include "json_schema.h"

#include <algorithm>

namespace backout {
namespace {

using nlohmann::json;

bool has_type(const json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_boolean();
  return type == "null" && value.is_null();
}

const json none = json::object();

struct Validator {
  const json& root;
  std::vector<std::string> violations;

  void check(const json& schema, const json& value, const std::string& path) {
    const json& members = value.is_object() ? value : none;
    const auto wrong = [&](const std::string& what) {
      violations.push_back(path + ": " + what + ": " + value.dump().substr(0, 80));
    };
    for (const auto& [keyword, argument] : schema.items()) {
      if (keyword == "$schema" || keyword == "title" || keyword == "description" ||
          keyword == "$defs" || keyword == "default")
        continue;
      if (keyword == "$ref") {
        check(root.at(json::json_pointer(argument.get<std::string>().substr(1))), value, path);
      } else if (keyword == "type") {
        const json types = argument.is_array() ? argument : json::array({argument});
        if (std::none_of(types.begin(), types.end(),
                         [&](const json& type) { return has_type(value, type); }))
          wrong("no " + types.dump());
      } else if (keyword == "const") {
        if (value != argument) wrong("is not " + argument.dump());
      } else if (keyword == "enum") {
        if (std::find(argument.begin(), argument.end(), value) == argument.end())
          wrong("none of " + argument.dump());
      } else if (keyword == "minimum") {
        if (value.is_number() && value < argument) wrong("less than " + argument.dump());
      } else if (keyword == "maximum") {
        if (value.is_number() && value > argument) wrong("more than " + argument.dump());
      } else if (keyword == "minItems") {
        if (value.is_array() && value.size() < argument.get<std::size_t>())
          wrong("fewer items than " + argument.dump());
      } else if (keyword == "required") {
        for (const json& name : argument)
          if (value.is_object() && !value.contains(name)) wrong("lacks " + name.dump());
      } else if (keyword == "anyOf") {
        const bool any = std::any_of(argument.begin(), argument.end(), [&](const json& one) {
          Validator inner{root, {}};
          inner.check(one, value, path);
          return inner.violations.empty();
        });
        if (!any) wrong("no alternative fits");
      } else if (keyword == "propertyNames") {
        for (const auto& [name, member] : members.items()) check(argument, name, path + "/" + name);
      } else if (keyword == "properties") {
        for (const auto& [name, member] : argument.items())
          if (value.is_object() && value.contains(name))
            check(member, value[name], path + "/" + name);
      } else if (keyword == "additionalProperties") {
        for (const auto& [name, member] : members.items()) {
          if (schema.contains("properties") && schema["properties"].contains(name)) continue;
          if (argument.is_object())
            check(argument, member, path + "/" + name);
          else if (!argument.get<bool>())
            wrong("does not know " + name);
        }
      } else if (keyword == "items") {
        for (std::size_t i = 0; value.is_array() && i < value.size(); ++i)
          check(argument, value[i], path + "/" + std::to_string(i));
      } else {
        violations.push_back("the schema uses the keyword " + keyword);
      }
    }
  }
};

}  // namespace

std::vector<std::string> schema_violations(const json& schema, const json& value) {
  Validator validator{schema, {}};
  validator.check(schema, value, "");
  return std::move(validator.violations);
}

}  // namespace backout
