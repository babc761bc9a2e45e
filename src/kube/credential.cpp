#include "kube/credential.h"

#include <fmt/format.h>
#include <simdjson.h>
#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "expr/base64.h"
#include "git/command.h"
#include "kube/file.h"

namespace backout::kube {
namespace {

constexpr std::string_view group = "client.authentication.k8s.io/";
constexpr std::size_t most_bytes = std::size_t{1} << 20;
// A person may have to log in with a browser.
constexpr std::chrono::seconds longest_alone{60}, longest_with_user{300};

Error plugin_error(const ExecPlugin& plugin, ErrorKind kind, std::string_view why) {
  std::string message = fmt::format("the plugin `{}` of the kubeconfig {}", plugin.command, why);
  if (!plugin.install_hint.empty()) message += "; " + plugin.install_hint;
  return {kind, std::move(message)};
}

Result<bool> is_interactive(const ExecPlugin& plugin) {
  const std::string& mode = plugin.interactive_mode;
  const bool terminal = ::isatty(STDIN_FILENO) == 1;
  if (mode == "Never") return false;
  if (mode == "Always" && !terminal)
    return tl::unexpected(plugin_error(
        plugin, ErrorKind::usage,
        "wants to talk to a person, and standard input is no terminal; log in beforehand, or use "
        "a service account's token"));
  if (mode == "Always" || mode == "IfAvailable" || mode.empty()) return terminal;
  return tl::unexpected(plugin_error(
      plugin, ErrorKind::usage,
      fmt::format("has the `interactiveMode` `{}`; known are Never, IfAvailable and Always",
                  mode)));
}

Result<Credential> run_plugin(const Settings& settings, const ExecPlugin& plugin) {
  if (plugin.version != "client.authentication.k8s.io/v1" &&
      plugin.version != "client.authentication.k8s.io/v1beta1")
    return tl::unexpected(plugin_error(
        plugin, ErrorKind::usage,
        fmt::format(
            "speaks `{}`; v1 and v1beta1 of client.authentication.k8s.io are known, v1alpha1 "
            "is gone since Kubernetes 1.24: write the entry again with your provider's "
            "tool",
            plugin.version)));
  if (plugin.command.empty())
    return tl::unexpected(plugin_error(plugin, ErrorKind::usage, "has no `command`"));
  TRY(const bool interactive, is_interactive(plugin));
  std::vector<std::string> words{plugin.command};
  words.insert(words.end(), plugin.arguments.begin(), plugin.arguments.end());
  git::Program program{std::move(words), plugin.variables};
  program.variables.emplace_back("KUBERNETES_EXEC_INFO", exec_info(settings, interactive));
  program.limit = most_bytes;
  program.for_user = true;
  program.interactive = interactive;
  program.within = interactive ? longest_with_user : longest_alone;
  const auto ended = git::run_program(std::move(program));
  if (!ended)
    return tl::unexpected(plugin_error(plugin, ErrorKind::undecided,
                                       "gave no credential (" + ended.error().message + ")"));
  if (ended->status != 0)  // it has told why on standard error
    return tl::unexpected(
        plugin_error(plugin, ErrorKind::usage,
                     fmt::format("ended with status {}; log in the way it wants", ended->status)));
  auto out = read_exec_credential(ended->output, plugin.version);
  if (!out) return tl::unexpected(plugin_error(plugin, out.error().kind, out.error().message));
  return out;
}

// Header values have no line ends; files do.
std::string trimmed(std::string text) {
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  return text;
}

Result<void> read_files(const User& user, Credential& out) {
  if (!user.token_file.empty()) {
    TRY(auto text, read_small_file(user.token_file, "the token file", !user.token.empty()));
    if (text && !trimmed(*text).empty()) {
      out.authorization = "Bearer " + trimmed(std::move(*text));
      out.renewable = true;
    }
  }
  if (user.certificate.given()) {
    TRY(out.certificate,
        pem_of(user.certificate, fmt::format("the client certificate of user `{}`", user.name)));
    TRY(out.key, pem_of(user.key, fmt::format("the client key of user `{}`", user.name)));
  }
  return {};
}

}  // namespace

std::string exec_info(const Settings& settings, bool interactive) {
  nlohmann::json spec{{"interactive", interactive}};
  const ExecPlugin& plugin = *settings.user.exec;
  if (plugin.wants_cluster) {
    nlohmann::json cluster{{"server", settings.server}};
    if (!settings.tls.server_name.empty()) cluster["tls-server-name"] = settings.tls.server_name;
    if (!settings.tls.verify) cluster["insecure-skip-tls-verify"] = true;
    if (!settings.tls.authorities.empty())
      cluster["certificate-authority-data"] = expr::encode_base64(settings.tls.authorities);
    if (!settings.proxy.empty()) cluster["proxy-url"] = settings.proxy;
    auto config = nlohmann::json::parse(settings.exec_config, nullptr, false);
    if (!config.is_discarded()) cluster["config"] = std::move(config);
    spec["cluster"] = std::move(cluster);
  }
  return nlohmann::json{
      {"apiVersion", plugin.version}, {"kind", "ExecCredential"}, {"spec", std::move(spec)}}
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<Credential> read_exec_credential(std::string_view json, const std::string& version) {
  const auto wrong = [](std::string_view why) {
    return fail(ErrorKind::undecided, fmt::format("printed no credential: {}", why));
  };
  simdjson::dom::parser parser;
  const simdjson::padded_string padded(json);
  simdjson::dom::element root;
  if (parser.parse(padded).get(root) != simdjson::SUCCESS) return wrong("it is no JSON");
  std::string_view kind, says;
  if (root["kind"].get(kind) != simdjson::SUCCESS || kind != "ExecCredential" ||
      root["apiVersion"].get(says) != simdjson::SUCCESS || !says.starts_with(group))
    return wrong("it is no ExecCredential");
  if (says != version)
    return wrong(fmt::format("it is of version `{}`, and the kubeconfig says `{}`",
                             says.substr(group.size()), version));
  const auto field = [&](std::string_view name) {
    std::string_view out;
    return root["status"][name].get(out) == simdjson::SUCCESS ? std::string(out) : std::string();
  };
  Credential out;
  out.renewable = true;
  if (const std::string token = field("token"); !token.empty())
    out.authorization = "Bearer " + token;
  out.certificate = field("clientCertificateData");
  out.key = field("clientKeyData");
  if (out.certificate.empty() != out.key.empty())
    return wrong("a client certificate and its key belong together");
  if (out.authorization.empty() && out.certificate.empty())
    return wrong("it has neither a token nor a client certificate");
  if (const std::string end = field("expirationTimestamp"); !end.empty()) {
    out.expires = parse_instant(end);
    if (!out.expires) return wrong("its `expirationTimestamp` is no time");
  }
  return out;
}

// Tokens and passwords go before a plugin, as for client-go, which does not run one then.
Result<Credential> find_credential(const Settings& settings) {
  const User& user = settings.user;
  Credential out;
  TRY_VOID(read_files(user, out));
  if (out.authorization.empty() && !user.token.empty()) out.authorization = "Bearer " + user.token;
  if (out.authorization.empty() && !user.user_name.empty())
    out.authorization = "Basic " + expr::encode_base64(user.user_name + ":" + user.password);
  if (out.authorization.empty() && out.certificate.empty() && user.exec)
    return run_plugin(settings, *user.exec);
  return out;
}

}  // namespace backout::kube
