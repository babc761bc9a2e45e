#include "kube/settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/words.h"
#include "kube/file.h"

namespace backout::kube {
namespace {

std::string variable(const Environment& environment, const char* name) {
  return environment(name).value_or(std::string());
}

std::vector<std::string> split_paths(std::string_view list) {
  std::vector<std::string> out;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(':'), list.size());
    std::string path(list.substr(0, end));
    if (!path.empty() && std::find(out.begin(), out.end(), path) == out.end())
      out.push_back(std::move(path));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return out;
}

// Where the configuration is looked for, and in words.
struct Places {
  std::vector<std::string> paths;
  std::string words;
  bool named = false;
};
Places places(const Flags& flags, const Environment& environment) {
  if (!flags.kubeconfig.empty()) return {{flags.kubeconfig}, "`--kubeconfig`", true};
  if (auto paths = split_paths(variable(environment, "KUBECONFIG")); !paths.empty())
    return {std::move(paths), "KUBECONFIG", false};
  const std::string home = variable(environment, "HOME");
  if (home.empty()) return {};
  return {{home + "/.kube/config"}, "`~/.kube/config`", false};
}

template <class T>
const T* by_name(const std::vector<T>& list, const std::string& name) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const T& one) { return one.name == name; });
  return found == list.end() ? nullptr : &*found;
}

template <class T>
std::string known(const std::vector<T>& list) {
  std::vector<std::string> names;
  for (const T& one : list) names.push_back(one.name);
  return names.empty() ? "there is none" : "known are " + quoted_list(names, 10);
}

// "https://host:6443/prefix". Without a scheme it is what client-go takes it for.
Result<std::string> read_server(const Cluster& cluster) {
  std::string out = cluster.server;
  if (out.find("://") == std::string::npos) {
    const bool tls = cluster.authorities.given() || cluster.insecure;
    out.insert(0, tls ? "https://" : "http://");
  }
  while (out.ends_with('/')) out.pop_back();
  const bool scheme = out.starts_with("https://") || out.starts_with("http://");
  const auto odd = [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == '?' || c == '#' || c == '\\' || c == '@' ||
           c == 0x7f;
  };
  if (cluster.server.empty() || !scheme || http::origin(out).ends_with("://") ||
      std::any_of(out.begin(), out.end(), odd))
    return fail(ErrorKind::usage,
                fmt::format("cluster `{}` of the kubeconfig has the server `{}`, which is no "
                            "address; it is https://HOST:PORT",
                            cluster.name, http::origin(cluster.server)));
  return out;
}

// As libcurl wants it: a name is resolved by the proxy, as client-go leaves it to a SOCKS proxy.
Result<std::string> read_proxy(const Cluster& cluster) {
  const std::string& url = cluster.proxy;
  if (url.starts_with("http://") || url.starts_with("https://") || url.empty()) return url;
  if (url.starts_with("socks5://")) return "socks5h://" + url.substr(9);
  if (url.starts_with("socks5h://")) return url;
  return fail(ErrorKind::usage,
              fmt::format("cluster `{}` of the kubeconfig has the proxy `{}`, which is not "
                          "supported; http, https and socks5 are",
                          cluster.name, http::origin(url)));
}

Result<void> fill_cluster(const Cluster& cluster, Settings& out) {
  TRY(out.server, read_server(cluster));
  TRY(out.proxy, read_proxy(cluster));
  out.cluster = cluster.name;
  out.exec_config = cluster.exec_config;
  out.tls.server_name = cluster.server_name;
  if (cluster.insecure && cluster.authorities.given())
    return fail(ErrorKind::usage,
                fmt::format("cluster `{}` of the kubeconfig has a certificate authority and "
                            "`insecure-skip-tls-verify`; take one of them away",
                            cluster.name));
  out.tls.verify = !cluster.insecure;
  if (!cluster.authorities.given()) return {};
  TRY(out.tls.authorities,
      pem_of(cluster.authorities,
             fmt::format("the certificate authority of cluster `{}`", cluster.name)));
  out.tls.authorities_only = true;
  return {};
}

Result<void> check_user(const User& user) {
  if (!user.auth_provider.empty())
    return fail(ErrorKind::usage,
                fmt::format("user `{0}` of the kubeconfig logs in with the auth provider `{1}`, "
                            "which no client has known since Kubernetes 1.26; write the entry "
                            "again, so that it names a plugin: {2}",
                            user.name, user.auth_provider,
                            user.auth_provider == "gcp"
                                ? "`gcloud container clusters get-credentials CLUSTER` (with "
                                  "gke-gcloud-auth-plugin)"
                            : user.auth_provider == "azure"
                                ? "`kubelogin convert-kubeconfig`"
                                : "`kubectl oidc-login setup`, or what your provider gives"));
  if (user.as.empty() &&
      (!user.as_uid.empty() || !user.as_groups.empty() || !user.as_extra.empty()))
    return fail(ErrorKind::usage,
                fmt::format("user `{}` of the kubeconfig acts as groups or with a uid and as no "
                            "user; Kubernetes wants `as`, too",
                            user.name));
  if (user.certificate.given() != user.key.given())
    return fail(ErrorKind::usage,
                fmt::format("user `{}` of the kubeconfig has a client certificate or its key; "
                            "they belong together",
                            user.name));
  return {};
}

