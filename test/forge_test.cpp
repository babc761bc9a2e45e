// Which project a remote's URL names, where its API is, and who gets a token.
#include "forge/forge.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "http_server.h"
#include "repo.h"

namespace backout::test {
namespace {

using forge::Kind;
using forge::Project;

TEST(Forge, ProjectOfUrl) {
  const Environment ghes = {{"GITHUB_SERVER_URL", "https://git.acme.example"},
                            {"GITHUB_API_URL", "https://git.acme.example/api/v3"}};
  const Environment gitlab_ci = {{"CI_SERVER_URL", "https://code.acme.example/gitlab"},
                                 {"CI_API_V4_URL", "https://code.acme.example/gitlab/api/v4"}};
  const struct {
    const char* url;
    Environment environment;
    std::string expected;  // "KIND WEB API"; empty: none
  } cases[] = {
      {"https://github.com/acme/catalog.git",
       {},
       "GitHub https://github.com/acme/catalog https://api.github.com"},
      {"https://x-access-token:ghs_secret@github.com/acme/catalog",
       {},
       "GitHub https://github.com/acme/catalog https://api.github.com"},
      {"git@github.com:acme/catalog.git",
       {},
       "GitHub https://github.com/acme/catalog https://api.github.com"},
      {"ssh://git@ssh.github.com:443/acme/catalog.git",
       {},
       "GitHub https://github.com/acme/catalog https://api.github.com"},
      {"https://acme.ghe.com/a/b", {}, "GitHub https://acme.ghe.com/a/b https://api.acme.ghe.com"},
      {"ssh://git@git.acme.example:2222/a/b.git", ghes,
       "GitHub https://git.acme.example/a/b https://git.acme.example/api/v3"},
      {"https://github.acme.example/a/b/",
       {},
       "GitHub https://github.acme.example/a/b https://github.acme.example/api/v3"},
      {"git@gitlab.com:group/sub/catalog.git",
       {},
       "GitLab https://gitlab.com/group/sub/catalog https://gitlab.com/api/v4"},
      {"https://code.acme.example/gitlab/group/catalog.git", gitlab_ci,
       "GitLab https://code.acme.example/gitlab/group/catalog "
       "https://code.acme.example/gitlab/api/v4"},
      {"https://git.acme.example/a/b",
       {{"GITLAB_HOST", "git.acme.example"}},
       "GitLab https://git.acme.example/a/b https://git.acme.example/api/v4"},
      {"https://git.acme.example/a/b", {}, "the forge https://git.acme.example/a/b "},
      {"HTTPS://GitHub.COM/Acme/Catalog.git",
       {},
       "GitHub https://github.com/Acme/Catalog https://api.github.com"},
      {"/srv/git/catalog.git", {}, ""},
      {"file:///srv/git/a/catalog.git", {}, ""},
      {"../catalog.git", {}, ""},
      {"./a:b/c", {}, ""},
      {"https://github.com/", {}, ""},
      {"https://github.com/a b/c", {}, ""},
      {"ext::sh -c true% /a/b", {}, ""},
      {"", {}, ""},
  };
  for (const auto& one : cases) {
    const auto project = forge::project_of(one.url, variables(one.environment));
    const std::string found = project ? std::string(forge::to_string(project->kind)) + " " +
                                            project->web + " " + project->api
                                      : "";
    EXPECT_EQ(found, one.expected) << one.url;
  }
}

TEST(Forge, TokenForHost) {
  const Environment all = {{"GH_TOKEN", "gh"},
                           {"GITHUB_TOKEN", "github"},
                           {"GH_ENTERPRISE_TOKEN", "enterprise"},
                           {"GITLAB_TOKEN", "gitlab"}};
  const auto with = [&](const Environment& more) {
    Environment out = all;
    out.insert(more.begin(), more.end());
    return out;
  };
  const Environment elsewhere = with({{"GITLAB_HOST", "https://other.example"}});
  const Environment actions = with({{"GITHUB_SERVER_URL", "https://github.acme.example"}});
  const Environment ci = with({{"CI_SERVER_URL", "https://gitlab.acme.example"},
                               {"CI_API_V4_URL", "https://gitlab.acme.example/api/v4"}});
  const struct {
    const char* url;
    Environment environment;
    const char* expected;
  } cases[] = {
      {"https://github.com/a/b", all, "gh"},
      {"https://github.com/a/b", {{"GITHUB_TOKEN", "github"}}, "github"},
      {"https://github.com/a/b", actions, "gh"},
      {"https://github.com/a/b",
       {{"GITHUB_TOKEN", "github"}, {"GITHUB_SERVER_URL", "https://x"}},
       ""},
      {"https://github.acme.example/a/b", all, ""},
      {"https://github.acme.example/a/b", with({{"GH_HOST", "other.example"}}), ""},
      {"https://github.acme.example/a/b", with({{"GH_HOST", "github.acme.example"}}), "enterprise"},
      {"https://github.acme.example/a/b",
       {{"GH_ENTERPRISE_TOKEN", "e"}, {"GITHUB_SERVER_URL", "https://github.acme.example"}},
       "e"},
      {"https://acme.ghe.com/a/b", all, ""},
      {"https://acme.ghe.com/a/b", with({{"GH_HOST", "acme.ghe.com"}}), "gh"},
      {"https://github.acme.example/a/b", {{"GH_TOKEN", "gh"}}, ""},
      {"https://github.acme.example/a/b", actions, "gh"},
      {"https://gitlab.com/a/b", all, "gitlab"},
      {"https://gitlab.com/a/b", elsewhere, ""},
      {"https://gitlab.com/a/b", ci, ""},
      {"https://gitlab.com/a/b", with({{"CI_API_V4_URL", "https://x/api/v4"}}), ""},
      {"https://gitlab.evil.example/a/b", all, ""},
      {"https://gitlab.evil.example/a/b", ci, ""},
      {"https://gitlab.evil.example/a/b", elsewhere, ""},
      {"https://gitlab.acme.example/a/b", ci, "gitlab"},
      {"git@gitlab.acme.example:a/b.git", ci, "gitlab"},
      {"https://gitlab.acme.example/a/b",
       with({{"CI_API_V4_URL", "https://gitlab.acme.example/api/v4"}}), "gitlab"},
      {"https://gitlab.acme.example/a/b", with({{"GITLAB_HOST", "gitlab.acme.example"}}), "gitlab"},
      {"https://unknown.example/a/b", all, ""},
  };
  for (const auto& one : cases) {
    const auto project = forge::project_of(one.url, variables(one.environment));
    ASSERT_TRUE(project);
    EXPECT_EQ(forge::token_for(*project, variables(one.environment)), one.expected) << one.url;
  }
}

// What is missing is said, and a program that would send the token anyway does not get it.
TEST(Forge, TokenForAnotherHost) {
  const auto environment = variables({{"GITLAB_TOKEN", "s3cret"}, {"GH_ENTERPRISE_TOKEN", "e"}});
  const struct {
    const char *url, *expected, *kept_back;
  } cases[] = {
      {"https://gitlab.acme.example/a/b", "set GITLAB_HOST=gitlab.acme.example", "GITLAB_TOKEN"},
      {"https://github.acme.example/a/b", "set GH_HOST=github.acme.example", "GH_ENTERPRISE_TOKEN"},
      {"https://github.com/a/b", "no token for `github.com` in GH_TOKEN or GITHUB_TOKEN",
       "GITLAB_TOKEN"},
  };
  for (const auto& one : cases) {
    const auto project = forge::project_of(one.url, environment);
    ASSERT_TRUE(project);
    const std::string why = forge::why_no_token(*project, environment);
    EXPECT_NE(why.find(one.expected), std::string::npos) << why;
    const auto foreign = forge::foreign_tokens(*project, environment);
    EXPECT_NE(std::find(foreign.begin(), foreign.end(), one.kept_back), foreign.end()) << one.url;
  }
}

TEST(Forge, CompareUrl) {
  const struct {
    const char *url, *expected;
  } cases[] = {
      {"https://github.com/a/b", "https://github.com/a/b/compare/main...r/x%23?expand=1"},
      {"https://gitlab.com/a/b",
       "https://gitlab.com/a/b/-/merge_requests/new?merge_request%5Bsource_branch%5D=r%2Fx%23&"
       "merge_request%5Btarget_branch%5D=main"},
      {"https://bitbucket.org/a/b",
       "https://bitbucket.org/a/b/pull-requests/new?source=r%2Fx%23&dest=main"},
      {"https://codeberg.org/a/b", "https://codeberg.org/a/b/compare/main...r/x%23"},
      {"https://unknown.example/a/b", ""},
  };
  for (const auto& one : cases) {
    const auto project = forge::project_of(one.url, variables({}));
    ASSERT_TRUE(project);
    EXPECT_EQ(forge::compare_url(*project, "main", "r/x#"), one.expected);
  }
}

// A GitHub and a GitLab with as much of their APIs as is needed, and their answers to what is
// wrong.
struct FakeForge {
  std::vector<std::string> open;  // bodies of what was created
  int create_status = 201;
  bool lose_answer = false;  // does the work, then the connection breaks
  HttpServer server{[this](const HttpRequest& request) { return answer(request); }};

