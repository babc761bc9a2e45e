// The REST APIs of GitHub and GitLab, for machines without `gh` and `glab`. One request opens the
// pull request and is never repeated; whether it has done its work is looked up instead.
#include <fmt/format.h>
#include <simdjson.h>

#include <nlohmann/json.hpp>

#include "forge/forge.h"
#include "http/http.h"
#include "http/retry.h"

namespace backout::forge {
namespace {

using nlohmann::json;

std::string segments(std::string_view path) {
  std::string out;
  for (const char c : path) out += c == '/' ? std::string("/") : http::encode({&c, 1});
  return out;
}

struct Connection {
  const Project& project;
  const PullRequest& request;
  std::string token;
  http::Session session{};

  http::Request make(const char* method, std::string path) {
    http::Request out;
    out.method = method;
    out.url = project.api + path;
    if (project.kind == Kind::github) {
      out.headers.push_back({"Authorization", "Bearer " + token});
      out.headers.push_back({"Accept", "application/vnd.github+json"});
      out.headers.push_back({"X-GitHub-Api-Version", "2022-11-28"});
    } else {
      out.headers.push_back({"PRIVATE-TOKEN", token});
      out.headers.push_back({"Accept", "application/json"});
    }
    out.most_bytes = std::size_t{16} << 20;
    return out;
  }
  [[nodiscard]] std::string listing() const {
    if (project.kind == Kind::github) {
      const std::string owner = project.path.substr(0, project.path.find('/'));
      return fmt::format("/repos/{}/pulls?state=open&head={}&base={}", segments(project.path),
                         http::encode(owner + ":" + request.branch), http::encode(request.base));
    }
    return fmt::format("/projects/{}/merge_requests?state=opened&source_branch={}&target_branch={}",
                       http::encode(project.path), http::encode(request.branch),
                       http::encode(request.base));
  }
  [[nodiscard]] std::string creation() const {
    return project.kind == Kind::github
               ? fmt::format("/repos/{}/pulls", segments(project.path))
               : fmt::format("/projects/{}/merge_requests", http::encode(project.path));
  }
  [[nodiscard]] std::string body() const {
    const json out = project.kind == Kind::github
                         ? json{{"title", request.title},
                                {"head", request.branch},
                                {"base", request.base},
                                {"body", request.body},
                                {"draft", request.draft}}
                         : json{{"title", (request.draft ? "Draft: " : "") + request.title},
                                {"source_branch", request.branch},
                                {"target_branch", request.base},
                                {"description", request.body},
                                {"remove_source_branch", true}};
    return out.dump(-1, ' ', true, json::error_handler_t::replace);
  }
  [[nodiscard]] std::string_view url_field() const {
    return project.kind == Kind::github ? "html_url" : "web_url";
  }
};

std::string text_of(simdjson::dom::element root, std::string_view field) {
  std::string_view value;
  return root[field].get_string().get(value) == simdjson::SUCCESS ? std::string(value) : "";
}

// "Validation Failed: A pull request already exists for acme:x".
std::string message_of(const http::Response& response) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(response.body).get(root) != simdjson::SUCCESS) return {};
  std::string out = text_of(root, "message");
  if (out.empty()) out = text_of(root, "error");
  for (const std::string_view field : {"errors", "message"}) {
    simdjson::dom::array list;
    if (root[field].get_array().get(list) != simdjson::SUCCESS) continue;
    for (const simdjson::dom::element one : list) {
      std::string_view plain;
      std::string word = one.get_string().get(plain) == simdjson::SUCCESS ? std::string(plain)
                         : one.is_object()                                ? text_of(one, "message")
                                                                          : "";
      if (!word.empty()) out += (out.empty() ? "" : ": ") + word;
    }
  }
  return out;
}

std::string why(const Connection& connection, const http::Response& response) {
  std::string said =
      http::masked(message_of(response), std::vector<std::string_view>{connection.token});
  if (said.size() > 400) said.resize(400);
  const bool github = connection.project.kind == Kind::github;
  std::string meaning;
  if (response.status == 401) meaning = "the token is not valid";
  if (response.status == 403)
    meaning = github ? "the token may not open pull requests (in Actions: `permissions: "
                       "pull-requests: write`, and the repository's setting)"
                     : "the token may not open merge requests (it needs the scope `api`)";
  if (response.status == 404)
    meaning =
        fmt::format("`{}` is not there, or the token may not see it", connection.project.path);
  return fmt::format("{} {}{}{}", response.status, meaning,
                     meaning.empty() || said.empty() ? "" : ": ", said);
}

// The open one; empty: there is none. An error in words.
tl::expected<std::string, std::string> look(Connection& connection) {
  const http::Tried tried =
      http::send_patiently(connection.session, connection.make("GET", connection.listing()), {});
  if (!tried.answer) return tl::unexpected(tried.answer.error().message);
  if (tried.answer->status != 200) return tl::unexpected(why(connection, *tried.answer));
  simdjson::dom::parser parser;
  simdjson::dom::array list;
  if (parser.parse(tried.answer->body).get_array().get(list) != simdjson::SUCCESS)
    return tl::unexpected(std::string("its answer is not understood"));
  for (const simdjson::dom::element one : list)
    if (std::string url = text_of(one, connection.url_field()); !url.empty()) return url;
  return std::string();
}

}  // namespace

std::optional<Opened> by_api(const Project& project, const PullRequest& request,
                             const git::Environment& environment,
                             std::vector<std::string>& reasons) {
  Connection connection{project, request, token_for(project, environment)};
  const std::string name = fmt::format("{}'s API", to_string(project.kind));
  if (connection.token.empty()) {
    reasons.push_back(why_no_token(project, environment));
    return std::nullopt;
  }
  const auto failed = [&](const std::string& words) {
    reasons.push_back(fmt::format("{}: {}", name, words));
    return std::nullopt;
  };
  auto present = look(connection);
  if (!present) return failed(present.error());
  if (!present->empty()) return Opened{*present, true, name, {}};

  http::Request creation = connection.make("POST", connection.creation());
  creation.headers.push_back({"Content-Type", "application/json"});
  creation.body = connection.body();
  const http::Answer answer = http::send(connection.session, creation);
  if (answer && answer->status == 201) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    if (parser.parse(answer->body).get(root) == simdjson::SUCCESS)
      if (std::string url = text_of(root, connection.url_field()); !url.empty())
        return Opened{std::move(url), false, name, {}};
  }
  // An answer that went missing, or somebody who was quicker.
  present = look(connection);
  if (present && !present->empty()) return Opened{*present, true, name, {}};
  return failed(answer ? why(connection, *answer) : answer.error().message);
}

}  // namespace backout::forge
