// From a remote's URL to the project: host, path, where its web pages and its API are.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "forge/forge.h"
#include "http/http.h"

namespace backout::forge {
namespace {

struct Url {
  std::string scheme, host, path;  // host with its port, in lower case; path without a slash first
};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string_view without_port(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  return colon == std::string_view::npos || host.ends_with(']') ? host : host.substr(0, colon);
}

std::string clean_path(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.ends_with(".git")) path.remove_suffix(4);
  return std::string(path);
}

std::optional<Url> read_url(std::string_view text) {
  const std::size_t mark = text.find("://");
  Url out;
  std::string_view rest = text;
  if (mark != std::string_view::npos) {
    out.scheme = lower(text.substr(0, mark));
    rest = text.substr(mark + 3);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    out.host = rest.substr(0, slash);
    out.path = clean_path(rest.substr(slash));
  } else {  // "git@host:path", if no slash stands before the colon (git-fetch, GIT URLS)
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos ||
        text.substr(0, colon).find('/') != std::string_view::npos)
      return std::nullopt;
    out.scheme = "ssh";
    out.host = text.substr(0, colon);
    out.path = clean_path(text.substr(colon + 1));
  }
  if (const std::size_t at = out.host.rfind('@'); at != std::string::npos)
    out.host.erase(0, at + 1);
  out.host = lower(out.host);
  constexpr std::array<std::string_view, 6> schemes = {"https", "http",    "ssh",
                                                       "git",   "git+ssh", "ssh+git"};
  if (std::find(schemes.begin(), schemes.end(), out.scheme) == schemes.end() || out.host.empty() ||
      out.path.find('/') == std::string::npos)
    return std::nullopt;
  const auto is_odd = [](unsigned char c) { return c <= 0x20 || c == 0x7f; };
  if (std::any_of(text.begin(), text.end(), is_odd)) return std::nullopt;
  if (out.scheme != "https" && out.scheme != "http") out.host = without_port(out.host);
  // Their SSH servers for networks that only let port 443 through.
  if (out.host == "ssh.github.com") out.host = "github.com";
  if (out.host == "altssh.gitlab.com") out.host = "gitlab.com";
  return out;
}

std::string host_of(const std::optional<std::string>& url_or_host) {
  if (!url_or_host || url_or_host->empty()) return {};
  std::string_view text = *url_or_host;
  if (const std::size_t mark = text.find("://"); mark != std::string_view::npos)
    text.remove_prefix(mark + 3);
  return lower(text.substr(0, text.find('/')));
}

bool same_host(std::string_view one, std::string_view other) {
  return !one.empty() && (one == other || without_port(one) == other);
}

Kind kind_of(const Url& url, const git::Environment& environment) {
  const auto is = [&](const char* name) {
    return same_host(host_of(environment(name)), url.host) ||
           same_host(url.host, host_of(environment(name)));
  };
  if (url.host == "github.com" || url.host.ends_with(".ghe.com") || is("GITHUB_SERVER_URL") ||
      is("GH_HOST") || url.host.starts_with("github."))
    return Kind::github;
  if (url.host == "gitlab.com" || is("CI_SERVER_URL") || is("GITLAB_HOST") ||
      url.host.starts_with("gitlab."))
    return Kind::gitlab;
  return Kind::other;
}

std::string without_slash(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

}  // namespace

std::string_view to_string(Kind kind) {
  return kind == Kind::github ? "GitHub" : kind == Kind::gitlab ? "GitLab" : "the forge";
}

std::optional<Kind> kind_named(std::string_view word) {
  if (word == "github") return Kind::github;
  if (word == "gitlab") return Kind::gitlab;
  return std::nullopt;
}

std::optional<Project> project_of(std::string_view text, const git::Environment& environment,
                                  std::optional<Kind> meant) {
  const std::optional<Url> url = read_url(text);
  if (!url) return std::nullopt;
  Project out{meant.value_or(kind_of(*url, environment)), url->host, url->path, {}, {}};
  std::string root = "https://" + url->host;  // never a token in clear, but where the CI says so
  // What a CI says of its own server is right about scheme, port and folder.
  const char* const server = out.kind == Kind::github ? "GITHUB_SERVER_URL" : "CI_SERVER_URL";
  if (const auto own = environment(server); own && same_host(host_of(own), url->host)) {
    root = without_slash(*own);
    const std::size_t folder = root.find('/', root.find("://") + 3);
    if (folder != std::string::npos) {
      const std::string prefix = root.substr(folder + 1) + "/";
      if (out.path.starts_with(prefix)) out.path.erase(0, prefix.size());
    }
  }
  out.web = root + "/" + out.path;
  const char* const api = out.kind == Kind::github ? "GITHUB_API_URL" : "CI_API_V4_URL";
  const auto own_api = environment(api);
  const bool own =
      own_api && !own_api->empty() && same_host(host_of(environment(server)), url->host);
  if (out.kind == Kind::github)
    out.api = own                               ? without_slash(*own_api)
              : url->host == "github.com"       ? "https://api.github.com"
              : url->host.ends_with(".ghe.com") ? "https://api." + url->host
                                                : root + "/api/v3";
  if (out.kind == Kind::gitlab) out.api = own ? without_slash(*own_api) : root + "/api/v4";
  return out;
}

