// A small part of Swagger 2: what this one description uses.
#include "argocd_swagger.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

namespace backout::test {
namespace {

using Words = std::vector<std::string>;
using Object = nlohmann::json;

// ---- where the description is wrong

// Fields that Go inlines from a struct without a name are missing in it.
struct Inlined {
  const char *definition, *fields;
};
constexpr Inlined inlined[] = {
    {"v1alpha1Application", " apiVersion kind "},
    {"v1alpha1ApplicationSet", " apiVersion kind "},
    {"v1alpha1SyncStrategyHook", " force "},
    {"v1alpha1ResourceNode", " group version kind namespace name uid "},
    {"v1Event", " apiVersion kind "},
};
// Described as an object, is any JSON.
constexpr std::string_view free_form =
    " runtimeRawExtension v1FieldsV1 v1JSON apiextensionsv1JSON ";
// Lists of int64 are described as lists of strings, the server wants numbers.
constexpr std::string_view numbers = " sourcePositions ";
// Exists, and is not described: `fields` picks fields on lists and streams, not on a single GET.
bool undescribed_query(std::string_view path, std::string_view name) {
  return name == "fields" &&
         (path == "/api/v1/applications" || path.ends_with("/managed-resources") ||
          path.find("/stream/") != std::string_view::npos);
}
// Takes the rest of the path, slashes and all, though it is described as one piece.
constexpr std::string_view rest_of_path = "{subresource}";

// ---- reading it

const Object& swagger() {
  static const Object out = [] {
    const char* const given = std::getenv("BACKOUT_SHARED_DATA");
    std::ifstream file(std::string(given ? given : BACKOUT_SOURCE_DIR "/../shared/data") +
                       "/argocd-swagger.json");
    return file ? Object::parse(file) : Object();
  }();
  return out;
}

Words pieces_of(std::string_view path) {
  Words out;
  for (std::size_t end = 0; end != std::string_view::npos;) {
    end = path.find('/');
    out.emplace_back(path.substr(0, end));
    if (end != std::string_view::npos) path.remove_prefix(end + 1);
  }
  return out;
}

bool fits(const std::string& pattern, const Words& pieces) {
  const Words wanted = pieces_of(pattern);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (i >= pieces.size()) return false;
    if (wanted[i] == rest_of_path) return true;
    if (!wanted[i].starts_with('{') && wanted[i] != pieces[i]) return false;
  }
  return wanted.size() == pieces.size();
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// The operation of the most literal path that fits; null: none.
const Object* find_operation(const std::string& method, std::string_view path) {
  const Words pieces = pieces_of(path);
  const Object* out = nullptr;
  std::size_t fewest = std::string::npos;
  for (const auto& [pattern, methods] : swagger()["paths"].items()) {
    if (!methods.contains(lower(method)) || !fits(pattern, pieces)) continue;
    const auto holes = static_cast<std::size_t>(std::count(pattern.begin(), pattern.end(), '{'));
    if (holes >= fewest) continue;
    fewest = holes;
    out = &methods[lower(method)];
  }
  return out;
}

bool has_word(std::string_view words, std::string_view word) {
  return words.find(fmt::format(" {} ", word)) != std::string_view::npos;
}

// ---- comparing

class Checker {
 public:
  explicit Checker(std::string where) : where_(std::move(where)) {}
  Words violations;

  void add(const std::string& what) { violations.push_back(where_ + ": " + what); }

  void value(const Object& value, const Object& schema, const std::string& at) {
    if (value.is_null()) return;  // to Go, as if it were not there
    if (schema.contains("$ref")) {
      std::string name = schema["$ref"];
      name.erase(0, std::string_view("#/definitions/").size());
      if (!has_word(free_form, name)) definition(value, name, at);
      return;
    }
    const std::string type = schema.value("type", "object");
    const bool right =
        (type == "string" && value.is_string()) || (type == "boolean" && value.is_boolean()) ||
        (type == "integer" && value.is_number_integer()) ||
        (type == "number" && value.is_number()) || (type == "array" && value.is_array()) ||
        (type == "object" && value.is_object());
    if (!right) return add(fmt::format("{} is {}, not {}", at, value.type_name(), type));
    if (type == "array")
      for (const Object& item : value) this->value(item, schema["items"], at + "[]");
    if (type == "object" && schema.contains("additionalProperties"))
      for (const Object& item : value) this->value(item, schema["additionalProperties"], at + "{}");
  }

