// Pull requests on GitHub and GitLab: with `gh` or `glab` where they are installed and logged in,
// else with the REST API and a token of the environment, else as a link for a person. Opening one
// looks for an open one first, so that it can be called again after a crash.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "git/repository.h"

namespace backout::forge {

enum class Kind : std::uint8_t { github, gitlab, other };
[[nodiscard]] std::string_view to_string(Kind kind);
[[nodiscard]] std::optional<Kind> kind_named(std::string_view word);  // "github", "gitlab"

// The project behind a remote.
struct Project {
  Kind kind = Kind::other;
  std::string host;  // "github.com", "git.acme.example:8443"
  std::string path;  // "acme/catalog", "group/sub/catalog"
  std::string web;   // "https://github.com/acme/catalog"
  std::string api;   // "https://api.github.com"; empty for others
};
// From what `git remote get-url` prints: https, ssh and scp-like forms. Credentials in it are left
// out. Which forge it is is told by the host, by what the CI says of itself (GITHUB_SERVER_URL,
// CI_SERVER_URL, GITHUB_API_URL, CI_API_V4_URL), by GH_HOST and GITLAB_HOST, or by `meant`.
// Nothing: it is a folder or no URL.
[[nodiscard]] std::optional<Project> project_of(std::string_view url,
                                                const git::Environment& environment,
                                                std::optional<Kind> meant = std::nullopt);

struct PullRequest {
  std::string base, branch;
  std::string title, body;  // Markdown
  bool draft = false;
};

struct Opened {
  std::string url;                   // of the pull request; empty: none was opened
  bool before = false;               // it was there already
  std::string by;                    // "gh", "GitHub's API"
  std::vector<std::string> reasons;  // why not, way by way
};
// Failures are reasons, not errors: the branch is pushed, and a link leads on.
[[nodiscard]] Opened open_pull_request(const Project& project, const PullRequest& request,
                                       const git::Environment& environment);

// Where a person opens it; empty: not known for this forge.
[[nodiscard]] std::string compare_url(const Project& project, std::string_view base,
                                      std::string_view branch);

// ---- the ways, each alone

// Nothing: this way is not open (no program, no token); a reason says why.
[[nodiscard]] std::optional<Opened> by_tool(const Project& project, const PullRequest& request,
                                            const git::Environment& environment,
                                            std::vector<std::string>& reasons);
[[nodiscard]] std::optional<Opened> by_api(const Project& project, const PullRequest& request,
                                           const git::Environment& environment,
                                           std::vector<std::string>& reasons);

// ---- tokens, each for the host it is meant for alone
//   GH_TOKEN, GITHUB_TOKEN   github.com; the host of GITHUB_SERVER_URL
//   GH_ENTERPRISE_TOKEN      GH_HOST; the host of GITHUB_SERVER_URL
//   GITLAB_TOKEN             GITLAB_HOST; else the host of CI_SERVER_URL and CI_API_V4_URL; where
//                            none of them is set, gitlab.com

// Names of the variables that may hold it, the first one that is set counts; empty: none is meant.
[[nodiscard]] std::vector<const char*> tokens_for(const Project& project,
                                                  const git::Environment& environment);
// Empty: none.
[[nodiscard]] std::string token_for(const Project& project, const git::Environment& environment);
[[nodiscard]] std::string why_no_token(const Project& project, const git::Environment& environment);
// Names of the variables that a program must not see, as it would send them there.
[[nodiscard]] std::vector<std::string> foreign_tokens(const Project& project,
                                                      const git::Environment& environment);

}  // namespace backout::forge