// KUBERNETES_SERVICE_HOST and the files of a pod; nothing: this is no pod.
Result<std::optional<Settings>> in_cluster(const Flags& flags, const Environment& environment,
                                           const std::string& folder) {
  const std::string host = variable(environment, "KUBERNETES_SERVICE_HOST");
  const std::string port = variable(environment, "KUBERNETES_SERVICE_PORT");
  if (host.empty() || port.empty()) return std::nullopt;
  TRY(const auto token, read_small_file(folder + "/token", "the service account's token", true));
  if (!token) return std::nullopt;
  Settings out;
  const bool six = host.find(':') != std::string::npos;
  out.server = fmt::format("https://{}{}{}:{}", six ? "[" : "", host, six ? "]" : "", port);
  out.origin = "the pod's service account";
  out.user.name = "service account";
  out.user.token_file = folder + "/token";
  TRY(const auto ca, read_small_file(folder + "/ca.crt", "the service account's `ca.crt`", true));
  if (ca) {
    TRY(out.tls.authorities, pem_of({*ca, {}}, "the service account's `ca.crt`"));
    out.tls.authorities_only = true;
  }
  TRY(const auto name_space,
      read_small_file(folder + "/namespace", "the service account's namespace", true));
  out.name_space = !flags.name_space.empty() ? flags.name_space
                   : name_space && !name_space->empty()
                       ? name_space->substr(0, name_space->find_last_not_of(" \t\r\n") + 1)
                       : "default";
  return out;
}

Result<Settings> from_context(const Kubeconfig& config, const Flags& flags, const Places& where) {
  const std::string& name = flags.context.empty() ? config.current : flags.context;
  if (name.empty())
    return fail(ErrorKind::usage,
                fmt::format("{} has no current context; give `--context NAME` ({})", where.words,
                            known(config.contexts)));
  const Context* const context = by_name(config.contexts, name);
  if (!context)
    return fail(ErrorKind::usage, fmt::format("{} has no context `{}`; {}", where.words, name,
                                              known(config.contexts)));
  const Cluster* const cluster = by_name(config.clusters, context->cluster);
  if (!cluster)
    return fail(ErrorKind::usage,
                fmt::format("context `{}` is of cluster `{}`, and {} has no such cluster; {}", name,
                            context->cluster, where.words, known(config.clusters)));
  const User* const user = by_name(config.users, context->user);
  if (!user && !context->user.empty())
    return fail(ErrorKind::usage,
                fmt::format("context `{}` is of user `{}`, and {} has no such user; {}", name,
                            context->user, where.words, known(config.users)));
  Settings out;
  out.context = name;
  out.origin = fmt::format("context `{}` of {}", name, where.words);
  out.name_space = !flags.name_space.empty()      ? flags.name_space
                   : !context->name_space.empty() ? context->name_space
                                                  : "default";
  TRY_VOID(fill_cluster(*cluster, out));
  if (user) {
    TRY_VOID(check_user(*user));
    out.user = *user;
  }
  return out;
}

}  // namespace

Result<std::string> pem_of(const Material& material, const std::string& what) {
  std::string out = material.data;
  if (out.empty()) {
    TRY(auto text, read_small_file(material.file, what, false));
    if (text) out = std::move(*text);
  }
  if (out.find("-----BEGIN ") == std::string::npos)
    return fail(
        ErrorKind::usage,
        fmt::format("{}{} is no PEM: it has no `-----BEGIN`", what,
                    material.data.empty() ? fmt::format(" (`{}`)", material.file) : std::string()));
  return out;
}

Result<Settings> find_settings(const Flags& flags, const Environment& environment,
                               const std::string& pod_folder) {
  const Places where = places(flags, environment);
  TRY(const Kubeconfig config, read_kubeconfig(where.paths, where.named));
  const bool empty = config.contexts.empty() && config.clusters.empty() && config.current.empty();
  if (empty && !where.named && flags.context.empty()) {
    TRY(std::optional<Settings> pod, in_cluster(flags, environment, pod_folder));
    if (pod) return std::move(*pod);
  }
  if (config.files.empty())
    return fail(
        ErrorKind::usage,
        fmt::format("no Kubernetes cluster is known: {}, and this is no pod with a service "
                    "account; give `--kubeconfig FILE`",
                    where.paths.empty() ? std::string("neither KUBECONFIG nor HOME is set")
                                        : fmt::format("{} is not there ({})",
                                                      quoted_list(where.paths), where.words)));
  return from_context(config, flags, where);
}

}  // namespace backout::kube
