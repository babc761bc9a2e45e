// Unknown keys are left alone: the file belongs to other programs.
#include "kube/kubeconfig.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "expr/base64.h"
#include "kube/file.h"
#include "yaml/parse.h"
#include "yaml/value.h"

namespace backout::kube {
namespace {

std::string text_of(const yaml::Node& map, std::string_view key) {
  const yaml::Node* const node = map.find(key);
  return node && node->kind == yaml::Kind::scalar ? std::string(node->text) : std::string();
}
bool flag_of(const yaml::Node& map, std::string_view key) {
  const yaml::Node* const node = map.find(key);
  return node && yaml::as_bool(*node).value_or(false);
}
template <class Use>
void each(const yaml::Node& map, std::string_view key, const Use& use) {
  if (const yaml::Node* const list = map.find(key))
    for (const yaml::Node& item : list->items) use(item);
}

// As kubectl would hand it on.
nlohmann::json json_of(const yaml::Node& node) {
  switch (yaml::type_of(node)) {
    case yaml::Type::null:
      return nullptr;
    case yaml::Type::boolean:
      return yaml::as_bool(node).value_or(false);
    case yaml::Type::integer:
      return yaml::as_int(node).value_or(0);
    case yaml::Type::number:
      return yaml::as_number(node).value_or(0);
    case yaml::Type::string:
      return std::string(node.text);
    case yaml::Type::list: {
      auto out = nlohmann::json::array();
      for (const yaml::Node& item : node.items) out.push_back(json_of(item));
      return out;
    }
    case yaml::Type::object: {
      auto out = nlohmann::json::object();
      for (const yaml::Entry& entry : node.entries)
        out[std::string(entry.key.text)] = json_of(entry.value);
      return out;
    }
  }
  return nullptr;
}

std::string dump(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// The file being read.
struct Place {
  const std::string& path;

  [[nodiscard]] std::string resolved(std::string file) const {
    const std::size_t slash = path.rfind('/');
    if (file.empty() || file.front() == '/' || slash == std::string::npos) return file;
    return path.substr(0, slash + 1) + file;
  }
  [[nodiscard]] Result<Material> material(const yaml::Node& map, const std::string& key,
                                          std::string_view of) const {
    Material out{{}, resolved(text_of(map, key))};
    const std::string data = text_of(map, key + "-data");
    if (data.empty()) return out;
    auto bytes = expr::decode_base64(data);
    if (!bytes)
      return fail(ErrorKind::usage, fmt::format("{}: `{}-data` of {} is no base64", path, key, of));
    out.data = std::move(*bytes);
    return out;
  }
};

Result<Cluster> read_cluster(const yaml::Node& map, std::string name, const Place& place) {
  Cluster out;
  out.name = std::move(name);
  out.server = text_of(map, "server");
  TRY(out.authorities,
      place.material(map, "certificate-authority", fmt::format("cluster `{}`", out.name)));
  out.insecure = flag_of(map, "insecure-skip-tls-verify");
  out.server_name = text_of(map, "tls-server-name");
  out.proxy = text_of(map, "proxy-url");
  each(map, "extensions", [&](const yaml::Node& one) {
    const yaml::Node* const value = one.find("extension");
    if (value && text_of(one, "name") == "client.authentication.k8s.io/exec")
      out.exec_config = dump(json_of(*value));
  });
  return out;
}

ExecPlugin read_exec(const yaml::Node& map, const Place& place) {
  ExecPlugin out;
  out.version = text_of(map, "apiVersion");
  out.command = text_of(map, "command");
  // A bare word is looked for in PATH.
  if (out.command.find('/') != std::string::npos) out.command = place.resolved(out.command);
  each(map, "args", [&](const yaml::Node& word) { out.arguments.emplace_back(word.text); });
  each(map, "env", [&](const yaml::Node& one) {
    out.variables.emplace_back(text_of(one, "name"), text_of(one, "value"));
  });
  out.wants_cluster = flag_of(map, "provideClusterInfo");
  out.interactive_mode = text_of(map, "interactiveMode");
  out.install_hint = text_of(map, "installHint");
  return out;
}

Result<User> read_user(const yaml::Node& map, std::string name, const Place& place) {
  User out;
  out.name = std::move(name);
  const std::string of = fmt::format("user `{}`", out.name);
  out.token = text_of(map, "token");
  out.token_file = place.resolved(text_of(map, "tokenFile"));
  TRY(out.certificate, place.material(map, "client-certificate", of));
  TRY(out.key, place.material(map, "client-key", of));
  out.user_name = text_of(map, "username");
  out.password = text_of(map, "password");
  if (const yaml::Node* const exec = map.find("exec"); exec && exec->kind == yaml::Kind::map)
    out.exec = read_exec(*exec, place);
  if (const yaml::Node* const old = map.find("auth-provider"); old && old->kind == yaml::Kind::map)
    out.auth_provider = text_of(*old, "name").empty() ? "?" : text_of(*old, "name");
  out.as = text_of(map, "as");
  out.as_uid = text_of(map, "as-uid");
  each(map, "as-groups", [&](const yaml::Node& group) { out.as_groups.emplace_back(group.text); });
  if (const yaml::Node* const extra = map.find("as-user-extra"))
    for (const yaml::Entry& entry : extra->entries)
      for (const yaml::Node& value : entry.value.items)
        out.as_extra.emplace_back(entry.key.text, value.text);
  return out;
}

// Adds what has a name that `to` does not know.
template <class T>
void add_new(std::vector<T>& to, std::vector<T> from) {
  for (T& one : from)
    if (std::none_of(to.begin(), to.end(), [&](const T& known) { return known.name == one.name; }))
      to.push_back(std::move(one));
}

}  // namespace

Result<Kubeconfig> parse_kubeconfig(std::string_view yaml, const std::string& path) {
  TRY(const yaml::Document document, yaml::parse_document(yaml, path));
  const yaml::Node& root = document.root;
  const Place place{path};
  Kubeconfig out;
  out.files.push_back(path);
  out.current = text_of(root, "current-context");
  std::optional<Error> broken;
  // Entries are {name: …, cluster: {…}}.
  const auto read = [&](std::string_view list, std::string_view key, const auto& use) {
    each(root, list, [&](const yaml::Node& entry) {
      const yaml::Node* const map = entry.find(key);
      if (broken || !map) return;
      if (const Result<void> used = use(*map, text_of(entry, "name")); !used) broken = used.error();
    });
  };
  read("clusters", "cluster", [&](const yaml::Node& map, std::string name) -> Result<void> {
    TRY(Cluster one, read_cluster(map, std::move(name), place));
    add_new(out.clusters, std::vector<Cluster>{std::move(one)});
    return {};
  });
  read("users", "user", [&](const yaml::Node& map, std::string name) -> Result<void> {
    TRY(User one, read_user(map, std::move(name), place));
    add_new(out.users, std::vector<User>{std::move(one)});
    return {};
  });
  read("contexts", "context", [&](const yaml::Node& map, std::string name) -> Result<void> {
    add_new(out.contexts, std::vector<Context>{{std::move(name), text_of(map, "cluster"),
                                                text_of(map, "user"), text_of(map, "namespace")}});
    return {};
  });
  if (broken) return tl::unexpected(std::move(*broken));
  return out;
}

void merge(Kubeconfig& stronger, Kubeconfig weaker) {
  for (std::string& file : weaker.files) stronger.files.push_back(std::move(file));
  if (stronger.current.empty()) stronger.current = std::move(weaker.current);
  add_new(stronger.clusters, std::move(weaker.clusters));
  add_new(stronger.users, std::move(weaker.users));
  add_new(stronger.contexts, std::move(weaker.contexts));
}

Result<Kubeconfig> read_kubeconfig(const std::vector<std::string>& paths, bool named) {
  Kubeconfig out;
  for (const std::string& path : paths) {
    TRY(const std::optional<std::string> text, read_small_file(path, "the kubeconfig", !named));
    if (!text) continue;
    TRY(Kubeconfig one, parse_kubeconfig(*text, path));
    merge(out, std::move(one));
  }
  return out;
}

}  // namespace backout::kube