  HttpReply answer(const HttpRequest& request) {
    const bool github = request.path.starts_with("/api/v3/");
    const auto token = request.headers.find(github ? "authorization" : "private-token");
    if (token == request.headers.end() || token->second != (github ? "Bearer s3cret" : "s3cret"))
      return {401, R"({"message":"Bad credentials"})"};
    const std::string field = github ? "html_url" : "web_url";
    const auto url = [&] { return R"({")" + field + R"(":"https://forge/1"})"; };
    if (request.method == "GET") return {200, open.empty() ? "[]" : "[" + url() + "]"};
    if (create_status == 403)
      return {403, R"({"message":"Resource not accessible by integration"})"};
    if (create_status != 201)
      return {
          create_status,
          R"({"message":"Validation Failed","errors":[{"message":"No commits between s3cret"}]})"};
    open.push_back(request.body);
    if (lose_answer) return HttpReply{.raw = " "};
    return {201, url()};
  }
};

Project project_at(const FakeForge& forge, Kind kind) {
  return {kind, forge.server.host(), "acme/catalog", forge.server.url() + "/acme/catalog",
          forge.server.url() + (kind == Kind::github ? "/api/v3" : "/api/v4")};
}

git::Environment with_token(const FakeForge& forge, const char* token = "s3cret") {
  return variables({{"GH_TOKEN", token},
                    {"GITLAB_TOKEN", token},
                    {"GITHUB_SERVER_URL", forge.server.url()},
                    {"GITLAB_HOST", forge.server.host()}});
}

const forge::PullRequest request{"main", "revert-x", "Revert \"x\"", "body \xff", false};

TEST(Forge, ApiOpensOnce) {
  for (const Kind kind : {Kind::github, Kind::gitlab}) {
    FakeForge fake;
    for (const bool lost : {true, false}) {
      fake.lose_answer = lost;
      std::vector<std::string> reasons;
      const auto opened = forge::by_api(project_at(fake, kind), request, with_token(fake), reasons);
      ASSERT_TRUE(opened) << reasons.front();
      EXPECT_EQ(opened->url, "https://forge/1");
      EXPECT_TRUE(opened->before);
      EXPECT_EQ(fake.open.size(), 1u);
    }
    const nlohmann::json sent = nlohmann::json::parse(fake.open.front());
    EXPECT_EQ(sent["title"], "Revert \"x\"");
    EXPECT_EQ(sent[kind == Kind::github ? "head" : "source_branch"], "revert-x");
    EXPECT_EQ(sent[kind == Kind::github ? "base" : "target_branch"], "main");
    EXPECT_EQ(sent[kind == Kind::github ? "body" : "description"], "body \xEF\xBF\xBD");
  }
}

TEST(Forge, ApiRequests) {
  FakeForge fake;
  std::vector<std::string> reasons;
  for (const Kind kind : {Kind::github, Kind::gitlab}) {
    fake.open.clear();
    const auto opened = forge::by_api(project_at(fake, kind), request, with_token(fake), reasons);
    ASSERT_TRUE(opened);
    EXPECT_FALSE(opened->before);
  }
  EXPECT_EQ(fake.server.log(),
            "GET /api/v3/repos/acme/catalog/pulls?state=open&head=acme%3Arevert-x&base=main\n"
            "POST /api/v3/repos/acme/catalog/pulls\n"
            "GET /api/v4/projects/acme%2Fcatalog/merge_requests?state=opened&source_branch="
            "revert-x&target_branch=main\n"
            "POST /api/v4/projects/acme%2Fcatalog/merge_requests\n");
}

TEST(Forge, ApiFailuresAreReasons) {
  const struct {
    int status;
    const char* token;
    const char* expected;
  } cases[] = {
      {403, "s3cret", "permissions: pull-requests: write"},
      {422, "s3cret", "No commits between "},
      {201, "other", "the token is not valid: Bad credentials"},
      {201, "", "there is no token for `127.0.0.1:"},
  };
  for (const auto& one : cases) {
    FakeForge fake;
    fake.create_status = one.status;
    std::vector<std::string> reasons;
    EXPECT_FALSE(forge::by_api(project_at(fake, Kind::github), request, with_token(fake, one.token),
                               reasons));
    ASSERT_EQ(reasons.size(), 1u);
    EXPECT_NE(reasons[0].find(one.expected), std::string::npos) << reasons[0];
    EXPECT_EQ(reasons[0].find("s3cret"), std::string::npos) << reasons[0];
  }
}

}  // namespace
}  // namespace backout::test