 private:
  void definition(const Object& value, const std::string& name, const std::string& at) {
    const Object& schema = swagger()["definitions"][name];
    if (!schema.contains("properties")) return this->value(value, schema, at);
    if (!value.is_object()) return add(fmt::format("{} is {}, not object", at, value.type_name()));
    for (const auto& member : value.items()) {
      const std::string& key = member.key();
      const Object& item = member.value();
      const std::string below = at + "." + key;
      const bool known = schema["properties"].contains(key);
      if (has_word(numbers, key)) {
        for (const Object& one : item)
          if (!one.is_number_integer()) add(below + " holds what is no number");
      } else if (known) {
        this->value(item, schema["properties"][key], below);
      } else if (std::none_of(std::begin(inlined), std::end(inlined), [&](const Inlined& one) {
                   return name == one.definition && has_word(one.fields, key);
                 })) {
        add(fmt::format("{} is not in {}", below, name));
      }
    }
  }

  std::string where_;
};

void check_query(const HttpRequest& request, std::string_view path, const Object& operation,
                 Checker& checker) {
  for (std::string_view query = request.query; !query.empty();) {
    const std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), one.size() + 1));
    const std::string_view name = one.substr(0, one.find('='));
    const std::string_view value = one.substr(std::min(one.size(), name.size() + 1));
    const Object* found = nullptr;
    for (const Object& parameter : operation["parameters"])
      if (parameter["in"] == "query" && parameter["name"] == std::string(name)) found = &parameter;
    if (!found && !undescribed_query(path, name))
      checker.add(fmt::format("the query has `{}`", name));
    if (found && found->value("type", "") == "boolean" && value != "true" && value != "false")
      checker.add(fmt::format("`{}` is no boolean", one));
    if (found && found->value("type", "") == "integer" &&
        value.find_first_not_of("-0123456789") != std::string_view::npos)
      checker.add(fmt::format("`{}` is no number", one));
  }
}

void check_body(const HttpRequest& request, const Object& operation, Checker& checker) {
  const Object* schema = nullptr;
  for (const Object& parameter : operation["parameters"])
    if (parameter["in"] == "body") schema = &parameter["schema"];
  if (!schema && !request.body.empty()) checker.add("it has a body");
  if (!schema) return;
  const Object body = Object::parse(request.body, nullptr, false);
  if (body.is_discarded())
    checker.add("its body is no JSON");
  else
    checker.value(body, *schema, "body");
}

Words request_violations(const HttpRequest& request, std::string_view root_path) {
  Checker checker(request.method + " " + request.path);
  const auto header = [&](std::string_view name) {
    const auto found = request.headers.find(name);
    return found == request.headers.end() ? std::string() : found->second;
  };
  if (request.method != "GET" && header("content-type") != "application/json")
    checker.add(fmt::format("Content-Type is `{}`", header("content-type")));
  if (header("user-agent").starts_with("argocd-client/")) checker.add("it says it is argocd");
  if (!has_argocd_swagger()) return checker.violations;
  std::string_view path = request.path;
  if (path.starts_with(root_path)) path.remove_prefix(root_path.size());
  const Object* const operation = find_operation(request.method, path);
  if (!operation) {
    checker.add("there is no such call");
    return checker.violations;
  }
  static const Object none = {{"parameters", Object::array()}};
  const Object& described = operation->contains("parameters") ? *operation : none;
  check_query(request, path, described, checker);
  check_body(request, described, checker);
  return checker.violations;
}

}  // namespace

bool has_argocd_swagger() { return swagger().is_object(); }

std::vector<std::string> contract_violations(const std::vector<HttpRequest>& requests,
                                             std::string_view root_path) {
  Words out;
  for (const HttpRequest& request : requests)
    for (std::string& one : request_violations(request, root_path)) out.push_back(std::move(one));
  return out;
}

std::vector<std::string> answer_violations(const std::string& method, const std::string& path,
                                           const std::string& body) {
  Checker checker("answer to " + method + " " + path);
  const Object* const operation = find_operation(method, path.substr(0, path.find('?')));
  if (!operation) return {"there is no " + method + " " + path};
  const Object answer = Object::parse(body, nullptr, false);
  if (answer.is_discarded())
    checker.add("it is no JSON");
  else
    checker.value(answer, (*operation)["responses"]["200"]["schema"], "body");
  return checker.violations;
}

void expect_contract(const ArgocdServer& server) {
  const std::string root = server.world().root_path;
  for (const std::string& one : contract_violations(server.http().requests(), root))
    ADD_FAILURE() << one;
}

}  // namespace backout::test
