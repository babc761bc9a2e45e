// Requests and retries; what to say of failures is in refusal.cpp.
#include "argocd/client.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "http/retry.h"

namespace backout::argocd {

Result<AppName> read_app_name(std::string_view word, const std::string& name_space,
                              const std::string& project) {
  AppName out{std::string(word), name_space, project};
  if (const std::size_t slash = word.find('/'); slash != std::string_view::npos) {
    out.name = word.substr(slash + 1);
    const std::string own(word.substr(0, slash));
    if (!name_space.empty() && name_space != own)
      return fail(ErrorKind::usage, fmt::format("`{}` names the namespace `{}`, and "
                                                "`--app-namespace` says `{}`",
                                                word, own, name_space));
    out.name_space = own;
    if (own.empty()) out.name.clear();
  }
  if (out.name.empty() || out.name.find('/') != std::string::npos)
    return fail(ErrorKind::usage,
                fmt::format("`{}` is no application; it is NAME or NAMESPACE/NAME", word));
  return out;
}

http::Request request_to(const Client& client, std::string url) {
  http::Request out;
  out.url = std::move(url);
  out.headers = client.settings.headers;
  out.headers.push_back({"Accept", "application/json"});
  if (!client.settings.token.empty())
    out.headers.push_back({"Authorization", "Bearer " + client.settings.token});
  out.tls = client.settings.tls;
  out.timeout = client.timeout;
  out.most_bytes = client.most_bytes;
  return out;
}

std::string url_of(const Settings& settings, std::string_view path, const Query& query) {
  std::string out = settings.url + std::string(path);
  char before = '?';
  for (const auto& [key, value] : query) {
    if (value.empty()) continue;
    out += fmt::format("{}{}={}", before, key, http::encode(value));
    before = '&';
  }
  return out;
}

Result<http::Response> get(Client& client, std::string_view path, const Query& query,
                           std::string_view what) {
  const http::Request request = request_to(client, url_of(client.settings, path, query));
  auto [answer, attempts] =
      http::send_patiently(client.session, request, {client.settings.retries, client.first_pause});
  if (answer && answer->status >= 200 && answer->status < 300) return std::move(*answer);
  Error error = answer ? refusal(client.settings, *answer, what)
                       : no_answer(client.settings, answer.error(), what);
  if (attempts > 1) error.message += fmt::format(" ({} attempts)", attempts);
  return tl::unexpected(std::move(error));
}

Result<Application> get_application(Client& client, const AppName& app) {
  return read_from(client, app, {{"appNamespace", app.name_space}, {"project", app.project}});
}

Result<Application> read_from(Client& client, const AppName& app, const Query& query) {
  const std::string what =
      fmt::format("application `{}{}`",
                  app.name_space.empty() ? std::string() : app.name_space + "/", app.name);
  TRY(http::Response response,
      get(client, "/api/v1/applications/" + http::encode(app.name), query, what));
  std::string why;
  std::string body = std::move(response.body);
  const bool page = body.find_first_not_of(" \t\r\n") != std::string::npos &&
                    body[body.find_first_not_of(" \t\r\n")] == '<';
  if (page) {
    response.body = std::move(body);
    return tl::unexpected(refusal(client.settings, response, what));
  }
  auto out = read_application(std::move(body), why);
  if (!out)
    return fail(ErrorKind::undecided,
                fmt::format("{}: {} answered, but {}; is this the address of an Argo CD server?",
                            what, http::origin(client.settings.url), why));
  if (out->name != app.name)
    return fail(ErrorKind::undecided, fmt::format("{}: {} answered with application `{}`", what,
                                                  http::origin(client.settings.url), out->name));
  return std::move(*out);
}

Result<std::string> get_version(Client& client) {
  TRY(const http::Response response, get(client, "/api/version", {}, "the server's version"));
  simdjson::dom::parser parser;
  std::string_view version;
  if (parser.parse(response.body)["Version"].get(version) != simdjson::SUCCESS)
    return fail(
        ErrorKind::undecided,
        fmt::format("the server's version: {} answered with something that is none; is this "
                    "the address of an Argo CD server?",
                    http::origin(client.settings.url)));
  return std::string(version);
}

}  // namespace backout::argocd
