#include "cli/preflight_app.h"

#include <fmt/format.h>

#include <optional>

#include "argocd/target.h"
#include "argocd/words.h"
#include "http/http.h"

namespace backout::cli {

using argocd::Application;

Result<AppRevisions> revisions_of(Application app, const std::string& server,
                                  const AppQuestion& question, const git::Repository& here) {
  if (app.history.empty())
    return fail(
        ErrorKind::usage,
        fmt::format("application `{}` has no history: no complete sync has succeeded, or it "
                    "keeps none (`revisionHistoryLimit`); name both revisions with `--from` "
                    "and `--to`, without `--app`",
                    full_name(app)));
  std::optional<git::Repository> opened;
  if (!question.folder.empty()) {
    TRY(opened, git::open(question.folder, [](const char*) { return std::nullopt; }));
  }
  TRY(argocd::Target target, argocd::choose_target(app, {question.to, opened ? &*opened : &here,
                                                         question.folder, question.from}));
  if (target.to == target.from)
    return fail(ErrorKind::usage,
                fmt::format("{} is the commit that runs now ({}): there is nothing to roll back",
                            argocd::short_revision(target.to), target.words));
  const argocd::Running running = argocd::what_runs(app);
  AppRevisions out;
  out.folder = question.folder.empty() ? "." : question.folder;
  out.from = target.from;
  out.to = target.to;
  out.origin.push_back(
      fmt::format("BAD {} is {} of application `{}` at {}", argocd::short_revision(out.from),
                  question.from.empty() ? running.words : "named by `--from`, for the deployments",
                  full_name(app), http::origin(server)));
  out.origin.push_back(fmt::format("GOOD {} is {}", argocd::short_revision(out.to), target.words));
  out.origin.insert(out.origin.end(), target.notes.begin(), target.notes.end());
  if (target.source < running.sources.size())
    out.origin.push_back(
        fmt::format("both are commits of {}", argocd::in_words(running.sources[target.source])));
  if (app.operation_requested)
    out.origin.emplace_back(
        "an operation is running now: what is deployed changes under this answer");
  app.json.clear();
  out.app = std::move(app);
  return out;
}

Result<AppRevisions> revisions_of_app(const ArgocdOptions& options, const AppQuestion& question,
                                      const git::Repository& here) {
  TRY(const argocd::AppName name,
      argocd::read_app_name(question.app, options.name_space, options.project));
  TRY(argocd::Client client, argocd_client(options));
  TRY(Application app, argocd::get_application(client, name));
  return revisions_of(std::move(app), client.settings.url, question, here);
}

}  // namespace backout::cli
