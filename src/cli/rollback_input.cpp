#include "cli/rollback_input.h"

#include <fmt/format.h>

#include "argocd/words.h"
#include "cli/preflight_gitops.h"
#include "cli/revision_config.h"
#include "preflight/preflight.h"
#include "revert/revert.h"

namespace backout::cli {
namespace {

Verdict undecided(const std::string& why) {
  return {true, false, fmt::format("pre-flight: undecided: {}", why), {}};
}

}  // namespace

Result<Home> home_of(const argocd::Application& app, const std::string& service,
                     const std::string& config_repository, const std::string& config) {
  Home out;
  out.gitops = config_repository;
  auto here = git::open(".", git::process_environment());
  if (!here) {
    if (!service.empty() || !config.empty()) return tl::unexpected(here.error());
    // On call nobody stands in a clone of the service; one that cannot be read is another matter.
    if (here.error().kind != ErrorKind::usage) out.unreadable = here.error().message;
    return out;
  }
  out.repository = std::move(*here);
  TRY(out.config, checked_out_config(*out.repository, config));
  TRY(const ServiceConfig* named, named_service(out.config, service));
  if (!named) named = service_of(out.config, app);
  if (!named) return out;
  out.service = *named;
  if (out.gitops.empty() && !named->gitops.empty())
    out.gitops =
        named->gitops.starts_with('/') ? named->gitops : out.repository->work_dir + named->gitops;
  return out;
}

Verdict pre_flight(const Home& home, const argocd::Application& app, const argocd::Target& target) {
  Verdict out;
  if (!home.unreadable.empty()) return undecided(home.unreadable);
  if (!home.service || !home.repository) {
    out.words = fmt::format(
        "no pre-flight: {}; whether the old code runs on the schema there is now, nobody has "
        "looked",
        home.repository
            ? fmt::format("no service of `.backout.yaml` says `app: {}`", full_name(app))
            : std::string("this is no clone of the service's repository"));
    return out;
  }
  if (home.gitops.empty()) {
    out.words =
        "no pre-flight: no clone of the GitOps repository is known (`--config-repo DIR`, "
        "or `services.*.gitops`)";
    return out;
  }
  if (target.from.empty())
    return undecided(fmt::format("the clone `{}` does not know what runs", home.gitops));
  preflight::Preflight all;
  if (const auto looked =
          look_at_gitops(*home.repository, home.config,
                         {home.gitops, target.from, target.to, home.service->name}, all);
      !looked)
    return undecided(looked.error().message);
  preflight::conclude(all, home.config, false);
  out.made = true;
  out.safe = all.decision == preflight::Decision::safe;
  std::string why;
  for (const preflight::Assessment& one : all.services) {
    if (!one.breaks.empty()) why = one.breaks.front().message;
    if (why.empty() && !one.doubts.empty()) why = one.doubts.front();
  }
  if (why.empty() && !all.doubts.empty()) why = all.doubts.front();
  out.words = fmt::format("pre-flight from {} to {}: {}{}{}", argocd::short_revision(target.from),
                          argocd::short_revision(target.to), preflight::to_string(all.decision),
                          why.empty() || out.safe ? "" : ": ", out.safe ? std::string() : why);
  out.markdown = preflight::markdown(all);
  return out;
}

Result<argocd::Target> target_of(const argocd::Application& app, const std::string& to, Home& home,
                                 std::vector<std::string>& warnings) {
  if (home.gitops.empty()) return argocd::choose_target(app, {to, nullptr, {}, {}});
  if (const auto clone = revert::open(home.gitops))
    if (const auto base = revert::find_base(*clone, {}, {});
        !base && base.error().kind != ErrorKind::usage)
      home.git_is_silent = base.error().message;
  const auto clone = git::open(home.gitops, [](const char*) { return std::nullopt; });
  auto target = clone ? argocd::choose_target(app, {to, &*clone, home.gitops, {}})
                      : Result<argocd::Target>(tl::unexpected(clone.error()));
  if (target || (clone && home.git_is_silent.empty())) return target;
  warnings.push_back(target.error().message);
  return argocd::choose_target(app, {to, nullptr, {}, {}});
}

}  // namespace backout::cli