std::vector<const char*> tokens_for(const Project& project, const git::Environment& environment) {
  const auto is_set = [&](const char* name) { return !host_of(environment(name)).empty(); };
  const auto names = [&](const char* name) {
    return same_host(host_of(environment(name)), project.host);
  };
  if (project.kind == Kind::github) {
    if (project.host == "github.com") {
      // The one that Actions gives is for its own server.
      if (is_set("GITHUB_SERVER_URL") && !names("GITHUB_SERVER_URL")) return {"GH_TOKEN"};
      return {"GH_TOKEN", "GITHUB_TOKEN"};
    }
    if (names("GITHUB_SERVER_URL") || (names("GH_HOST") && project.host.ends_with(".ghe.com")))
      return {"GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"};
    if (names("GH_HOST")) return {"GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"};
  }
  if (project.kind == Kind::gitlab) {
    bool meant = project.host == "gitlab.com";
    if (is_set("GITLAB_HOST"))  // said by the user: it counts more than where a CI runs
      meant = names("GITLAB_HOST");
    else if (is_set("CI_SERVER_URL") || is_set("CI_API_V4_URL"))
      meant = (!is_set("CI_SERVER_URL") || names("CI_SERVER_URL")) &&
              (!is_set("CI_API_V4_URL") || names("CI_API_V4_URL"));
    if (meant) return {"GITLAB_TOKEN", "GITLAB_ACCESS_TOKEN"};
  }
  return {};
}

std::string token_for(const Project& project, const git::Environment& environment) {
  for (const char* name : tokens_for(project, environment))
    if (auto value = environment(name); value && !value->empty()) return *value;
  return {};
}

std::string why_no_token(const Project& project, const git::Environment& environment) {
  std::vector<const char*> names = tokens_for(project, environment);
  constexpr std::size_t most_named = 2;
  names.resize(std::min(names.size(), most_named));
  if (!names.empty())
    return fmt::format("there is no token for `{}` in {}", project.host, fmt::join(names, " or "));
  const bool github = project.kind == Kind::github;
  return fmt::format("no token is known to be meant for `{0}`: set {1}={0}, and {2} goes there",
                     project.host, github ? "GH_HOST" : "GITLAB_HOST",
                     github ? "GH_ENTERPRISE_TOKEN" : "GITLAB_TOKEN");
}

std::vector<std::string> foreign_tokens(const Project& project,
                                        const git::Environment& environment) {
  const std::vector<const char*> meant = tokens_for(project, environment);
  std::vector<std::string> out;
  for (const std::string_view name :
       {"GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN",
        "GITLAB_TOKEN", "GITLAB_ACCESS_TOKEN", "OAUTH_TOKEN"})
    if (std::find(meant.begin(), meant.end(), name) == meant.end()) out.emplace_back(name);
  return out;
}

std::string compare_url(const Project& project, std::string_view base, std::string_view branch) {
  const auto path = [](std::string_view name) {
    std::string out;
    for (const char c : name) out += c == '/' ? std::string("/") : http::encode({&c, 1});
    return out;
  };
  switch (project.kind) {
    case Kind::github:
      return project.web + "/compare/" + path(base) + "..." + path(branch) + "?expand=1";
    case Kind::gitlab:
      return project.web +
             "/-/merge_requests/new?merge_request%5Bsource_branch%5D=" + http::encode(branch) +
             "&merge_request%5Btarget_branch%5D=" + http::encode(base);
    case Kind::other:
      break;
  }
  if (project.host == "bitbucket.org")
    return project.web + "/pull-requests/new?source=" + http::encode(branch) +
           "&dest=" + http::encode(base);
  for (const std::string_view name : {"codeberg.org", "gitea.", "forgejo."})
    if (project.host == name || (name.ends_with('.') && project.host.starts_with(name)))
      return project.web + "/compare/" + path(base) + "..." + path(branch);
  return {};
}

Opened open_pull_request(const Project& project, const PullRequest& request,
                         const git::Environment& environment) {
  std::vector<std::string> reasons;
  if (project.kind == Kind::other) {
    reasons.push_back("`" + project.host +
                      "` is neither GitHub nor GitLab as far as is known; "
                      "`--forge github` or `--forge gitlab` says so");
    return {{}, false, {}, std::move(reasons)};
  }
  std::optional<Opened> done = by_tool(project, request, environment, reasons);
  if (!done) done = by_api(project, request, environment, reasons);
  if (!done) done = Opened{};
  done->reasons = std::move(reasons);
  return *std::move(done);
}

}  // namespace backout::forge
