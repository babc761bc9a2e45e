// `backout preflight`: may the code go back from one release to an earlier one, and if not, what
// first? Answered from git alone.
#include "preflight/preflight.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/gate.h"
#include "cli/options.h"
#include "cli/preflight_app.h"
#include "cli/preflight_gitops.h"
#include "cli/preflight_services.h"
#include "cli/revision_config.h"
#include "git/repository.h"
#include "git/revision.h"
#include "git/tree.h"
#include "report/terminal.h"

namespace backout::cli {
namespace {

using preflight::Preflight;
using preflight::Side;

constexpr Help help{
    "backout preflight --from BAD --to GOOD|--config-repo DIR|--app NAME [options]",
    "Tells whether the code of GOOD runs on the schema that BAD has left behind, which layers "
    "changed "
    "between them\n"
    "(code, data, config, feature flags), and what has to happen in which order. Reads git, with "
    "`--app`\n"
    "also what Argo CD has deployed, and carries out nothing.",
    "A revision is a commit, a tag or a branch; or an image such as `ghcr.io/acme/catalog:v1.5.0`, "
    "where `services:`\n"
    "of `.backout.yaml` says which repository builds it and how its tags are made.\n"
    "With `--config-repo` the two revisions are those of the GitOps repository (HEAD and its "
    "parent "
    "by default);\n"
    "the images whose tags changed there name the revisions of the services.\n"
    "With `--app` Argo CD names these two: BAD is what runs now, GOOD the deployment before it, or "
    "`--to`\n"
    "with an id of `backout app history`. The server and the token are found as by `argocd`.\n"
    "\n"
    "Exit codes: 0 the code may go back, 1 it may not, 2 wrong usage, 3 not decided.\n"
    "\n"
    "  backout preflight --from v1.5.1 --to v1.5.0\n"
    "  backout preflight --from ghcr.io/acme/catalog:v1.5.1 --to ghcr.io/acme/catalog:v1.5.0\n"
    "  backout preflight --config-repo ../gitops\n"
    "  backout preflight --app catalog --config-repo ../gitops\n"
    "  backout preflight --from v1.5.1 --to v1.5.0 --format markdown    for the incident's "
    "ticket\n",
};

struct Options {
  std::string from, to, service, config_repository, app, config;
  std::string format = "text", output = "-", color = "auto";
  ArgocdOptions argocd;
  bool allow_empty = false;
};

GitopsQuestion question_of(const Options& options) {
  return {options.config_repository, options.from, options.to, options.service};
}

Result<void> look_at_revisions(const git::Repository& here, const Config& config,
                               const Options& options, Preflight& out) {
  TRY(const ServiceConfig* service, named_service(config, options.service));
  if (!service && config.services.size() == 1) service = &config.services.front();
  std::optional<git::Repository> own;
  const auto open_own = [&]() -> Result<void> {
    TRY(own, repository_of(here, service));
    return {};
  };
  TRY_VOID(open_own());
  TRY(const preflight::Named bad, preflight::read_name(options.from, config, *own));
  TRY(const preflight::Named good, preflight::read_name(options.to, config, *own));
  if (bad.service && good.service && bad.service != good.service)
    return fail(
        ErrorKind::usage,
        fmt::format("`{}` is an image of service `{}` and `{}` one of `{}`: a rollback is of "
                    "one service",
                    options.from, bad.service->name, options.to, good.service->name));
  const ServiceConfig* const meant = bad.service ? bad.service : good.service;
  if (meant && meant != service) {
    service = meant;
    TRY_VOID(open_own());
  }
  TRY(Side from, side_of(*own, options.from, bad.revision));
  TRY(Side to, side_of(*own, options.to, good.revision));
  if (from.commit.id == to.commit.id)
    return fail(ErrorKind::usage, fmt::format("`{}` and `{}` are the same commit: there is nothing "
                                              "to roll back",
                                              options.from, options.to));
  TRY(preflight::Assessment assessment,
      preflight::assess(*own, config, service, std::move(from), std::move(to)));
  out.services.push_back(std::move(assessment));
  return {};
}

// What Argo CD has deployed, then as two revisions of the GitOps repository.
Result<void> look_at_app(const git::Repository& here, const Config& config, const Options& given,
                         Preflight& out) {
  Options options = given;
  TRY(AppRevisions found,
      revisions_of_app(given.argocd, {given.app, given.config_repository, given.from, given.to},
                       here));
  options.config_repository = found.folder;
  options.from = found.from;
  options.to = found.to;
  if (const ServiceConfig* service = service_of(config, found.app);
      service && options.service.empty())
    options.service = service->name;
  out.origin = std::move(found.origin);
  TRY_VOID(look_at_gitops(here, config, question_of(options), out));
  const auto name = [&](preflight::Names& names) {
    if (!names.app.empty()) return;
    names.app = found.app.name;
    names.app_namespace = found.app.name_space;
    names.sources.emplace_back("Argo CD");
  };
  for (preflight::Assessment& one : out.services) name(one.names);
  name(out.gitops->names);
  return {};
}

Result<int> run_preflight(const Options& options, const Streams& streams) {
  if (options.app.empty() && options.config_repository.empty() &&
      (options.from.empty() || options.to.empty()))
    return fail(
        ErrorKind::usage,
        "`--from BAD` and `--to GOOD` are needed (or `--config-repo DIR`, or `--app NAME`); "
        "see "
        "`backout preflight --help`");
  TRY(const git::Repository here, git::open(".", git::process_environment()));
  TRY(const Config config, checked_out_config(here, options.config));
  Preflight out;
  TRY_VOID(!options.app.empty() ? look_at_app(here, config, options, out)
           : options.config_repository.empty()
               ? look_at_revisions(here, config, options, out)
               : look_at_gitops(here, config, question_of(options), out));
  preflight::conclude(out, config, options.allow_empty);
  std::string text;
  if (options.format == "json") {
    text = preflight::json(out);
  } else if (options.format == "markdown") {
    text = preflight::markdown(out);
  } else {
    const report::Screen screen =
        options.output == "-" ? report::screen_of(streams.out) : report::Screen{};
    text = preflight::text(out, {report::use_color(report::color_choice(options.color), screen),
                                 report::width(screen)});
  }
  return finish_file(streams, options.output, text, preflight::exit_code(out.decision));
}

}  // namespace

int preflight_command(Arguments arguments, const Streams& streams) {
  Options options;
  OptionList list{
      {"--from", &options.from, "BAD", "what runs now: a revision or an image"},
      {"--to", &options.to, "GOOD", "what to go back to"},
      {"--service", &options.service, "NAME", "of `services:` in the configuration"},
      {"--config-repo", &options.config_repository, "DIR",
       "a clone of the GitOps repository: `--from` and `--to` are revisions of it"},
      {"--app", &options.app, "NAME",
       "an Argo CD application: what it has deployed is asked of it"},
      format_option(options.format, {"text", "json", "markdown"}),
      {"-o,--output", &options.output, "FILE",
       "write the answer to a file instead of standard output"},
      color_option(options.color),
      {"--config", &options.config, "FILE", "a configuration other than `.backout.yaml`"},
      {"--allow-empty", &options.allow_empty, "", "a service without migrations is fine"},
  };
  declare(list, options.argocd);
  std::vector<std::string> words;
  if (const auto stopped = parse_arguments(list, help, arguments, streams, words, 0))
    return *stopped;
  const Result<int> code = run_preflight(options, streams);
  return code ? *code : stop(streams, code.error());
}

}  // namespace backout::cli
