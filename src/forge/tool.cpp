// `gh` and `glab`: they know where the user is logged in. Never asked to push or to ask.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "core/private_folder.h"
#include "forge/forge.h"
#include "git/command.h"

namespace backout::forge {
namespace {

const git::Variables quiet = {{"GH_PROMPT_DISABLED", "1"}, {"GH_NO_UPDATE_NOTIFIER", "1"},
                              {"NO_COLOR", "1"},           {"NO_PROMPT", "1"},
                              {"GLAB_CHECK_UPDATE", "0"},  {"TERM", "dumb"}};

// The `field` of the first object in a list.
std::string first_of(const std::string& json, std::string_view field) {
  simdjson::dom::parser parser;
  simdjson::dom::array list;
  if (parser.parse(json).get_array().get(list) != simdjson::SUCCESS) return {};
  for (const simdjson::dom::element one : list) {
    std::string_view value;
    if (one[field].get_string().get(value) == simdjson::SUCCESS) return std::string(value);
  }
  return {};
}

// The last word that is a URL.
std::string url_in(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \t\r\n"), text.size());
    if (text.substr(0, end).starts_with("https://") || text.substr(0, end).starts_with("http://"))
      out = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string last_line(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return std::string(text.substr(text.rfind('\n') + 1));
}

struct Words {
  const char* program;
  std::vector<std::string> look, open;
  std::string field;  // of the listing: the URL
};

Words words_for(const Project& project, const PullRequest& request, const std::string& body_file) {
  if (project.kind == Kind::github) {
    const std::string repo = "--repo=" + project.host + "/" + project.path;
    Words out{"gh",
              {"gh", "pr", "list", repo, "--head=" + request.branch, "--base=" + request.base,
               "--state=open", "--json=url"},
              {"gh", "pr", "create", repo, "--base=" + request.base, "--head=" + request.branch,
               "--title=" + request.title, "--body-file=" + body_file},
              "url"};
    if (request.draft) out.open.emplace_back("--draft");
    return out;
  }
  const std::string repo = "--repo=" + project.web;
  Words out{"glab",
            {"glab", "mr", "list", repo, "--source-branch=" + request.branch,
             "--target-branch=" + request.base, "--output=json"},
            {"glab", "mr", "create", repo, "--source-branch=" + request.branch,
             "--target-branch=" + request.base, "--title=" + request.title,
             "--description=" + request.body, "--remove-source-branch", "--yes", "--no-editor"},
            "web_url"};
  if (request.draft) out.open.emplace_back("--draft");
  return out;
}

}  // namespace

std::optional<Opened> by_tool(const Project& project, const PullRequest& request,
                              const git::Environment& environment,
                              std::vector<std::string>& reasons) {
  const PrivateFolder folder;
  const Words words = words_for(project, request, folder.write("body", request.body));
  const std::vector<std::string> without = foreign_tokens(project, environment);
  const auto ask = [&](const std::vector<std::string>& line) {
    return git::run_program(git::Program{line, quiet, without, "/dev/null", std::size_t{16} << 20});
  };
  const auto found = ask(words.look);
  if (!found) {
    reasons.push_back(fmt::format("`{}` is not installed", words.program));
    return std::nullopt;
  }
  if (found->status != 0) {
    reasons.push_back(fmt::format("`{}` is of no use here: {}", words.program,
                                  found->errors.empty()
                                      ? fmt::format("it ends with {}", found->status)
                                      : last_line(found->errors)));
    return std::nullopt;
  }
  if (std::string url = first_of(found->output, words.field); !url.empty())
    return Opened{std::move(url), true, words.program, {}};
  const auto made = ask(words.open);
  if (made && made->status == 0)
    if (std::string url = url_in(made->output); !url.empty())
      return Opened{std::move(url), false, words.program, {}};
  reasons.push_back(
      fmt::format("`{}` cannot open it: {}", words.program,
                  !made ? made.error().message
                        : last_line(made->errors.empty() ? made->output : made->errors)));
  return std::nullopt;
}

}  // namespace backout::forge
